/* Rings
   What     The pixels of a detector by rings of the same rounded radius, and the median of each ring: the background
            under the Bragg discs of a diffraction.
   Input    W (n_k x n_uv, width x height): a diffraction a column. Centre u0, v0 [pixel].
   Output   Medians, n_k x n_uv; the input is not changed.
   Source   -
   Needs    functions/matrices.s, functions/polar.s, functions/sorting.s
   Twin     offline_reference/numerics/metrics.py
   Tested   virtual_dm in CI; GMS: not yet
*/

class NmfRings
{
    number nRings, nPlanes    // nPlanes: pixels of the longest ring, filled up to a power of two
    image ring                // 1 x n_uv: the ring that each pixel belongs to
    image count               // n_rings x 1: pixels of each ring
    image pixel               // n_rings x nPlanes: the pixels of each ring, rows of W

    // Writes down the pixels of each ring, a detector row at a time: within a row, a pixel comes after those further
    // left in its ring, and before it come all that earlier rows have added.
    void CollectPixels(object self, image ringOfPixels)
    {
        number nU, nV
        GetSize(ringOfPixels, nU, nV)
        image filled := RealImage("", 8, nRings, 1)
        image line := RealImage("", 8, nU, 1)
        image ones := RealImage("", 8, nU, 1)
        image rank := RealImage("", 8, nU, 1)
        image place := RealImage("", 8, nU, 1)
        image index := RealImage("", 8, nU, 1)
        image isBefore := RealImage("", 8, nU, nU)
        filled = 0
        ones = 1
        for (number v = 0; v < nV; v++)
        {
            line = ringOfPixels[v, 0, v + 1, nU]
            isBefore = (line[irow, 0] == line[icol, 0]) * (irow < icol)
            rank = 0
            rank[icol, 0] += isBefore
            place = filled[line, 0] + rank
            index = v * nU + icol
            pixel[line, place] = index
            filled[line, 0] += ones
        }
    }

    object Of(object self, number nU, number nV, number u0, number v0)
    {
        image ringOfPixels := RoundedToEven(RadiusOfPixels(nU, nV, u0, v0))
        ring := ColumnOfImage(ringOfPixels)
        nRings = max(ringOfPixels) + 1
        image ones := RealImage("", 8, nU, nV)
        ones = 1
        count := RealImage("", 8, nRings, 1)
        count = 0
        count[ringOfPixels, 0] += ones
        nPlanes = PowerOfTwoFrom(max(count))
        pixel := RealImage("", 8, nRings, nPlanes)
        pixel = 0
        self.CollectPixels(ringOfPixels)
        return self
    }

    // Median of each ring of each column of W, at the place of each pixel: n_k x n_uv.
    image Medians(object self, image W)
    {
        number nK, nUV
        GetSize(W, nK, nUV)
        image values := RealImage("", WorkingBytes(W), nK, nRings, nPlanes)
        values = tert(iplane < count[irow, 0], W[icol, pixel[irow, iplane]], 1e30)
        SortPlanes(values)
        image below := RealImage("", 8, nRings, 1)       // of an even number of pixels, the median is the mean of two
        image above := RealImage("", 8, nRings, 1)
        below = tert(count > 0, floor((count - 1) / 2), 0)
        above = floor(count / 2)
        image profiles := NewMatrix(W, nK, nRings)
        profiles = (values[icol, irow, below[irow, 0]] + values[icol, irow, above[irow, 0]]) / 2
        image medians := NewMatrix(W, nK, nUV)
        medians = profiles[icol, ring[0, irow]]
        return medians
    }
}

object MakeRings(number nU, number nV, number u0, number v0)
{
    return alloc(NmfRings).Of(nU, nV, u0, v0)
}
