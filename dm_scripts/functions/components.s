/* Components
   What     Mean squared error against the number of components: of ALS and MU, and the least that any factors can reach,
            whatever their signs (PCA).
   Input    An NmfMatrix of the data; numbers of components first, first + step, .. up to last; iterations, seed.
   Output   An image with one column for each number and three rows, PCA, ALS and MU [counts^2].
   Source   Kimoto et al. (2025), Supplement S4, Fig. S2
   Needs    functions/data_matrix.s, functions/factorize.s, functions/matrices.s, functions/messages.s,
            functions/random_start.s
   Twin     offline_reference/numerics/components.py
   Tested   virtual_dm in CI; GMS: not yet

   The twin takes the floor from an eigen-decomposition of all patterns. Here it comes from subspace iteration: a block
   of rows is multiplied by Xt X eight times, and then spans the largest principal components. Where noise is all that is
   left to find, it finds most of it: the floor was 5e-4 of itself too high on pure noise, 1e-7 and less on crystals.
*/

// -- the floor --------------------------------------------------------------------------------------------------------

// Rows of m made orthonormal, one after the other; each twice, because once leaves rounding where rows are alike.
// A row that the ones before it contain becomes 0.
image OrthonormalRows(image m)
{
    number width, height
    GetSize(m, width, height)
    image rows := InDouble(m)
    image row := RealImage("", 8, width, 1)
    for (number k = 0; k < height; k++)
    {
        row = rows[k, 0, k + 1, width]
        number before = sqrt(sum(row * row))
        for (number turn = 0; turn < 2 && k > 0; turn++)
        {
            image parts := RealImage("", 8, 1, k)
            parts = 0
            parts[0, irow] += rows[0, 0, k, width] * row[icol, 0]
            image known := RealImage("", 8, width, 1)
            known = 0
            known[icol, 0] += rows[0, 0, k, width] * parts[0, irow]
            row = row - known
        }
        number size = sqrt(sum(row * row))
        if (size > 1e-12 * before) row = row / size
        else row = 0
        rows[k, 0, k + 1, width] = row
    }
    return rows
}

// Eigenvalues of a symmetric matrix by Jacobi's rotations, n x 1 in 8 bytes, largest first.
image EigenvaluesOf(image symmetric)
{
    number n, height
    GetSize(symmetric, n, height)
    image m := InDouble(symmetric)
    image rowP := RealImage("", 8, n, 1)
    image rowQ := RealImage("", 8, n, 1)
    image columnP := RealImage("", 8, 1, n)
    image columnQ := RealImage("", 8, 1, n)
    for (number sweep = 0; sweep < 30; sweep++)
    {
        number nTurned = 0
        for (number p = 0; p < n - 1; p++)
            for (number q = p + 1; q < n; q++)
            {
                number off = GetPixel(m, q, p)
                if (off * off <= 1e-28 * abs(GetPixel(m, p, p) * GetPixel(m, q, q))) continue
                nTurned++
                number half = (GetPixel(m, q, q) - GetPixel(m, p, p)) / (2 * off)
                number tangent = 1 / (abs(half) + sqrt(half * half + 1))
                if (half < 0) tangent = -tangent
                number cosine = 1 / sqrt(tangent * tangent + 1)
                number sine = tangent * cosine
                rowP = cosine * m[icol, p] - sine * m[icol, q]
                rowQ = sine * m[icol, p] + cosine * m[icol, q]
                m[p, 0, p + 1, n] = rowP
                m[q, 0, q + 1, n] = rowQ
                columnP = cosine * m[p, irow] - sine * m[q, irow]
                columnQ = sine * m[p, irow] + cosine * m[q, irow]
                m[0, p, n, p + 1] = columnP
                m[0, q, n, q + 1] = columnQ
            }
        if (nTurned == 0) break
    }
    image values := RealImage("", 8, n, 1)
    image sorted := RealImage("", 8, n, 1)
    values = m[icol, icol]
    for (number k = 0; k < n; k++)
    {
        number x, y
        SetPixel(sorted, k, 0, max(values, x, y))
        SetPixel(values, x, 0, -1e300)
    }
    return sorted
}

