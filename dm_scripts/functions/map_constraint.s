/* Map constraint
   What     [.]H: a map holds no frequency beyond the probe's resolution limit, and nothing negative. The cosine
            transform (DCT-II) reflects a map at its edges: a scan does not wrap round as a Fourier transform has it.
   Input    Maps as rows of H (n_xy x n_k) or of the data X (n_xy x n_uv); cut-off [cycles per scan pixel], 0.5 = Nyquist.
   Output   Coefficients inside the band (n x rows), or low-passed rows; new images of the byte size of the input.
   Source   Kimoto et al. (2025), constraint on maps; Boyle and Dykstra (1986) for the closest point of both sets
   Needs    functions/matrices.s
   Twin     offline_reference/numerics/map_constraint.py
   Tested   virtual_dm in CI; GMS: not yet

   The transform of a map is made along x, then along y, with two small matrices. With n_x = n_y = 64 and a cut-off of
   0.2 this takes 64 x 64 x 26 + 64 x 26 x 26 = 0.15 million multiplications a map, and matrices of 26 x 64. One matrix
   of all n = 541 basis maps would take 2.2 million, and 9 MB; at 256 x 256 it would take 540 million, and 2 GB. Between
   the two products the pixels change their order by a lookup over a whole image: all maps are transformed at once, so
   the number of statements does not grow with the number of maps.
*/

void RefuseCutoff(number cutoff)
{
    if (cutoff > 0 && cutoff <= 0.5) return
    Throw("The cut-off " + Format(cutoff, "%g") + " is not between 0 and 0.5 cycles per scan pixel (Nyquist): a scan " + \
          "step holds no higher frequency. Give one inside, or switch the map constraint off.")
}

// Orthonormal DCT-II functions of n points up to the cut-off, one a column (8 bytes). Function i has i / (2 n) cycles
// per pixel; rounding must not decide about the last one.
image CosineBasis(number n, number cutoff)
{
    number nLow = min(n, floor(2 * n * cutoff * (1 + 1e-9)) + 1)
    image basis := RealImage("", 8, nLow, n)
    basis = cos(Pi() * (irow + 0.5) * icol / n) * sqrt(2 / n)
    basis[0, 0, n, 1] = sqrt(1 / n)
    return basis
}

// The same numbers in the byte size of another image: MatrixMultiply gets two images of one type.
image InBytesOf(image m, image like)
{
    number width, height
    GetSize(m, width, height)
    image same := NewMatrix(like, width, height)
    same = m
    return same
}

// Maps of one scan size whose frequencies end at a cut-off, as few coefficients. Made by MakeBand.
class NmfBand
{
    number nX, nY              // scan [pixel]
    number nLowX, nLowY        // coefficients along x and along y, before the corners are left out
    number n                   // coefficients inside the band
    number limit               // cut-off [cycles per scan pixel]
    image basisX, basisY       // nLowX x nX and nLowY x nY, in the byte size of the maps
    image backX, backY         // their transposes
    image inside               // nLowY x nLowX: 1 in the band, 0 in the corners beyond it
    image placeX, placeY       // n x 1: which coefficient along x and along y is number i

    object Of(object self, number wantedX, number wantedY, number cutoff)
    {
        RefuseCutoff(cutoff)
        nX = wantedX
        nY = wantedY
        limit = cutoff
        basisX := CosineBasis(nX, cutoff)
        basisY := CosineBasis(nY, cutoff)
        backX := MatrixTranspose(basisX)
        backY := MatrixTranspose(basisY)
        number height
        GetSize(basisX, nLowX, height)
        GetSize(basisY, nLowY, height)
        inside := RealImage("", 8, nLowY, nLowX)
        inside = sqrt((icol / (2 * nY)) ** 2 + (irow / (2 * nX)) ** 2) <= cutoff * (1 + 1e-9)
        n = sum(inside)
        placeX := RealImage("", 8, n, 1)
        placeY := RealImage("", 8, n, 1)
        number first = 0
        for (number y = 0; y < nLowY; y++)    // for one frequency along y, the band along x goes from 0 to somewhere
        {
            number count = sum(inside[0, y, nLowX, y + 1])
            if (count == 0) break             // and for higher ones there is nothing either
            placeX[0, first, 1, first + count] = icol
            placeY[0, first, 1, first + count] = y
            first = first + count
        }
        return self
    }

    number Count(object self)
    {
        return n
    }

    number Cutoff(object self)
    {
        return limit
    }

    // Gives the bases the byte size of the maps: MatrixMultiply gets two images of one type.
    void MatchBytes(object self, image maps)
    {
        if (WorkingBytes(maps) == WorkingBytes(basisX)) return
        basisX := InBytesOf(CosineBasis(nX, limit), maps)
        basisY := InBytesOf(CosineBasis(nY, limit), maps)
        backX := MatrixTranspose(basisX)
        backY := MatrixTranspose(basisY)
    }

