/* Similarity
   What     How alike the diffractions of a stack are, each with each, also if one is turned or shifted.
   Input    Stack (n_u, n_v, n) of linear intensities. kind:
              "cosine"             of the pixels
              "correlation"        coefficient of the pixels
              "cross-correlation"  largest correlation coefficient over all shifts
              "rotation"           largest correlation coefficient over all turns about the centre
            Centre u0, v0; inner and outer radius [pixel]: what lies inside or outside them does not count (outer 0: no
            limit). Turns are compared on rings that are whole on the detector.
   Output   n x n values, 8 bytes: symmetric, 1 on the diagonal, 0 for a flat pattern. For "rotation" also the turns: by
            the number in column j of row i [degrees, -180 .. 180], from the v axis (down) towards the u axis (to the
            right), pattern i is turned onto pattern j.
   Source   Clustering of precipitates in Kimoto et al. (2025)
   Needs    functions/matrices.s, functions/unfold.s, functions/polar.s, functions/messages.s
   Twin     offline_reference/numerics/similarity.py
   Tested   virtual_dm in CI; GMS: not yet

   On polar coordinates a turn is a shift along the angle, so both maxima are found by one Fourier transform of each
   pattern and one of each pair. Only that much is assumed of the transforms: a shift comes back as a shift. Where shift
   zero lies and how they are scaled is seen from the correlation of a single bright pixel with itself.
*/

// n x n sums of products -> quotients by both sizes, 1 on the diagonal; rounding beyond 1 is cut off.
image SimilarityOfGram(image gram)
{
    number n, height
    GetSize(gram, n, height)
    image size := RealImage("", 8, n, 1)
    size = sqrt(gram[icol, icol])
    image values := RealImage("", 8, n, n)
    values = size[icol, 0] * size[irow, 0]
    values = tert(values > 0, gram / tert(values > 0, values, 1), 0)
    values = Clip(values, -1, 1)
    values = tert(icol == irow, 1, values)
    return values
}

// 1 x n_uv: 1 where a pixel lies between the radii, else 0.
image PixelsBetweenRadii(number nU, number nV, number u0, number v0, number inner, number outer)
{
    image radius := ColumnOfImage(RadiusOfPixels(nU, nV, u0, v0))
    image used := RealImage("", 8, 1, nU * nV)
    used = (radius >= inner)
    if (outer > 0) used = used * (radius <= outer)
    if (sum(used) == 0)
        Throw("No pixel lies between the radii " + Format(inner, "%g") + " and " + Format(outer, "%g") + ": choose a " + \
              "wider ring.")
    return used
}

// Columns of W (n x n_uv) where they count, 0 elsewhere, with the mean subtracted or not; 8 bytes.
image PixelsThatCount(image W, image used, number subtractsMean)
{
    number n, nUV
    GetSize(W, n, nUV)
    image pixels := RealImage("", 8, n, nUV)
    pixels = W * used[0, irow]
    if (!subtractsMean) return pixels
    image means := ColumnSums(pixels)
    means = means / sum(used)
    pixels = (pixels - means[icol, 0]) * used[0, irow]
    return pixels
}

// Patterns with room for all shifts: (2 n_u, 2 n_v, n). What is shifted beyond the edge meets nothing.
image PicturesForShifts(image W, image used, number nU, number nV)
{
    image pixels := PixelsThatCount(W, used, 1)
    number n, nUV
    GetSize(W, n, nUV)
    image pictures := RealImage("", 8, 2 * nU, 2 * nV, n)
    pictures = 0
    for (number k = 0; k < n; k++)
    {
        image place := pictures.Slice2(0, 0, k, 0, nU, 1, 1, nV, 1)
        place = pixels[k, irow * nU + icol]
    }
    return pictures
}

