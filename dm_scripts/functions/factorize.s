/* Factorize
   What     Repeats a step and the constraints it is handed, and keeps the best factors. One iteration, in this order:
              W <- step          least squares, or whichever step was asked for
              W <- W / sum(W)    each diffraction sums to one, its scale goes to the map (if there is a constraint)
              W <- [W]W          the diffraction constraint, then sum one again
              H <- step          with the rows of X weighted, if weights are given
              H <- [H]H          low-pass and clip (if there is a constraint)
   Input    An NmfMatrix of the data; n_k; the step; constraints as objects; weights, start, limits.
   Output   W n_k x n_uv, H n_xy x n_k of the best iteration, the history of the error, sentences about every recovery.
   Source   Kimoto et al. (2025), Supplement S1; the order of an iteration: see the twin
   Needs    functions/matrices.s, functions/random_start.s, functions/data_matrix.s, functions/nmf_steps.s,
            functions/messages.s
   Twin     offline_reference/numerics/factorize.py
   Tested   virtual_dm in CI; GMS: not yet

   object run = alloc(NmfFactorization).Of(data, nK, "als")
   run.SetIterations(200, 0)
   run.Run()
   image W := run.Diffractions()
   image H := run.Maps()
*/

// What is asked of a diffraction constraint; NmfDarkPeakFill in diffraction_constraint.s answers.
interface NmfConstraintOfDiffractions
{
    image Apply(object self, image W);
}

// What is asked of a map constraint; NmfBand in map_constraint.s answers.
interface NmfConstraintOfMaps
{
    image LowPass(object self, image H);
}

// Gives each diffraction sum 1 and its scale to the map; W H stays.
void ToUnitSum(image &W, image &H)
{
    image totals := ColumnSums(W)
    totals = tert(totals > 0, totals, 1)
    number nK, height
    GetSize(W, nK, height)
    image unit := NewMatrix(W, nK, height)
    unit = W / totals[icol, 0]
    image scaled := NewMatrix(H, H.ImageGetDimensionSize(0), nK)
    scaled = H * totals[irow, 0]
    W := unit
    H := scaled
}

// Each diffraction of sum 1, components by the total of their maps, largest first; W H stays.
void CanonicalForm(image &W, image &H)
{
    ToUnitSum(W, H)
    number nK, nUV, nXY
    GetSize(W, nK, nUV)
    GetSize(H, nXY, nK)
    image totals := RowSums(H)
    image sortedW := NewMatrix(W, nK, nUV)
    image sortedH := NewMatrix(H, nXY, nK)
    for (number k = 0; k < nK; k++)
    {
        number x, largest
        max(totals, x, largest)
        SetPixel(totals, 0, largest, -1)             // never again: totals are not negative
        sortedW[0, k, nUV, k + 1] = W[0, largest, nUV, largest + 1]
        sortedH[k, 0, k + 1, nXY] = H[largest, 0, largest + 1, nXY]
    }
    W := sortedW
    H := sortedH
}

class NmfFactorization
{
    object X                   // NmfMatrix
    number nK, nUV, nXY
    string step                // "mu", "als" or "hals"
    object fill                // diffraction constraint; invalid: none
    object band                // map constraint; invalid: none
    image weights              // 1 x n_uv, of the squared residuals of each row of X; invalid: none
    image W, H                 // start, then the factors of the latest iteration
    number seed, maxIter, tol, slack
    string title               // of the progress window; "": no window
    number already, inAll      // iterations of runs before this one, and of all runs, for events and progress
    number reportEvery

    image bestW, bestH, latestW, latestH
    number bestObjective, bestIteration, latestObjective, latestIteration
    image errors, objectives   // max_iter x 1: [counts^2] an iteration, and the weighted sum that is lowered
    number n, nDrawn, revivedIn, isSingularSaid
    string events, stopped

