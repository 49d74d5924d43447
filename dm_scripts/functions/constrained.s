/* Constrained NMF
   What     The paper's method: least squares with both constraints inside each iteration, [.]W (no dark peaks) and [.]H
            (maps limited to the probe's resolution). Each can be left out. In this order:
              the iterations, in four quarters; after each, components that show the same discs are merged;
              then the maps once more, for fixed diffractions: weighted nonnegative least squares inside the band.
   Input    X n_xy x n_uv (width x height) [counts], sizes of scan and detector [pixel], n_k; what each Constrain.. and
            Set.. says.
   Output   W n_k x n_uv, each column of sum 1; H n_xy x n_k [counts], the largest total first; errors; what happened.
   Source   Kimoto et al. (2025); for what the paper leaves open see the twin
   Needs    functions/cutoff.s, functions/data_matrix.s, functions/diffraction_constraint.s, functions/factorize.s,
            functions/find_centre.s, functions/map_constraint.s, functions/matrices.s, functions/merging.s,
            functions/nmf_steps.s, functions/polar.s
   Twin     offline_reference/numerics/methods.py
   Tested   virtual_dm in CI; GMS: not yet

   object run = alloc(NmfConstrained).Of(X, nX, nY, nU, nV, nK)
   run.ConstrainDiffractions("quantile", 0.3, 1, -1, -1, -1)
   run.ConstrainMaps(0, "")
   run.Run()
   image diffractions := DiffractionsOfW(run.Diffractions(), nU, nV)
*/

// 1 / variance of each detector pixel, of mean 1: counts vary by their mean (Poisson). means: 1 x n_uv [counts].
// 2 % of the mean over the detector are added, so that dark corners do not get infinite weight.
image PoissonWeights(image means)
{
    number width, nUV
    GetSize(means, width, nUV)
    image weights := RealImage("", 8, 1, nUV)
    weights = 1 / (means + 0.02 * mean(means))
    weights = weights / mean(weights)
    return weights
}

// Maps (n_xy x n_k) for fixed diffractions: weighted nonnegative least squares inside the band. Sweeps of coordinate
// descent, each five followed by rounds of low-pass and clip; the last rounds leave nothing negative and next to nothing
// beyond the band. X: NmfMatrix, low-passed by the same band.
image FitMaps(object X, image W, image H, image weights, object band)
{
    image weightedW := ScaledRows(W, weights)
    image target := Transposed(X.TransposedTimes(weightedW))
    image gram := ProductOfColumns(weightedW, W)
    image fit := H
    for (number i = 0; i < 20; i++)
    {
        image turned := Transposed(fit)
        for (number sweep = 0; sweep < 5; sweep++) turned := HalsSweep(turned, target, gram)
        fit := LowPassNonnegative(Transposed(turned), band, 3)
    }
    return LowPassNonnegative(fit, band, 50)
}

class NmfConstrained
{
    object data                              // NmfMatrix of X itself: weights, cut-off and error are the data's
    object lowPassed                         // NmfMatrix of X inside the band; the same as data without one
    object fill, band                        // constraints; invalid: none
    number nX, nY, nU, nV, nK                // scan, detector [pixel], components
    image means, weights                     // 1 x n_uv: mean diffraction [counts], and 1 / variance
    string step, title
    number seed, maxIter, tol

    string reference                         // of [.]W: "quantile" or "listing-s4"
    number centreU, centreV, centralRadius   // [pixel]
    string centreOrigin
    number limit                             // of [.]H [cycles per scan pixel]
    string limitOrigin

    image W, H
    image errors                             // iterations x 1 [counts^2]
    number nDone, best
    string stopped, events

    // Iterations in all, and the part of the objective within which the last 20 must lie to stop earlier (0: never).
    void SetIterations(object self, number iterations, number tolerance)
    {
        maxIter = iterations
        tol = tolerance
    }

    void SetSeed(object self, number newSeed)
    {
        seed = newSeed
    }

    // "als", "hals" or "mu".
    void SetStep(object self, string newStep)
    {
        step = newStep
    }

    // Of the progress window; "" (as at first): no window, and nothing asks whether to stop.
    void SetTitle(object self, string newTitle)
    {
        title = newTitle
    }