// Patterns on polar coordinates: (n_angles, n_rings, n), one weighted mean subtracted; each sample times the root of its
// radius, which is the area it stands for, so that a product of two is weighted by the radius.
image PicturesForTurns(image W, number nU, number nV, number u0, number v0, number inner, number outer)
{
    object grid = MakePolarGrid(nU, nV, u0, v0)
    number whole = min(min(u0, nU - 1 - u0), min(v0, nV - 1 - v0)) + 1e-9    // a ring that the edge cuts is no circle
    if (outer > 0) whole = min(whole, outer)
    number first = max(ceil(inner), 1)
    number nRings = min(floor(whole), grid.Radii() - 1) - first + 1
    if (nRings < 1)
        Throw("No whole ring lies between the radii " + Format(inner, "%g") + " and " + Format(whole, "%g") + " about " + \
              "(u, v) = (" + Format(u0, "%g") + ", " + Format(v0, "%g") + "): choose a smaller inner or a larger outer " + \
              "radius.")
    number nAngles = grid.Angles()
    number nLines = nRings + nRings % 2               // an even size has one centre, which transforms agree about
    number n, nUV
    GetSize(W, n, nUV)
    image weight := RealImage("", 8, 1, nLines)
    weight = tert(irow < nRings, first + irow, 0)
    image column := RealImage("", 8, 1, nUV)
    image rings := RealImage("", 8, nAngles, nLines)
    image pictures := RealImage("", 8, nAngles, nLines, n)
    for (number k = 0; k < n; k++)
    {
        column = W[k, irow]
        image samples := grid.Sample(column, 0)       // (1, n_radii, n_angles and more)
        rings = samples[0, Clip(first + irow, 0, first + nRings - 1), icol]
        number level = sum(rings * weight[0, irow]) / (sum(weight) * nAngles)
        image place := pictures.Slice2(0, 0, k, 0, nAngles, 1, 1, nLines, 1)
        place = (rings - level) * sqrt(weight[0, irow])
    }
    return pictures
}

// Correlation of two pictures for all shifts, from their spectra.
image CorrelationOfSpectra(image spectra, number i, number j, number width, number height)
{
    image product := ComplexImage("", 16, width, height)
    product = Conjugate(spectra.Slice2(0, 0, i, 0, width, 1, 1, height, 1)) \
            * spectra.Slice2(0, 0, j, 0, width, 1, 1, height, 1)
    return RealIFFT(product)
}

// Where shift zero comes back, and what a product of 1 comes back as.
void FindShiftZero(number width, number height, number &column, number &line, number &scale)
{
    image pixel := RealImage("", 8, width, height)
    pixel = (icol == 0) * (irow == 0)
    image spectra := ComplexImage("", 16, width, height, 1)
    image spectrum := spectra.Slice2(0, 0, 0, 0, width, 1, 1, height, 1)
    spectrum = RealFFT(pixel)
    scale = max(CorrelationOfSpectra(spectra, 0, 0, width, height), column, line)
}

// The turn at which a correlation over all turns (n_angles x 1) is largest [degrees]: of equally good ones, as patterns
// with a symmetry have, the smallest; refined by a parabola through its neighbours.
number TurnOfLargest(image correlation)
{
    number n, height
    GetSize(correlation, n, height)
    number half = floor(n / 2)
    image turn := RealImage("", 8, n, 1)
    turn = (icol + half) % n - half
    image choice := RealImage("", 8, n, 1)            // 0 for no turn, 2 for one step, 3 for one step back, 4, ...
    choice = tert(correlation >= max(correlation) - 1e-6, 2 * abs(turn) + (turn < 0), 1e9)
    number chosen = min(choice)
    number best = floor(chosen / 2)
    if (chosen % 2 == 1) best = -best
    number at = (best + n) % n
    number before = GetPixel(correlation, (at + n - 1) % n, 0)
    number middle = GetPixel(correlation, at, 0)
    number after = GetPixel(correlation, (at + 1) % n, 0)
    number curvature = before - 2 * middle + after
    if (curvature < 0) best = best + max(-1, min(1, 0.5 * (before - after) / curvature))
    return best * 360 / n
}