    // Iterations, and the part of the objective within which the last 20 must lie to stop earlier (0: never).
    void SetIterations(object self, number iterations, number tolerance)
    {
        if (iterations < 1 || iterations != floor(iterations))
            Throw(iterations + " iterations are not possible: choose a whole number from 1.")
        if (!(tolerance >= 0 && tolerance < 1))
            Throw("The tolerance " + tolerance + " is not between 0 (never stop) and 1: choose a small number, for " \
                + "example 1e-6.")
        maxIter = iterations
        tol = tolerance
    }

    // Of the start and of restarts of dead components.
    void SetSeed(object self, number newSeed)
    {
        seed = newSeed
    }

    // Factors to start from instead of random ones; ALS uses H alone.
    void SetStart(object self, image startW, image startH)
    {
        W := startW
        H := startH
    }

    // Objects of diffraction_constraint.s and map_constraint.s; an object without value is no constraint.
    void SetConstraints(object self, object newFill, object newBand)
    {
        fill = newFill
        band = newBand
    }

    // 1 x n_uv. They cancel in least squares for W.
    void SetWeights(object self, image newWeights)
    {
        weights := newWeights
    }

    // Keep the latest iterate whose objective is within this part of the lowest. 0: the best one.
    void SetSlack(object self, number part)
    {
        slack = part
    }

    // Show progress under a title ("": none), as iterations nBefore + 1 .. of nTotal (0: this run's own).
    void SetProgress(object self, string newTitle, number nBefore, number nTotal)
    {
        title = newTitle
        already = nBefore
        inAll = nTotal
        reportEvery = 5
    }

    object Of(object self, object data, number nComponents, string stepName)
    {
        X = data
        nK = nComponents
        step = stepName
        nXY = data.Width()
        nUV = data.Height()
        if (step != "mu" && step != "als" && step != "hals")
            Throw("The step " + step + " is unknown: choose one of als, hals, mu.")
        if (nK < 1 || nK > min(nUV, nXY) || nK != floor(nK))
            Throw(nK + " components cannot be found in " + nUV + " detector pixels x " + nXY + " scan positions: ask " \
                + "for a whole number from 1 to " + min(nUV, nXY) + ".")
        self.SetIterations(500, 0)
        self.SetSeed(0)
        self.SetProgress("", 0, 0)
        return self
    }

    number IsWeighted(object self)
    {
        return ImageIsValid(weights)
    }

    void Note(object self, number iteration, string text)
    {
        events = events + "iteration " + (already + iteration) + ": " + text + "\n"
    }

    // -- restarts of components that died ---------------------------------------------------------------------------

    // Gives the components that are marked in dead (n_k x 1, 0 or 1) a diffraction of the data, as large as the living
    // ones are on average: their own scale, and so W H of the others, stays.
    void Revive(object self, image dead, number iteration, string what)
    {
        number nDead = sum(dead)
        image drawn := UniformRandomNumbers(nDrawn + nDead, seed + 1)
        image columns := NewMatrix(W, nDead, nUV)
        for (number i = 0; i < nDead; i++)
            columns[0, i, nUV, i + 1] = X.Diffraction(floor(GetPixel(drawn, nDrawn + i, 0) * nXY))
        nDrawn = nDrawn + nDead
        number tiny = 1e-12 * max(max(abs(columns)), 1)
        columns = tert(columns > 0, columns, 0) + tiny

        image totals := ColumnSums(W)
        number nLiving = sum(totals > 0)
        number scale = 1
        if (nLiving > 0) scale = sum(totals) / nLiving
        image sums := ColumnSums(columns)
        image revived := NewMatrix(W, nK, nUV)
        revived = W
        string names = ""
        number next = 0
        for (number k = 0; k < nK; k++)
        {
            if (GetPixel(dead, k, 0) == 0) continue
            number factor = scale / GetPixel(sums, next, 0)
            revived[0, k, nUV, k + 1] = columns[next, irow] * factor
            if (names != "") names = names + ", "
            names = names + (k + 1)
            next++
        }
        W := revived
        revivedIn = iteration
        self.Note(iteration, "the " + what + " of component " + names + " became zero everywhere and was restarted " \
                  + "from a diffraction of the data.")
    }