    object Of(object self, image X, number sizeX, number sizeY, number sizeU, number sizeV, number nComponents)
    {
        nX = sizeX
        nY = sizeY
        nU = sizeU
        nV = sizeV
        nK = nComponents
        data = alloc(NmfMatrix).Of(X)
        lowPassed = data
        if (data.Width() != nX * nY || data.Height() != nU * nV)
            Throw("X has " + data.Width() + " x " + data.Height() + " pixels, but a scan of " + nX + " x " + nY + \
                  " and a detector of " + nU + " x " + nV + " need the products of these: unfold the image again.")
        if (!(nK >= 1 && nK <= min(nX * nY, nU * nV)) || nK != floor(nK))
            Throw(Format(nK, "%g") + " components cannot be found in " + data.Height() + " detector pixels x " + \
                  data.Width() + " scan positions: ask for a whole number from 1 to " + min(nX * nY, nU * nV) + ".")
        means := RealImage("", 8, 1, nU * nV)
        means = data.RowSumsOf() / (nX * nY)
        if (!(sum(means) > 0)) Throw("The data hold no counts at all: choose another image.")
        weights := PoissonWeights(means)
        self.SetIterations(200, 1e-6)
        self.SetSeed(0)
        self.SetStep("als")
        return self
    }

    // Switches [.]W on. newReference "quantile" or "listing-s4"; wantedU, wantedV: centre [pixel], negative = find it in
    // the mean diffraction (half the size for Listing S4, as printed); radius: nearer to the centre [.]W does not act
    // [pixel], negative = 1.1 x the radius of the central disc + 1.5.
    void ConstrainDiffractions(object self, string newReference, number quantile, number margin, number wantedU, \
                               number wantedV, number radius)
    {
        if ((wantedU >= 0) != (wantedV >= 0))
            Throw("The centre has u = " + Format(wantedU, "%g") + " and v = " + Format(wantedV, "%g") + ": give both in " + \
                  "detector pixels, or make both negative to have it found.")
        reference = newReference
        number foundU, foundV, discRadius = 0
        number isGiven = wantedU >= 0
        if (isGiven || reference != "listing-s4") FindCentre(ImageOfColumn(means, nU, nV), foundU, foundV, discRadius)
        centreU = foundU
        centreV = foundV
        centreOrigin = "found in the mean diffraction"
        if (isGiven)
        {
            centreU = wantedU
            centreV = wantedV
            centreOrigin = "given"
        }
        else if (reference == "listing-s4")
        {
            centreU = nU / 2
            centreV = nV / 2
            centreOrigin = "half the size, as in Listing S4"
        }
        centralRadius = radius
        if (!(radius >= 0)) centralRadius = 1.1 * discRadius + 1.5
        fill = MakeDarkPeakFill(nU, nV, centreU, centreV, centralRadius, reference, quantile, margin)
    }

    // Switches [.]H on. wanted: cut-off [cycles per scan pixel], 0 = from the data; origin: where it comes from, in words.
    void ConstrainMaps(object self, number wanted, string origin)
    {
        limit = wanted
        limitOrigin = origin
        if (wanted == 0)
        {
            limit = EstimateCutoff(data, nX, nY, weights, nK)
            limitOrigin = "where the data's spectrum along the scan meets the noise"
        }
        RefuseCutoff(limit)
        if (limit >= 0.5)
        {
            limitOrigin = limitOrigin + "; it reaches Nyquist, so the scan itself limits the maps"
            return
        }
        band = MakeBand(nX, nY, limit)
        lowPassed = alloc(NmfMatrix).InBand(data.Data(), band)
    }

    // -- the run ----------------------------------------------------------------------------------------------------

    // Iterations up to number last, from W and H if there are any; 1 if it makes no sense to go on.
    number RunUntil(object self, number last)
    {
        object part = alloc(NmfFactorization).Of(lowPassed, nK, step)
        part.SetIterations(last - nDone, tol)
        part.SetSeed(seed)
        part.SetConstraints(fill, band)
        part.SetWeights(weights)
        part.SetSlack(0.02)              // a constrained ALS passes through lower errors on its way to better components
        part.SetProgress(title, nDone, maxIter)
        if (ImageIsValid(H)) part.SetStart(W, H)
        part.Run()

        number nPart = part.Iterations()
        errors[0, nDone, 1, nDone + nPart] = part.ErrorHistory()
        best = nDone + part.BestIteration()
        nDone = nDone + nPart
        W := part.Diffractions()
        H := part.Maps()
        events = events + part.Events()
        stopped = part.Stopped()
        return stopped != "max_iter"
    }

    // Components that show the same discs become one, and the freed one starts round; how often that happened.
    number Merge(object self)
    {
        ToUnitSum(W, H)
        number nMerged = MergeSamePatterns(W, H, nU, nV, centreU, centreV, centralRadius)
        if (nMerged > 0)
            events = events + "iteration " + nDone + ": pairs of components showed the same Bragg discs: " + nMerged + \
                     " merged, and the freed ones were restarted without discs. Fewer components may suffice.\n"
        return nMerged
    }

