/* Find centre
   What     Centre of a (mean) diffraction and radius of its central disc, so that no command has to ask for them.
            A mean diffraction is nearly centrosymmetric (Friedel): the centre is the point through which it mirrors
            best. That needs no central disc and works behind a beam stop.
   Input    Diffraction n_u x n_v; mask of the same size: 1 where a pixel is good, 0 where it is not.
   Output   Centre u0, v0 and disc radius [pixel]; radius 0 if the disc is masked. The input is not changed.
   Source   -
   Needs    functions/polar.s, functions/sorting.s
   Twin     offline_reference/numerics/polar.py
   Tested   virtual_dm in CI; GMS: not yet

   Fourier transforms, which DM makes in single precision, only say where to look; the sums around that place are then
   made pixel by pixel in double precision. All transforms are convolutions there and back, so that neither the sign nor
   the scale of DM's transform matters; the zero frequency lies in the centre of both factors.
*/

// Where an image has its largest value; of equal ones the first in reading order, which max(image, x, y) does not promise.
void PositionOfMaximum(image picture, number &x, number &y)
{
    number width, height
    GetSize(picture, width, height)
    image place := RealImage("", 8, width, height)
    number largest = max(picture)
    place = tert(picture == largest, irow * width + icol, width * height)
    number first = min(place)
    y = floor((first + 0.5) / width)
    x = first - y * width
}

// Spectrum of an image filled up with zeros to width x height.
image PaddedSpectrum(image picture, number width, number height)
{
    number nU, nV
    GetSize(picture, nU, nV)
    image padded := RealImage("", 8, width, height)
    padded = 0
    padded[0, 0, nV, nU] = picture
    return RealFFT(padded)
}

// Convolution of two images from their spectra: pixel (x, y) is the sum over all pairs of pixels whose places add up to it.
image ConvolutionOf(image spectrumA, image spectrumB)
{
    compleximage product = spectrumA * spectrumB
    return RealIFFT(product)
}

// How badly root mirrors through (sumU / 2, sumV / 2): half the mean square difference of pixels that mirror onto each
// other, over pairs of good pixels. Where fewer than nEnough pairs can be compared: 1e30.
number MirrorMismatch(image root, image good, number sumU, number sumV, number nEnough)
{
    number nU, nV
    GetSize(root, nU, nV)
    number left = max(0, sumU - nU + 1)
    number right = min(nU, sumU + 1)
    number top = max(0, sumV - nV + 1)
    number bottom = min(nV, sumV + 1)
    if (right <= left || bottom <= top) return 1e30
    image pair := RealImage("", 8, right - left, bottom - top)
    image difference := RealImage("", 8, right - left, bottom - top)
    pair = good[top, left, bottom, right] * good[sumU - left - icol, sumV - top - irow]
    difference = root[top, left, bottom, right] - root[sumU - left - icol, sumV - top - irow]
    number nPairs = sum(pair)
    if (nPairs <= nEnough) return 1e30
    return sum(difference * difference * pair) / 2 / nPairs
}

// Where between two samples the parabola through a minimum and its neighbours is lowest.
number VertexOf(number before, number middle, number after)
{
    if (before >= 1e30 || after >= 1e30) return 0
    number curvature = before - 2 * middle + after
    if (curvature <= 0) return 0
    return 0.5 * (before - after) / curvature
}

// The sum of two pixels' places that a mirror centre belongs to, by Fourier transforms: near the best one.
void RoughMirrorSum(image root, image good, number &sumU, number &sumV, number &nEnough)
{
    number nU, nV
    GetSize(root, nU, nV)
    number width = PowerOfTwoFrom(2 * nU)
    number height = PowerOfTwoFrom(2 * nV)
    image square := RealImage("", 8, nU, nV)
    square = root * root
    image ofRoot := PaddedSpectrum(root, width, height)
    image ofSquare := PaddedSpectrum(square, width, height)
    image ofGood := PaddedSpectrum(good, width, height)
    image nPairs := RealImage("", 8, width, height)
    image pairs := ConvolutionOf(ofGood, ofGood)
    image squares := ConvolutionOf(ofSquare, ofGood)
    image products := ConvolutionOf(ofRoot, ofRoot)
    nPairs = round(pairs)
    nEnough = 0.4 * max(nPairs)                      // a point near the edge would compare next to nothing
    image mismatch := RealImage("", 8, width, height)
    mismatch = tert(nPairs > nEnough, (squares - products) / tert(nPairs > 0, nPairs, 1), 1e30)
    min(mismatch, sumU, sumV)
}

// The point through which a diffraction equals its own inversion best.
void MirrorCentre(image diffraction, image good, number &u0, number &v0)
{
    number nU, nV
    GetSize(diffraction, nU, nV)
    image root := RealImage("", 8, nU, nV)
    root = tert(diffraction > 0, diffraction, 0)
    root = sqrt(root) * good                         // of roots, so that the strongest discs do not decide alone
    number sumU, sumV, nEnough, i, j
    RoughMirrorSum(root, good, sumU, sumV, nEnough)
    image around := RealImage("", 8, 3, 3)
    number isLower = 1
    while (isLower)                                  // a step at most, but for rounding in the transforms
    {
        for (j = 0; j < 3; j++)
            for (i = 0; i < 3; i++)
                around[i, j] = MirrorMismatch(root, good, sumU + i - 1, sumV + j - 1, nEnough)
        isLower = min(around) < GetPixel(around, 1, 1)
        if (isLower)
        {
            min(around, i, j)
            sumU += i - 1
            sumV += j - 1
        }
    }
    number middle = GetPixel(around, 1, 1)
    u0 = (sumU + VertexOf(GetPixel(around, 0, 1), middle, GetPixel(around, 2, 1))) / 2
    v0 = (sumV + VertexOf(GetPixel(around, 1, 0), middle, GetPixel(around, 1, 2))) / 2
}