    void ReviveDiffractions(object self, number iteration)
    {
        image dead := RealImage("", 8, nK, 1)
        dead = (ColumnSums(W) == 0)
        if (sum(dead) > 0) self.Revive(dead, iteration, "diffraction")
    }

    // A flat map, and a diffraction of the data to go with it.
    void ReviveMaps(object self, number iteration)
    {
        image dead := RealImage("", 8, nK, 1)
        image totals := RowSums(H)
        dead = (totals[0, icol] == 0)
        if (sum(dead) == 0) return
        number level = sum(totals) / (nXY * nK) / nK + 1e-12
        image flat := NewMatrix(H, nXY, nK)
        flat = tert(dead[irow, 0] > 0, level, H)
        H := flat
        self.Revive(dead, iteration, "map")
    }

    void NoteSingular(object self, number iteration)
    {
        if (isSingularSaid) return
        isSingularSaid = 1
        string ridge = "1e-7"                        // see GuardedInverse
        if (ProductsAreDouble(X.Data())) ridge = "1e-12"
        self.Note(iteration, "two maps were too alike to be told apart (near-singular normal equations); a ridge of " \
                  + ridge + " of the trace was added. Fewer components may suffice.")
    }

    // -- one iteration ----------------------------------------------------------------------------------------------

    void ImproveDiffractions(object self, number iteration)
    {
        image XHt := X.TimesTransposed(H)
        image HHt := GramOfRows(H)
        number nearSingular = 0
        if (step == "mu") W := MuDiffractions(W, XHt, HHt)
        else if (step == "als") W := AlsDiffractions(XHt, HHt, nearSingular)
        else W := HalsDiffractions(W, XHt, HHt)
        if (nearSingular) self.NoteSingular(iteration)
    }

    void ConstrainDiffractions(object self)
    {
        if (!ScriptObjectIsValid(fill)) return
        ToUnitSum(W, H)
        W := fill.Apply(W)
        ToUnitSum(W, H)
    }

    void ImproveMaps(object self, image WtX, image WtW)
    {
        if (step == "mu") H := MuMaps(H, WtX, WtW)
        else if (step == "als") H := AlsMaps(WtX, WtW)
        else H := HalsMaps(H, WtX, WtW)
        if (ScriptObjectIsValid(band)) H := Clipped(band.LowPass(H))
    }

    // ||X - W H||^2 of what the three terms of its expansion are made of; W H is never formed.
    number SquaredError(object self, number sumOfSquares, image WtX, image WtW)
    {
        return sumOfSquares - 2 * SumOfProducts(WtX, H) + SumOfProducts(WtW, GramOfRows(H))
    }

    void Keep(object self, number objective, number iteration)
    {
        if (bestIteration == 0 || objective < bestObjective)
        {
            bestObjective = objective
            bestIteration = iteration
            bestW := W
            bestH := H
        }
        if (objective > bestObjective + slack * abs(bestObjective)) return
        latestObjective = objective
        latestIteration = iteration
        latestW := W
        latestH := H
    }

    // Whether the last 20 objectives lie within tol of themselves: single steps of ALS go up and down.
    number IsSettled(object self, number nDone)
    {
        if (tol == 0 || nDone <= 20) return 0
        image recent := RealImage("", 8, 20, 1)
        recent = objectives[0, nDone - 20, 1, nDone]
        return max(recent) - min(recent) < tol * abs(GetPixel(recent, 19, 0))
    }

    void Report(object self, number iteration)
    {
        if (title == "") return
        if (iteration != 1 && Mod(iteration, reportEvery) != 0 && iteration != maxIter) return
        number nTotal = inAll
        if (nTotal == 0) nTotal = already + maxIter
        ShowProgress(title, already + iteration, nTotal, GetPixel(errors, iteration - 1, 0))
    }

    number AsksToStop(object self)
    {
        if (title == "") return 0
        return IsCancelled()
    }

