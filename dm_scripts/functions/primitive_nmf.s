/* Primitive NMF
   What     The commands MU NMF and ALS NMF from the dialog to the windows; they differ in the step alone.
   Input    A 4D image, its axis order, the name of the command, the step ("mu" or "als").
   Output   Two windows, see factors_shown.s, and lines in Results. The image is not changed.
   Source   Kimoto et al. (2025), Supplement S1, Listings S1 and S2
   Needs    functions/data_matrix.s, functions/factorize.s, functions/factors_shown.s, functions/messages.s,
            functions/settings.s, functions/unfold.s
   Twin     offline_reference/numerics/methods.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// The settings of a primitive NMF; 0 if the user cancels.
number AskForPrimitiveNmf(string command, number &nK, number &maxIter, number &tol, number &seed)
{
    TagGroup items
    TagGroup dialog = NewSettings(command, items)
    TagGroup nKField = AddNumber(items, command, "components", "Components to look for", 4)
    TagGroup maxIterField = AddNumber(items, command, "iterations", "Iterations", 200)
    TagGroup tolField = AddNumber(items, command, "tolerance", "Stop early when the error settles within (0: never)", 0)
    TagGroup seedField = AddNumber(items, command, "seed", "Seed of the random start", 0)
    if (!PoseSettings(dialog)) return 0
    nK = NumberOf(nKField, command, "components")
    maxIter = NumberOf(maxIterField, command, "iterations")
    tol = NumberOf(tolField, command, "tolerance")
    seed = NumberOf(seedField, command, "seed")
    return 1
}

// Why a run ended, for a user.
string WhyStopped(string stopped)
{
    if (stopped == "cancelled") return "stopped by you"
    if (stopped == "converged") return "settled"
    return "as many as asked for"
}

void SayEvents(string command, string events)
{
    if (events != "") Result(command + ", recoveries:\n" + events)
}

void PrimitiveNmf(image data, string order, string command, string step)
{
    number nK, maxIter, tol, seed
    if (!AskForPrimitiveNmf(command, nK, maxIter, tol, seed)) return

    object run = alloc(NmfFactorization)
    OpenAndSetProgressWindow(command, data.GetName(), "unfolding")
    object matrix = alloc(NmfMatrix).Of(Unfold(data, order))
    run.Of(matrix, nK, step)
    run.SetIterations(maxIter, tol)
    run.SetSeed(seed)
    run.SetProgress(command, 0, 0)
    run.Run()

    number error = run.MeanSquaredError()
    EndProgress()
    TagGroup record = RecordOfRun(run, nK, order, seed)
    record.TagGroupSetTagAsNumber("Tolerance", tol)
    record.TagGroupSetTagAsNumber("Mean squared error", error)
    ShowFactors(run.Diffractions(), run.Maps(), data, order, command, record)
    SayEvents(command, run.Events())
    Say(command + ": " + nK + " components of " + data.GetName() + ", " + run.Iterations() + " iterations (" \
        + WhyStopped(run.Stopped()) + "), iteration " + run.BestIteration() + " kept, mean squared error " + Format(error, "%.6g"))
}