// No pixel above the second largest of its 3 x 3 neighbourhood: a disc is wider than a pixel. 8 bytes.
image WithoutHotPixels(image picture)
{
    number nU, nV
    GetSize(picture, nU, nV)
    image padded := RealImage("", 8, nU + 2, nV + 2)
    padded = 0
    padded[1, 1, nV + 1, nU + 1] = picture
    image largest := RealImage("", 8, nU, nV)
    image second := RealImage("", 8, nU, nV)
    largest = -1e30
    second = -1e30
    for (number j = 0; j < 3; j++)
        for (number i = 0; i < 3; i++)
        {
            image one := padded[j, i, j + nV, i + nU]
            second = tert(one > largest, largest, tert(one > second, one, second))
            largest = tert(one > largest, one, largest)
        }
    image cooled := RealImage("", 8, nU, nV)
    cooled = tert(picture < second, picture, second)
    return cooled
}

// The part of condition (0 or 1) that hangs together with pixel (x, y): 1 there, else 0.
image ConnectedPart(image condition, number x, number y)
{
    number nU, nV
    GetSize(condition, nU, nV)
    image padded := RealImage("", 4, nU + 2, nV + 2)     // a rim of zeros, so that no neighbour lies outside
    padded = 0
    padded[x + 1, y + 1] = 1
    image region := padded[1, 1, nV + 1, nU + 1]
    image grown := RealImage("", 4, nU, nV)
    number nBefore = 0
    number nNow = 1
    while (nNow > nBefore)
    {
        grown = region + padded[0, 1, nV, nU + 1] + padded[2, 1, nV + 2, nU + 1] \
              + padded[1, 0, nV + 1, nU] + padded[1, 2, nV + 1, nU + 2]
        region = (grown > 0) * condition
        nBefore = nNow
        nNow = sum(region)
    }
    grown = region
    return grown
}

// Centre of gravity and radius of the brightest spot that is wider than a hot pixel; picture: 0 where it is masked.
void CentralDisc(image picture, number &u0, number &v0, number &discRadius)
{
    number nU, nV, peakU, peakV
    GetSize(picture, nU, nV)
    image cooled := WithoutHotPixels(picture)
    PositionOfMaximum(cooled, peakU, peakV)
    image bright := RealImage("", 4, nU, nV)
    bright = (cooled >= 0.5 * GetPixel(cooled, peakU, peakV))
    image disc := ConnectedPart(bright, peakU, peakV)
    number total = sum(cooled * disc)
    u0 = nU / 2
    v0 = nV / 2
    discRadius = 0
    if (total <= 0) return
    u0 = sum(cooled * disc * icol) / total
    v0 = sum(cooled * disc * irow) / total
    discRadius = sqrt(sum(disc) / Pi())
}

// Mean square of what remains of the roots of counts after the mean of each ring is subtracted.
number Unroundness(image diffraction, image good, number u0, number v0)
{
    number nU, nV
    GetSize(diffraction, nU, nV)
    image root := RealImage("", 8, nU, nV)
    root = tert(diffraction > 0, diffraction, 0)
    root = sqrt(root) * good
    image ring := RoundedToEven(RadiusOfPixels(nU, nV, u0, v0))
    image average := RealImage("", 8, max(ring) + 1, 1)
    image count := RealImage("", 8, max(ring) + 1, 1)
    average = 0
    count = 0
    average[ring, 0] += root
    count[ring, 0] += good
    average = average / tert(count > 0, count, 1)
    root = (root - average[ring, 0]) * good
    return sum(root * root) / sum(good)
}

// Centre u0, v0 and radius of the central disc [pixel] of a diffraction with bad pixels.
void FindCentre(image diffraction, image good, number &u0, number &v0, number &discRadius)
{
    number nU, nV, mirrorU, mirrorV, gravityU, gravityV
    GetSize(diffraction, nU, nV)
    image picture := RealImage("", 8, nU, nV)
    picture = tert(good > 0, diffraction, 0)         // a product would keep a NaN of a bad pixel
    MirrorCentre(picture, good, mirrorU, mirrorV)
    u0 = mirrorU
    v0 = mirrorV
    discRadius = 0
    number nearestU = min(max(RoundedToEven(mirrorU), 0), nU - 1)
    number nearestV = min(max(RoundedToEven(mirrorV), 0), nV - 1)
    if (GetPixel(good, nearestU, nearestV) == 0) return
    CentralDisc(picture, gravityU, gravityV, discRadius)
    number away = sqrt((mirrorU - gravityU) ** 2 + (mirrorV - gravityV) ** 2)
    if (away <= max(discRadius, 1)) return
    // Either the pattern is not symmetric enough, or a Bragg disc outshines the central one: the rounder pattern wins.
    if (Unroundness(picture, good, gravityU, gravityV) < Unroundness(picture, good, mirrorU, mirrorV))
    {
        u0 = gravityU
        v0 = gravityV
    }
}

void FindCentre(image diffraction, number &u0, number &v0, number &discRadius)
{
    number nU, nV
    GetSize(diffraction, nU, nV)
    FindCentre(diffraction, AllPixelsGood(nU, nV), u0, v0, discRadius)
}
