/* Polar
   What     A diffraction on (radius, angle) and back, for all columns of W at once.
   Input    W (n_k x n_uv, width x height): a diffraction a column, pixel (u, v) in row v n_u + u. Centre u0, v0 [pixel],
            n_u/2, n_v/2 as iradius has it. Mask n_u x n_v: 1 where a pixel is good, 0 where it is not.
   Output   Samples (n_k, n_radii, n_angles), radial profiles (n_k x n_radii), images of one value a pixel.
            Radii 0, 1, .. below half the smaller side; sampling x that many angles, bilinear between pixels.
   Source   Kimoto et al. (2025), Supplement S3, Listing S4
   Needs    functions/matrices.s, functions/sorting.s
   Twin     offline_reference/numerics/polar.py
   Tested   virtual_dm in CI; GMS: not yet

   warp would interpolate as well, but what it gives at the edge of the detector is not known, and a sample that needs a
   pixel outside the detector, or a bad one, must not count. So the four pixels around each sample are looked up by
   whole numbers, clipped to the detector, and it is written down which samples count.
*/

// A mask on which every pixel is good.
image AllPixelsGood(number nU, number nV)
{
    image good := RealImage("", 4, nU, nV)
    good = 1
    return good
}

// n_u x n_v -> 1 x n_uv.
image ColumnOfImage(image picture)
{
    number nU, nV
    GetSize(picture, nU, nV)
    image column := NewMatrix(picture, 1, nU * nV)
    // floor of (i + 1/2) / n_u: a quotient of whole numbers might come out just below the whole number that it is
    column = picture[irow - nU * floor((irow + 0.5) / nU), floor((irow + 0.5) / nU)]
    return column
}

// 1 x n_uv -> n_u x n_v.
image ImageOfColumn(image column, number nU, number nV)
{
    image picture := NewMatrix(column, nU, nV)
    picture = column[0, irow * nU + icol]
    return picture
}

// Whole numbers, halves to the even one as NumPy has it; DM's round takes them away from zero. 8 bytes.
image RoundedToEven(image x)
{
    number width, height
    GetSize(x, width, height)
    image nearest := RealImage("", 8, width, height)
    nearest = floor(x + 0.5)
    nearest = nearest - (nearest - x == 0.5) * abs(nearest % 2)
    return nearest
}

number RoundedToEven(number x)
{
    number nearest = floor(x + 0.5)
    if (nearest - x == 0.5 && mod(nearest, 2) != 0) return nearest - 1
    return nearest
}

// Distance of each pixel from the centre, n_u x n_v, 8 bytes. [pixel]
image RadiusOfPixels(number nU, number nV, number u0, number v0)
{
    image radius := RealImage("", 8, nU, nV)
    radius = sqrt((icol - u0) * (icol - u0) + (irow - v0) * (irow - v0))
    return radius
}

void RefuseCentre(number nU, number nV, number u0, number v0)
{
    if (!(u0 >= 0 && u0 <= nU && v0 >= 0 && v0 <= nV))
        Throw("The centre (u, v) = (" + Format(u0, "%g") + ", " + Format(v0, "%g") + ") lies outside the detector of " + \
              Format(nU, "%g") + " x " + Format(nV, "%g") + " pixels. Give it in detector pixels.")
}

// Sum over the planes of a stack (width, height, n), n a power of two: width x height. The stack is used up.
image SumOfPlanes(image stack)
{
    number width, height, nPlanes
    Get3DSize(stack, width, height, nPlanes)
    for (number half = nPlanes / 2; half >= 1; half /= 2)    // halves added: few statements, and few roundings
    {
        image lower := PlanesOf(stack, 0, half, 1)
        image upper := PlanesOf(stack, half, half, 1)
        lower = lower + upper
    }
    image total := NewMatrix(stack, width, height)
    total = stack.Slice2(0, 0, 0, 0, width, 1, 1, height, 1)
    return total
}

class NmfPolarGrid
{
    number nU, nV, u0, v0
    number nRadii, nAngles
    number nPlanes            // nAngles, filled up to a power of two, which SortPlanes needs
    image radius              // of each pixel, n_u x n_v [pixel]
    image good                // n_u x n_v, 1 or 0
    image valid               // n_radii x nPlanes: 1 where a sample counts
    image count               // n_radii x 1: how many samples count
    image pixelA, pixelB, pixelC, pixelD        // n_radii x nPlanes: the four pixels around a sample, rows of W
    image weightA, weightB, weightC, weightD    // and their bilinear weights
    image ringBelow, ringAbove, part            // 1 x n_uv: radii around a pixel, and how far it is beyond the lower one