// Least mean squared error of W H with 1, 2, .. most components, most x 1 in 8 bytes [counts^2].
// The mean diffraction is not subtracted, as NMF does not subtract it either.
image PcaFloors(object X, number most, number seed)
{
    number nXY = X.Width()
    number nUV = X.Height()
    number nBlock = min(min(nXY, nUV), 2 * most + 8)      // more than asked for: the last ones converge slowly
    image H := NewMatrix(X.Data(), nXY, nBlock)
    image noW := NewMatrix(X.Data(), nBlock, 1)
    RandomFactors(noW, H, seed)
    H = OrthonormalRows(H)
    image W := NewMatrix(X.Data(), nBlock, nUV)
    for (number i = 0; i < 8; i++)
    {
        W = Transposed(OrthonormalRows(Transposed(X.TimesTransposed(H))))
        H = OrthonormalRows(X.TransposedTimes(W))
    }
    image captured := EigenvaluesOf(GramOfColumns(X.TimesTransposed(H)))
    image floors := RealImage("", 8, most, 1)
    number remaining = X.SumOfSquares()
    for (number k = 0; k < most; k++)
    {
        remaining = max(0, remaining - GetPixel(captured, k, 0))
        SetPixel(floors, k, 0, remaining / (nXY * nUV))
    }
    return floors
}

// -- the curve --------------------------------------------------------------------------------------------------------

class NmfErrorCurve
{
    object X                        // NmfMatrix
    number first, step, nNumbers    // numbers of components: first, first + step, ..
    number maxIter, tol, seed
    number nDone                    // numbers whose runs are complete
    image errors                    // nNumbers x 3: PCA, ALS, MU [counts^2]

    // As of a factorization; every run starts from the random numbers of the same seed.
    void SetRuns(object self, number iterations, number tolerance, number newSeed)
    {
        maxIter = iterations
        tol = tolerance
        seed = newSeed
    }

    object Of(object self, object data, number from, number to, number by)
    {
        X = data
        number most = min(X.Width(), X.Height())
        if (!(from >= 1 && to >= from && to <= most && by >= 1) || from % 1 != 0 || to % 1 != 0 || by % 1 != 0)
            Throw("The numbers of components from " + Format(from, "%g") + " to " + Format(to, "%g") + " in steps of " + \
                  Format(by, "%g") + " cannot be tried on " + Format(X.Height(), "%.0f") + " detector pixels x " + \
                  Format(X.Width(), "%.0f") + " scan positions: choose whole numbers from 1 to " + \
                  Format(most, "%.0f") + ".")
        first = from
        step = by
        nNumbers = floor((to - from) / by) + 1
        errors := RealImage("", 8, nNumbers, 3)
        errors = 0
        nDone = 0
        self.SetRuns(500, 0, 0)
        return self
    }

    number NumberAt(object self, number i) { return first + step * i }

    // Mean squared error of one run, or -1 if the user has stopped it: an error of fewer iterations would be a dent.
    number ErrorOf(object self, string method, number nK, string title, number before, number inAll)
    {
        object run = alloc(NmfFactorization).Of(X, nK, method)
        run.SetIterations(maxIter, tol)
        run.SetSeed(seed)
        run.SetProgress(title, before, inAll)
        run.Run()
        if (run.Stopped() == "cancelled") return -1
        return run.MeanSquaredError()
    }

    // All runs, number by number, so that a curve that was stopped is complete up to its end. title: of the progress
    // window, "" for none.
    void Run(object self, string title)
    {
        if (title != "") ShowProgress(title + ": principal components", 1, 2 * nNumbers + 1, -1)
        image floors := PcaFloors(X, self.NumberAt(nNumbers - 1), seed)
        number inAll = 2 * nNumbers * maxIter
        for (nDone = 0; nDone < nNumbers; nDone++)
        {
            number nK = self.NumberAt(nDone)
            for (number row = 1; row < 3; row++)
            {
                if (title != "" && IsCancelled()) return
                string method = "als"
                if (row == 2) method = "mu"
                string runTitle = title
                if (title != "") runTitle = title + ": " + method + ", " + Format(nK, "%.0f") + " components"
                number error = self.ErrorOf(method, nK, runTitle, (2 * nDone + row - 1) * maxIter, inAll)
                if (error < 0) return
                SetPixel(errors, nDone, row, error)
            }
            SetPixel(errors, nDone, 0, GetPixel(floors, nK - 1, 0))
        }
    }

    // How many numbers are complete.
    number Count(object self) { return nDone }

    // One column for each number that is complete; rows PCA, ALS, MU.
    image Errors(object self)
    {
        image complete := RealImage("", 8, max(nDone, 1), 3)
        complete = errors[0, 0, 3, max(nDone, 1)]
        return complete
    }
}