    // Maps after a merging: the freed component's is a part of another one's until least squares has seen its pattern.
    // Without this the next step for W would have to tell apart two maps that are the same up to a factor, and rounding
    // would decide.
    void RefitMaps(object self)
    {
        image weightedW := ScaledRows(W, weights)
        H := AlsMaps(lowPassed.TransposedTimes(weightedW), ProductOfColumns(weightedW, W))
        if (ScriptObjectIsValid(band)) H := Clipped(band.LowPass(H))
    }

    void RunInQuarters(object self)
    {
        for (number quarter = 1; quarter <= 4; quarter++)
        {
            number last = floor(maxIter * quarter / 4)
            if (last == nDone) continue              // fewer iterations than quarters
            number isOver = self.RunUntil(last)
            number nMerged = self.Merge()
            if (nMerged > 0) self.RefitMaps()
            if (stopped == "cancelled" || (isOver && nMerged == 0)) break
        }
    }

    // A sentence if some patterns have no counts: unusual, but it can be worked with.
    string AboutEmptyPatterns(object self)
    {
        image totals := ColumnSums(data.Data())
        number nEmpty = sum(totals == 0)
        if (nEmpty == 0) return ""
        return nEmpty + " of " + nX * nY + " patterns have no counts at all (blanked beam, or lost frames): their maps " + \
               "are zero.\n"
    }

    void Run(object self)
    {
        if (!(maxIter >= 1) || maxIter != floor(maxIter))
            Throw(Format(maxIter, "%g") + " iterations are not possible: choose a whole number from 1.")
        errors := RealImage("", 8, maxIter, 1)
        errors = 0
        nDone = 0
        events = self.AboutEmptyPatterns()
        if (ScriptObjectIsValid(fill)) self.RunInQuarters()
        else self.RunUntil(maxIter)
        if (ScriptObjectIsValid(band)) H := FitMaps(lowPassed, W, H, weights, band)
        CanonicalForm(W, H)
    }

    // -- what was found ---------------------------------------------------------------------------------------------

    image Diffractions(object self)
    {
        return W
    }

    image Maps(object self)
    {
        return H
    }

    // ||X - W H||^2 / (n_uv n_xy) of the factors that are returned, the literal sum over the data. [counts^2]
    number MeanSquaredError(object self)
    {
        return data.ResidualSumOfSquares(W, H) / (nX * nY * nU * nV)
    }

    // One value an iteration, n x 1. [counts^2]
    image ErrorHistory(object self)
    {
        image history := RealImage("", 8, nDone, 1)
        history = errors[0, 0, 1, nDone]
        return history
    }

    number Iterations(object self)
    {
        return nDone
    }

    // Counted from 1; the one whose factors are returned.
    number BestIteration(object self)
    {
        return best
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

    // What was decided about the constraints, into a record.
    void NoteConstraints(object self, TagGroup note)
    {
        note.TagGroupSetTagAsString("Step", step)
        note.TagGroupSetTagAsNumber("Largest number of iterations", maxIter)
        note.TagGroupSetTagAsNumber("Tolerance", tol)
        note.TagGroupSetTagAsNumber("Dark peaks filled", ScriptObjectIsValid(fill))
        if (ScriptObjectIsValid(fill))
        {
            note.TagGroupSetTagAsString("Reference", reference)
            note.TagGroupSetTagAsNumber("Centre u", centreU)
            note.TagGroupSetTagAsNumber("Centre v", centreV)
            note.TagGroupSetTagAsString("Centre from", centreOrigin)
            note.TagGroupSetTagAsNumber("Central radius", centralRadius)
        }
        note.TagGroupSetTagAsNumber("Maps low-passed", ScriptObjectIsValid(band))
        if (limit > 0)
        {
            note.TagGroupSetTagAsNumber("Cut-off (cycles per scan pixel)", limit)
            note.TagGroupSetTagAsString("Cut-off from", limitOrigin)
        }
    }

    // The same in words, for the Results window.
    string AboutConstraints(object self)
    {
        string text = "dark peaks not filled"
        if (ScriptObjectIsValid(fill))
            text = "dark peaks filled (" + reference + ") about (u, v) = (" + Format(centreU, "%.2f") + ", " + \
                   Format(centreV, "%.2f") + "), " + centreOrigin
        if (ScriptObjectIsValid(fill) && reference == "quantile")
            text = text + ", beyond " + Format(centralRadius, "%.1f") + " pixels"
        if (limit == 0) return text + "; maps not low-passed"
        return text + "; maps end at " + Format(limit, "%.4g") + " cycles per scan pixel, " + limitOrigin
    }
}