    void Iterate(object self, number iteration)
    {
        self.ImproveDiffractions(iteration)
        self.ReviveDiffractions(iteration)
        self.ConstrainDiffractions()

        image weightedW := W
        if (self.IsWeighted()) weightedW := ScaledRows(W, weights)
        image WtX := X.TransposedTimes(weightedW)
        image WtW := ProductOfColumns(weightedW, W)
        self.ImproveMaps(WtX, WtW)

        number objective, error
        if (self.IsWeighted())
        {
            objective = self.SquaredError(X.WeightedSumOfSquares(weights), WtX, WtW)
            error = self.SquaredError(X.SumOfSquares(), X.TransposedTimes(W), GramOfColumns(W))
        }
        else
        {
            objective = self.SquaredError(X.SumOfSquares(), WtX, WtW)
            error = objective
        }
        SetPixel(objectives, iteration - 1, 0, objective)
        SetPixel(errors, iteration - 1, 0, error / (nXY * nUV))
        self.ReviveMaps(iteration)
        if (revivedIn != iteration) self.Keep(objective, iteration)
    }

    // -- the run ----------------------------------------------------------------------------------------------------

    void Begin(object self)
    {
        if (!ImageIsValid(H))
        {
            W := NewMatrix(X.Data(), nK, nUV)
            H := NewMatrix(X.Data(), nXY, nK)
            RandomFactors(W, H, seed)
        }
        errors := RealImage("", 8, maxIter, 1)
        objectives := RealImage("", 8, maxIter, 1)
        errors = 0
        objectives = 0
        n = 0
        bestIteration = 0
        latestIteration = 0
        nDrawn = 0
        revivedIn = 0
        isSingularSaid = 0
        events = ""
        stopped = "max_iter"
    }

    void Finish(object self)
    {
        number last = GetPixel(objectives, n - 1, 0)
        if (latestIteration == 0)                    // a component died in every single iteration: nothing was kept
        {
            latestObjective = last
            latestIteration = n
            latestW := W
            latestH := H
        }
        number squares = X.SumOfSquares()
        if (self.IsWeighted()) squares = X.WeightedSumOfSquares(weights)
        number lowest = max(latestObjective, 1e-6 * squares)    // below: near an exact fit it is rounding, of either sign
        if (last > lowest * 1.02)
            events = events + "the error rose again after its best at iteration " + (already + latestIteration) \
                   + " (by " + Format(100 * (last / lowest - 1), "%.1f") + " % at the end): the factors of that " \
                   + "iteration are kept.\n"
    }

    // Makes the iterations; one is always made, so that there is something to show after a cancel.
    void Run(object self)
    {
        self.Begin()
        for (number iteration = 1; iteration <= maxIter; iteration++)
        {
            if (iteration > 1 && self.AsksToStop())
            {
                stopped = "cancelled"
                break
            }
            self.Iterate(iteration)
            n = iteration
            self.Report(iteration)
            if (self.IsSettled(iteration))
            {
                stopped = "converged"
                break
            }
        }
        self.Finish()
    }

    // -- what was found ---------------------------------------------------------------------------------------------

    image Diffractions(object self)
    {
        return latestW
    }

    image Maps(object self)
    {
        return latestH
    }

    number Iterations(object self)
    {
        return n
    }

    // Counted from 1; the one whose factors are kept.
    number BestIteration(object self)
    {
        return latestIteration
    }

    // n x 1 [counts^2].
    image ErrorHistory(object self)
    {
        image history := RealImage("", 8, n, 1)
        history = errors[0, 0, 1, n]
        return history
    }

    image ObjectiveHistory(object self)
    {
        image history := RealImage("", 8, n, 1)
        history = objectives[0, 0, 1, n]
        return history
    }

    // "converged", "max_iter" or "cancelled".
    string Stopped(object self)
    {
        return stopped
    }

    // Sentences, one a line, about every recovery; "" if nothing happened.
    string Events(object self)
    {
        return events
    }

    // Of the kept factors, on the data themselves. [counts^2]
    number MeanSquaredError(object self)
    {
        return X.MeanSquaredError(latestW, latestH)
    }
}