// Largest correlation of each picture (width, height, n) with each other one: over shifts in both directions, or along
// x alone; then turns gets the shifts, of which the whole width is 360 degrees. title: of the progress window, "" for
// none; nCompared: patterns whose pairs are done when the user stops.
image LargestCorrelations(image pictures, number isAlongX, string title, number &nCompared, image turns)
{
    number width, height, n
    Get3DSize(pictures, width, height, n)
    image spectra := ComplexImage("", 16, width, height, n)
    image energy := RealImage("", 8, n, 1)
    image one := RealImage("", 8, width, height)
    for (number k = 0; k < n; k++)
    {
        one = pictures.Slice2(0, 0, k, 0, width, 1, 1, height, 1)
        SetPixel(energy, k, 0, sum(one * one))
        image spectrum := spectra.Slice2(0, 0, k, 0, width, 1, 1, height, 1)
        spectrum = RealFFT(one)
    }
    number zeroColumn, zeroLine, scale
    FindShiftZero(width, height, zeroColumn, zeroLine, scale)

    image values := RealImage("", 8, n, n)
    values = (icol == irow)
    image line := RealImage("", 8, width, 1)
    nCompared = n
    for (number i = 0; i < n - 1; i++)
    {
        if (title != "")
        {
            ShowProgress(title, i + 1, n - 1, -1)
            if (i > 0 && IsCancelled())
            {
                nCompared = i
                return values
            }
        }
        for (number j = i + 1; j < n; j++)
        {
            number both = GetPixel(energy, i, 0) * GetPixel(energy, j, 0)
            if (both <= 1e-20 * max(energy) * max(energy)) continue    // a flat pattern: its energy is rounding
            image correlation := CorrelationOfSpectra(spectra, i, j, width, height)
            number value = max(correlation) / (scale * sqrt(both))
            if (isAlongX)
            {
                line = correlation[(icol + zeroColumn) % width, zeroLine] / (scale * sqrt(both))
                value = max(line)
                number turn = TurnOfLargest(line)
                SetPixel(turns, j, i, turn)
                SetPixel(turns, i, j, -turn)
            }
            value = max(-1, min(1, value))
            SetPixel(values, i, j, value)
            SetPixel(values, j, i, value)
        }
    }
    return values
}

// Spectra of all patterns are kept, 24 bytes a pixel with the pictures they are made of.
void RefuseTooManyPixels(number nPixels)
{
    if (nPixels <= 1e8) return
    Throw("Comparing these patterns takes " + Format(nPixels * 24 / 1e9, "%.1f") + " GB of memory: choose fewer patterns, " + \
          "or bin the diffractions.")
}

// Similarity of each diffraction with each other one, and for "rotation" the turns (n x n, 0 for other kinds); see above.
image PatternSimilarity(image stack, string kind, number u0, number v0, number inner, number outer, string title, \
                        number &nCompared, image &turns)
{
    if (kind != "cosine" && kind != "correlation" && kind != "cross-correlation" && kind != "rotation")
        Throw("The similarity " + kind + " is unknown: choose rotation, cosine, correlation or cross-correlation.")
    number nU, nV, n
    Get3DSize(stack, nU, nV, n)
    RefuseCentre(nU, nV, u0, v0)
    if (kind == "cross-correlation") RefuseTooManyPixels(4 * nU * nV * n)
    if (kind == "rotation") RefuseTooManyPixels(2 * min(nU, nV) * min(nU, nV) * n)    // 4 times the side angles, half radii
    image W := InDouble(WOfDiffractions(stack))
    nCompared = n
    turns := RealImage("", 8, n, n)
    turns = 0
    if (kind == "rotation")
        return LargestCorrelations(PicturesForTurns(W, nU, nV, u0, v0, inner, outer), 1, title, nCompared, turns)
    image used := PixelsBetweenRadii(nU, nV, u0, v0, inner, outer)
    if (kind == "cross-correlation")
        return LargestCorrelations(PicturesForShifts(W, used, nU, nV), 0, title, nCompared, turns)
    return SimilarityOfGram(GramOfColumns(PixelsThatCount(W, used, kind == "correlation")))
}

// The same without the turns.
image PatternSimilarity(image stack, string kind, number u0, number v0, number inner, number outer, string title, \
                        number &nCompared)
{
    image turns
    return PatternSimilarity(stack, kind, u0, v0, inner, outer, title, nCompared, turns)
}