    // Bilinear weights of one of the four neighbours, (du, dv) from the corner of which samples lie (fu, fv) away.
    image WeightsOf(object self, image fu, image fv, number du, number dv)
    {
        image weight := RealImage("", 8, nRadii, nPlanes)
        weight = (1 - abs(fu - du)) * (1 - abs(fv - dv))
        return weight
    }

    // The rows of W where that neighbour is found, clipped to the detector; takes samples that miss it out of valid.
    image PixelsOf(object self, image u, image v, image weight, number du, number dv)
    {
        image column := RealImage("", 8, nRadii, nPlanes)
        image row := RealImage("", 8, nRadii, nPlanes)
        image inside := RealImage("", 8, nRadii, nPlanes)
        inside = (u + du >= 0) * (u + du <= nU - 1) * (v + dv >= 0) * (v + dv <= nV - 1)
        column = Clip(u + du, 0, nU - 1)
        row = Clip(v + dv, 0, nV - 1)
        inside = inside * good[column, row]
        valid = valid * tert(weight == 0, 1, inside)     // a pixel that is not needed may be missing
        image pixel := RealImage("", 8, nRadii, nPlanes)
        pixel = row * nU + column
        return pixel
    }

    void LocateSamples(object self)
    {
        image u := RealImage("", 8, nRadii, nPlanes)
        image v := RealImage("", 8, nRadii, nPlanes)
        image fu := RealImage("", 8, nRadii, nPlanes)
        image fv := RealImage("", 8, nRadii, nPlanes)
        number step = 2 * Pi() / nAngles
        // sines and cosines are off by rounding: a sample on a pixel must not need the next one
        u = round((icol * sin(irow * step) + u0) * 1e9) / 1e9
        v = round((icol * cos(irow * step) + v0) * 1e9) / 1e9
        fu = u - floor(u)
        fv = v - floor(v)
        u = floor(u)
        v = floor(v)
        valid := RealImage("", 8, nRadii, nPlanes)
        valid = (irow < nAngles)
        weightA := self.WeightsOf(fu, fv, 0, 0)
        weightB := self.WeightsOf(fu, fv, 1, 0)
        weightC := self.WeightsOf(fu, fv, 0, 1)
        weightD := self.WeightsOf(fu, fv, 1, 1)
        pixelA := self.PixelsOf(u, v, weightA, 0, 0)
        pixelB := self.PixelsOf(u, v, weightB, 1, 0)
        pixelC := self.PixelsOf(u, v, weightC, 0, 1)
        pixelD := self.PixelsOf(u, v, weightD, 1, 1)
        count := RealImage("", 8, nRadii, 1)
        count = 0
        count[icol, 0] += valid
    }

    void LocateRings(object self)
    {
        image radii := ColumnOfImage(radius)
        ringBelow := RealImage("", 8, 1, nU * nV)
        ringAbove := RealImage("", 8, 1, nU * nV)
        part := RealImage("", 8, 1, nU * nV)
        ringBelow = Clip(floor(radii), 0, nRadii - 1)
        ringAbove = Clip(ringBelow + 1, 0, nRadii - 1)
        part = radii - ringBelow
    }

    object Of(object self, number width, number height, number centreU, number centreV, number sampling, image mask)
    {
        nU = width
        nV = height
        u0 = centreU
        v0 = centreV
        RefuseCentre(nU, nV, u0, v0)
        if (min(nU, nV) < 2) Throw("A detector of " + nU + " x " + nV + " pixels has no rings to average over: " + \
                                   "switch the diffraction constraint off.")
        good := mask
        radius := RadiusOfPixels(nU, nV, u0, v0)
        nRadii = floor(min(nU, nV) / 2)
        nAngles = floor(min(nU, nV) / 2 * sampling)
        if (nAngles < 1) Throw("A sampling of " + sampling + " angles for each pixel of radius is too low: 8 is usual.")
        nPlanes = PowerOfTwoFrom(nAngles)
        self.LocateSamples()
        self.LocateRings()
        return self
    }