    // Rows of H (nX * nY wide) to all coefficients up to the cut-off along x and along y: image nLowY x (nLowX * rows),
    // coefficient (x, y) of row k at [y, x + nLowX * k].
    image Spectrum(object self, image H)
    {
        number nXY, nRows
        GetSize(H, nXY, nRows)
        self.MatchBytes(H)
        image lines := NewMatrix(H, nX, nY * nRows)              // a line of the scan in each row
        lines = H[icol + nX * (irow % nY), (irow - irow % nY) / nY]
        image low := NewMatrix(H, nLowX, nY * nRows)
        low = MatrixMultiply(lines, basisX)
        image turned := NewMatrix(H, nY, nLowX * nRows)          // x and y exchanged, map by map
        turned = low[irow % nLowX, icol + nY * ((irow - irow % nLowX) / nLowX)]
        image spectrum := NewMatrix(H, nLowY, nLowX * nRows)
        spectrum = MatrixMultiply(turned, basisY)
        return spectrum
    }

    // The way back: rows (nX * nY wide) of a spectrum as Spectrum gives it.
    image FromSpectrum(object self, image spectrum)
    {
        number width, height
        GetSize(spectrum, width, height)
        number nRows = height / nLowX
        self.MatchBytes(spectrum)
        image turned := NewMatrix(spectrum, nY, nLowX * nRows)
        turned = MatrixMultiply(spectrum, backY)
        image low := NewMatrix(spectrum, nLowX, nY * nRows)
        low = turned[irow % nY, icol + nLowX * ((irow - irow % nY) / nY)]
        image lines := NewMatrix(spectrum, nX, nY * nRows)
        lines = MatrixMultiply(low, backX)
        image H := NewMatrix(spectrum, nX * nY, nRows)
        H = lines[icol % nX, (icol - icol % nX) / nX + nY * irow]
        return H
    }

    // Rows of H (nX * nY wide) to their coefficients (n wide): the orthogonal projection onto the band.
    image Coefficients(object self, image H)
    {
        number nXY, nRows
        GetSize(H, nXY, nRows)
        image spectrum := self.Spectrum(H)
        image column := RealImage("", 8, n, nRows)
        image row := RealImage("", 8, n, nRows)
        column = placeY[icol, 0]
        row = placeX[icol, 0] + nLowX * irow
        image coefficients := NewMatrix(H, n, nRows)
        coefficients = spectrum[column, row]
        return coefficients
    }

    // Coefficients (n wide) to rows of H (nX * nY wide); may be negative.
    image Maps(object self, image coefficients)
    {
        number width, nRows
        GetSize(coefficients, width, nRows)
        image column := RealImage("", 8, n, nRows)
        image row := RealImage("", 8, n, nRows)
        column = placeY[icol, 0]
        row = placeX[icol, 0] + nLowX * irow
        image spectrum := NewMatrix(coefficients, nLowY, nLowX * nRows)
        spectrum[column, row] += coefficients          // what is not in the band stays 0
        return self.FromSpectrum(spectrum)
    }

    // Rows of H without what lies beyond the cut-off; may be negative.
    image LowPass(object self, image H)
    {
        image spectrum := self.Spectrum(H)
        spectrum = spectrum * inside[icol, irow % nLowX]
        return self.FromSpectrum(spectrum)
    }
}

// nX, nY: scan [pixel]; cutoff: largest frequency of a map in any direction [cycles per scan pixel].
object MakeBand(number nX, number nY, number cutoff)
{
    return alloc(NmfBand).Of(nX, nY, cutoff)
}

// Nearly the closest rows that are both band-limited and nonnegative, ending nonnegative: the two projections in turn,
// with Dykstra's correction, which makes the end the closest point and not just any point of both sets.
image LowPassNonnegative(image H, object band, number rounds)
{
    number nXY, nRows
    GetSize(H, nXY, nRows)
    image correction := NewMatrix(H, nXY, nRows)
    image low := NewMatrix(H, nXY, nRows)
    image closest := NewMatrix(H, nXY, nRows)
    closest = H
    for (number i = 0; i < rounds; i++)
    {
        low = band.LowPass(closest)
        low = low + correction
        closest = tert(low > 0, low, 0)
        correction = low - closest
    }
    return closest
}

// Power of each mean-free map beyond the cut-off as a part of its total, 1 x n_k in 8 bytes; 0 for a flat map.
image OutOfBand(image H, number nX, number nY, number cutoff)
{
    number nXY, nRows
    GetSize(H, nXY, nRows)
    object whole = MakeBand(nX, nY, 0.5)
    image power := whole.Spectrum(InDouble(H)) ** 2        // nY x (nX * nRows)
    image all := RealImage("", 8, 1, nRows)
    image total := RealImage("", 8, 1, nRows)
    image beyond := RealImage("", 8, 1, nRows)
    for (number k = 0; k < nRows; k++)
    {
        image one := RealImage("", 8, nY, nX)              // column: frequency along y, row: along x
        one = power[k * nX, 0, (k + 1) * nX, nY]
        SetPixel(all, 0, k, sum(one))
        SetPixel(one, 0, 0, 0)                             // the mean
        SetPixel(total, 0, k, sum(one))
        one = one * (sqrt((icol / (2 * nY)) ** 2 + (irow / (2 * nX)) ** 2) > cutoff * (1 + 1e-9))
        SetPixel(beyond, 0, k, sum(one))
    }
    image part := RealImage("", 8, 1, nRows)
    part = tert(total > 1e-12 * all, beyond / (total + (total == 0)), 0)    // below: what rounding leaves of a constant
    return part
}
