/* Data matrix
   What     X for the products of an iteration: X Ht and Wt X, of the data or of the data low-passed along the scan.
   Input    X n_xy x n_uv (width x height) [counts], as Unfold gives it; a band of map_constraint.s, or none.
   Output   W n_k x n_uv, H n_xy x n_k, weights 1 x n_uv; sums are added up in 8 bytes.
   Source   Kimoto et al. (2025), Supplement S1: the two products of both algorithms
   Needs    functions/matrices.s
   Twin     offline_reference/numerics/data_matrix.py, offline_reference/numerics/band_matrix.py
   Tested   virtual_dm in CI; GMS: not yet

   Each product is one pass over X. W H (n_xy x n_uv) is never formed. With a band, the data are projected onto it
   once; their coefficients have about pi cutoff^2 n_xy columns instead of n_xy, and all products become that much
   cheaper.
*/

// What is asked of a band; NmfBand in map_constraint.s answers.
interface NmfBandOfData
{
    image Coefficients(object self, image H);
    image Maps(object self, image coefficients);
    number Count(object self);
}

// Rows of X that are worked on at once in sums: about so many pixels, so that an expression needs little memory.
number PixelsOfABlock()
{
    return 262144
}

// Sum of all a x b, in double.
number SumOfProducts(image a, image b)
{
    number width, height
    GetSize(a, width, height)
    image sums := RealImage("", 8, 1, height)
    sums = 0
    sums[0, irow] += a * b
    return sum(sums)
}

class NmfMatrix
{
    image X                    // n_xy x n_uv [counts]
    object scanBand            // invalid: no low-pass
    image coefficients         // n x n_uv: X along the scan below the cut-off
    image squares              // 1 x n_uv: sum of X^2 of each row
    number nXY, nUV, nRowsOfABlock

    object Of(object self, image data)
    {
        X := data
        GetSize(X, nXY, nUV)
        nRowsOfABlock = max(1, floor(PixelsOfABlock() / nXY))
        return self
    }

    object InBand(object self, image data, object band)
    {
        self.Of(data)
        scanBand = band
        coefficients := NewMatrix(X, band.Count(), nUV)
        for (number first = 0; first < nUV; first += nRowsOfABlock)
        {
            number next = min(first + nRowsOfABlock, nUV)
            image rows := NewMatrix(X, nXY, next - first)
            rows = X[first, 0, next, nXY]
            coefficients[first, 0, next, band.Count()] = band.Coefficients(rows)
        }
        return self
    }

    number Width(object self)
    {
        return nXY
    }

    number Height(object self)
    {
        return nUV
    }

    // The data themselves, never low-passed.
    image Data(object self)
    {
        return X
    }

    number HasBand(object self)
    {
        return ScriptObjectIsValid(scanBand)
    }

    // X Ht, n_k x n_uv.
    image TimesTransposed(object self, image H)
    {
        if (!self.HasBand()) return Product(X, Transposed(H))
        return Product(coefficients, Transposed(scanBand.Coefficients(H)))
    }

    // Wt X, n_xy x n_k.
    image TransposedTimes(object self, image W)
    {
        if (!self.HasBand()) return Product(Transposed(W), X)
        return scanBand.Maps(Product(Transposed(W), coefficients))
    }

    // One diffraction, 1 x n_uv, low-passed along the scan if there is a band.
    image Diffraction(object self, number position)
    {
        image column := NewMatrix(X, 1, nUV)
        if (!self.HasBand())
        {
            column = X[position, irow]
            return column
        }
        image here := NewMatrix(X, nXY, 1)
        here[0, position, 1, position + 1] = 1
        column = self.TimesTransposed(here)
        return column
    }

    // Sum of each row of the data, 1 x n_uv: the summed diffraction.
    image RowSumsOf(object self)
    {
        return RowSums(X)
    }

    // Sum of squares of each row of the data, 1 x n_uv; made once.
    image RowSquares(object self)
    {
        if (ImageIsValid(squares)) return squares
        squares := RealImage("", 8, 1, nUV)
        squares = 0
        for (number first = 0; first < nUV; first += nRowsOfABlock)
        {
            number next = min(first + nRowsOfABlock, nUV)
            image sums := RealImage("", 8, 1, next - first)
            sums = 0
            sums[0, irow] += X[first, 0, next, nXY] ** 2
            squares[first, 0, next, 1] = sums
        }
        return squares
    }

    // ||X||^2 of the data themselves, so that errors are those of the data.
    number SumOfSquares(object self)
    {
        return sum(self.RowSquares())
    }

    number WeightedSumOfSquares(object self, image weights)
    {
        return SumOfProducts(self.RowSquares(), weights)
    }

    // ||X - W H||^2 of the data, the literal sum, some rows at a time.
    number ResidualSumOfSquares(object self, image W, image H)
    {
        number nK, height
        GetSize(W, nK, height)
        number total = 0
        for (number first = 0; first < nUV; first += nRowsOfABlock)
        {
            number next = min(first + nRowsOfABlock, nUV)
            image rows := NewMatrix(W, nK, next - first)
            rows = W[first, 0, next, nK]
            image sums := RealImage("", 8, 1, next - first)
            sums = 0
            sums[0, irow] += (X[first, 0, next, nXY] - Product(rows, H)) ** 2
            total += sum(sums)
        }
        return total
    }

    // ||X - W H||^2 / (n_uv n_xy) of the data. [counts^2] Twin: metrics.mean_squared_error.
    // ||X||^2 - 2 <Wt X, H> + <Wt W, H Ht> takes one pass over X and never forms W H, but the three terms cancel when
    // the fit is close. In single precision their rounding was measured to be 1e-7 of ||X||^2 and less, in double 1e-16:
    // below 1e-3 and 1e-6 of ||X||^2 the residual itself is summed, and what is returned is right to 1e-4 at least.
    number MeanSquaredError(object self, image W, image H)
    {
        number tooClose = 1e-3
        if (ProductsAreDouble(X)) tooClose = 1e-6
        number error = self.SumOfSquares() - 2 * SumOfProducts(Product(Transposed(W), X), H) \
                     + SumOfProducts(GramOfColumns(W), GramOfRows(H))
        if (error < tooClose * self.SumOfSquares()) error = self.ResidualSumOfSquares(W, H)
        return error / (nXY * nUV)
    }
}