    number Radii(object self) { return nRadii }
    number Angles(object self) { return nAngles }
    image Radius(object self) { return radius }
    image Good(object self) { return good }
    image Valid(object self) { return valid }
    image Count(object self) { return count }

    // Columns of W (n_k x n_uv) at the samples: (n_k, n_radii, nPlanes). Those that do not count become replacement.
    image Sample(object self, image W, number replacement)
    {
        number nK, nUV
        GetSize(W, nK, nUV)
        image samples := RealImage("", WorkingBytes(W), nK, nRadii, nPlanes)
        samples = W[icol, pixelA[irow, iplane]] * weightA[irow, iplane] \
                + W[icol, pixelB[irow, iplane]] * weightB[irow, iplane] \
                + W[icol, pixelC[irow, iplane]] * weightC[irow, iplane] \
                + W[icol, pixelD[irow, iplane]] * weightD[irow, iplane]
        samples = tert(valid[irow, iplane] == 1, samples, replacement)
        return samples
    }

    // All samples at one angle of all columns of X (n x n_uv): n x n_radii, 0 where a sample does not count.
    image ResampledRow(object self, image X, number angle)
    {
        number n, nUV
        GetSize(X, n, nUV)
        image samples := NewMatrix(X, n, nRadii)
        samples = X[icol, pixelA[irow, angle]] * weightA[irow, angle] \
                + X[icol, pixelB[irow, angle]] * weightB[irow, angle] \
                + X[icol, pixelC[irow, angle]] * weightC[irow, angle] \
                + X[icol, pixelD[irow, angle]] * weightD[irow, angle]
        samples = tert(valid[irow, angle] == 1, samples, 0)
        return samples
    }

    // Radial profiles (n_k x n_radii): mean over the angles that count.
    image MeanProfiles(object self, image samples)
    {
        number nK, height, depth
        Get3DSize(samples, nK, height, depth)
        image profiles := NewMatrix(samples, nK, nRadii)
        image total := SumOfPlanes(samples)
        profiles = total / Clip(count[irow, 0], 1, nPlanes)
        return profiles
    }

    // Radial profiles (n_k x n_radii) of W: quantile over the angles that count; 0 where there is none.
    image QuantileProfiles(object self, image W, number quantile)
    {
        number nK, nUV
        GetSize(W, nK, nUV)
        image sorted := self.Sample(W, 1e30)         // what does not count goes to the end
        SortPlanes(sorted)
        image low := RealImage("", 8, nRadii, 1)
        image high := RealImage("", 8, nRadii, 1)
        image beyond := RealImage("", 8, nRadii, 1)
        image last := RealImage("", 8, nRadii, 1)
        last = Clip(count - 1, 0, nPlanes)
        beyond = quantile * last
        low = floor(beyond)
        beyond = beyond - low
        high = tert(low + 1 < last, low + 1, last)
        image profiles := NewMatrix(W, nK, nRadii)
        profiles = sorted[icol, irow, low[irow, 0]]
        profiles = profiles + beyond[irow, 0] * (sorted[icol, irow, high[irow, 0]] - profiles)
        profiles = tert(count[irow, 0] > 0, profiles, 0)
        return profiles
    }

    // Radial profiles (n_k x n_radii) read back at each pixel's radius, linear between radii: n_k x n_uv.
    // 0 beyond the last radius, where the listing has no average.
    image Spread(object self, image profiles)
    {
        number nK, height
        GetSize(profiles, nK, height)
        image W := NewMatrix(profiles, nK, nU * nV)
        W = profiles[icol, ringBelow[0, irow]] * (1 - part[0, irow]) + profiles[icol, ringAbove[0, irow]] * part[0, irow]
        W = tert(ringBelow[0, irow] + part[0, irow] <= nRadii - 1, W, 0)
        return W
    }
}

object MakePolarGrid(number nU, number nV, number u0, number v0, number sampling, image mask)
{
    return alloc(NmfPolarGrid).Of(nU, nV, u0, v0, sampling, mask)
}

// With the listing's sampling of 8, and every pixel good.
object MakePolarGrid(number nU, number nV, number u0, number v0)
{
    return MakePolarGrid(nU, nV, u0, v0, 8, AllPixelsGood(nU, nV))
}
