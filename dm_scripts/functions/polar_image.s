/* Polar image
   What     U-V to R-Phi and back: images whose diffractions lie on (radius, angle) instead of (u, v).
   Input    Unfolded data X (n_xy x n_uv) or unfolded polar data P (n_xy x n_radii n_angles, radius fastest), and a sampler:
            NmfPolarGrid there, NmfDetectorGrid back. Centre u0, v0 [pixel].
   Output   A target image is filled: radius stands where u was and angle where v was. Angles go once around from the v
            axis towards the u axis; 0 where a sample needs a pixel that is bad or outside, and beyond the last radius.
   Source   Kimoto et al. (2025), Supplement S3, Listing S4 (the r-phi image)
   Needs    functions/matrices.s, functions/messages.s, functions/polar.s, functions/unfold.s
   Twin     offline_reference/numerics/polar_image.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// The pixels of a detector between polar samples: bilinear in radius and angle, the last angle next to the first.
class NmfDetectorGrid
{
    number nU, nV
    image before, after       // n_u x n_v: where the angles around a pixel start in P, rows of P
    image inner, outer        // n_u x n_v: the radii around a pixel
    image beyond, part        // n_u x n_v: how far a pixel is beyond the first of the two
    image inside              // n_u x n_v: 1 up to the last radius

    object Of(object self, number width, number height, number u0, number v0, number nRadii, number nAngles)
    {
        nU = width
        nV = height
        if (!(nU >= 1 && nV >= 1)) Throw("A detector of " + nU + " x " + nV + " pixels cannot be filled.")
        RefuseCentre(nU, nV, u0, v0)
        image radius := RadiusOfPixels(nU, nV, u0, v0)
        before := RealImage("", 8, nU, nV)
        after := RealImage("", 8, nU, nV)
        inner := RealImage("", 8, nU, nV)
        outer := RealImage("", 8, nU, nV)
        beyond := RealImage("", 8, nU, nV)
        part := RealImage("", 8, nU, nV)
        inside := RealImage("", 8, nU, nV)
        // atan2 is off by rounding: an angle that belongs to a sample must not lie just before it
        beyond = round(atan2(icol - u0, irow - v0) / (2 * Pi()) * nAngles * 1e9) / 1e9
        before = floor(beyond)
        beyond = beyond - before
        before = before - nAngles * floor((before + 0.5) / nAngles)
        after = tert(before == nAngles - 1, 0, before + 1)
        before = before * nRadii
        after = after * nRadii
        inner = tert(radius < nRadii, floor(radius), nRadii - 1)
        outer = tert(inner < nRadii - 1, inner + 1, inner)
        part = radius - inner
        inside = (radius <= nRadii - 1)
        return self
    }

    // Detector row v of all columns of P: n x n_u.
    image ResampledRow(object self, image P, number v)
    {
        number n, height
        GetSize(P, n, height)
        image row := NewMatrix(P, n, nU)
        row = (1 - beyond[irow, v]) * (P[icol, before[irow, v] + inner[irow, v]] * (1 - part[irow, v]) \
                                     + P[icol, before[irow, v] + outer[irow, v]] * part[irow, v]) \
            + beyond[irow, v] * (P[icol, after[irow, v] + inner[irow, v]] * (1 - part[irow, v]) \
                               + P[icol, after[irow, v] + outer[irow, v]] * part[irow, v])
        row = row * inside[irow, v]
        return row
    }
}

object MakeDetectorGrid(number nU, number nV, number u0, number v0, number nRadii, number nAngles)
{
    return alloc(NmfDetectorGrid).Of(nU, nV, u0, v0, nRadii, nAngles)
}

// Fills target, a 2D image or a 3D or 4D one in that order, row by row of its diffractions; returns how many rows it has
// filled, fewer than all if the user has stopped it. No progress is shown without a title.
number Resample(image target, image X, object sampler, string order, string title)
{
    number nX, nY, nWidth, nHeight
    number is2D = target.ImageGetNumDimensions() == 2
    if (is2D) GetSize(target, nWidth, nHeight)
    else ScanAndDetectorSizes(target, order, nX, nY, nWidth, nHeight)
    for (number row = 0; row < nHeight; row++)
    {
        image values := sampler.ResampledRow(X, row)
        if (is2D) target[row, 0, row + 1, nWidth] = values[0, icol]
        for (number y = 0; y < nY; y++)                      // nY is 0 in 2D
        {
            image part := ScanRowOfDetectorRow(target, order, y, row, nX, nWidth)
            part = values[0, y * nX, nWidth, (y + 1) * nX]
        }
        if (title != "")
        {
            ShowProgress(title, row + 1, nHeight, -1)
            if (IsCancelled()) return row + 1
        }
    }
    return nHeight
}
