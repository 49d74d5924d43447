/* Constrained NMF
   What     Splits 4D-STEM data into diffractions and maps with the paper's two constraints: no dark peaks in a
            diffraction, no frequency beyond the probe's resolution in a map. Each can be switched off.
   Input    Front image: 4D, x, y, u, v or u, v, x, y; no negative counts.
   Output   A stack of diffractions (each of sum 1), a stack of maps [counts], the largest component first, calibrated;
            settings and events in their tags, the error in the Results window. If wanted, the residual X - W H as a
            4D image. The input is not changed. Esc (or Shift + Space) stops and shows what there is.
   Source   Kimoto et al. (2025); Listing S4 for "as printed"
   Needs    functions/constrained.s, functions/cutoff.s, functions/factors_shown.s, functions/input.s,
            functions/matrices.s, functions/messages.s, functions/results.s, functions/settings.s,
            functions/unfold.s
   Twin     offline_reference/numerics/methods.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// Voltage [kV] and convergence semi-angle [mrad] from the tags, 0 where they are silent.
number VoltageInTags(image data)
{
    number volts = 0
    if (data.ImageGetTagGroup().TagGroupGetTagAsNumber("Microscope Info:Voltage", volts)) return volts / 1000
    return 0
}

number ConvergenceInTags(image data)
{
    number alpha = 0
    TagGroup tags = data.ImageGetTagGroup()
    if (tags.TagGroupGetTagAsNumber("EELS:Experimental Conditions:Convergence semi-angle (mrad)", alpha)) return alpha
    if (tags.TagGroupGetTagAsNumber("EELS:Convergence semi-angle (mrad)", alpha)) return alpha
    return 0
}

// Switches the map constraint on. The cut-off is what was given, else the probe's if all it takes is known, else the
// data's. The last four are in cycles per scan pixel, kV, mrad, nm; 0 where not known.
void LimitMaps(object run, number cutoff, number voltage, number convergence, number step)
{
    string origin = "given"
    if (cutoff == 0 && voltage > 0 && convergence > 0 && step > 0)
    {
        cutoff = min(0.5, CutoffOfProbe(voltage, convergence) * step)
        origin = "from " + Format(voltage, "%g") + " kV, " + Format(convergence, "%g") + " mrad and a scan step of " + \
                 Format(step, "%.4g") + " nm"
    }
    run.ConstrainMaps(cutoff, origin)
}

// Shows X - W H; X is our own copy of the data and is used up.
void ShowResidual(object run, image X, image data, string order, TagGroup record)
{
    number nX, nY, nU, nV
    ScanAndDetectorSizes(data, order, nX, nY, nU, nV)
    image W := run.Diffractions()
    image H := run.Maps()
    number nK, height
    GetSize(W, nK, height)
    for (number v = 0; v < nV; v++)                  // a detector row at a time, so that W H needs little memory
    {
        image rows := NewMatrix(W, nK, nU)
        rows = W[v * nU, 0, (v + 1) * nU, nK]
        image part := X[v * nU, 0, (v + 1) * nU, nX * nY]
        part = part - MatrixMultiply(rows, H)
    }
    image residual := Refold(X, order, nX, nY, nU, nV)
    for (number axis = 0; axis < 4; axis++) CarryCalibration(residual, axis, data, axis)
    NoteProcessing(residual, data, "Constrained NMF: residual").TagGroupCopyTagsFrom(record)
    ShowStack(residual, "Constrained NMF: residual of " + data.GetName())
}

void ConstrainedNmfOfFrontImage()
{
    string command = "Constrained NMF"
    image data := FrontImageOf(command, 4)
    string order = OrderOf(data)
    if (order == "") return

    TagGroup items
    TagGroup dialog = NewSettings("Constrained NMF of " + data.GetName(), items)
    TagGroup components = AddNumber(items, command, "components", "Components", 4)
    TagGroup iterations = AddNumber(items, command, "iterations", "Iterations, at most", 200)
    TagGroup seed = AddNumber(items, command, "seed", "Seed of the random start", 0)
    TagGroup fillPeaks = AddCheck(items, command, "fill", "Fill dark peaks of the diffractions", 1)
    TagGroup reference = AddChoice(items, command, "reference", "A dark peak lies below", \
                                   "a quantile of its ring|the average of Listing S4", 1)
    TagGroup quantile = AddNumber(items, command, "quantile", "Quantile (0.5 = median)", 0.3)
    TagGroup centreU = AddNumber(items, command, "centreU", "Centre u [pixel], -1 = find it", -1)
    TagGroup centreV = AddNumber(items, command, "centreV", "Centre v [pixel], -1 = find it", -1)
    TagGroup radius = AddNumber(items, command, "centralRadius", "Radius of the central disc [pixel], -1 = find it", -1)
    TagGroup lowPass = AddCheck(items, command, "lowPass", "Low-pass the maps", 1)
    TagGroup cutoff = AddNumber(items, command, "cutoff", "Cut-off [cycles per scan pixel], 0 = find it", 0)
    TagGroup voltage = AddNumber(items, command, "voltage", "  from voltage [kV], 0 = not known", 0)
    TagGroup convergence = AddNumber(items, command, "convergence", "  and convergence [mrad], 0 = from the data", 0)
    TagGroup residual = AddCheck(items, command, "residual", "Show the residual as a 4D image", 0)
    // what the image says of itself is better than what was used last
    if (VoltageInTags(data) > 0) voltage.DLGValue(VoltageInTags(data))
    if (ConvergenceInTags(data) > 0) convergence.DLGValue(ConvergenceInTags(data))
    if (!PoseSettings(dialog)) return
    number nK = NumberOf(components, command, "components")
    number nIterations = NumberOf(iterations, command, "iterations")
    number startSeed = NumberOf(seed, command, "seed")
    number isFilled = CheckOf(fillPeaks, command, "fill")
    string referenceName = "quantile"
    if (ChoiceOf(reference, command, "reference") == 2) referenceName = "listing-s4"
    number part = NumberOf(quantile, command, "quantile")
    number u0 = NumberOf(centreU, command, "centreU")
    number v0 = NumberOf(centreV, command, "centreV")
    number discRadius = NumberOf(radius, command, "centralRadius")
    number isLowPassed = CheckOf(lowPass, command, "lowPass")
    number limit = NumberOf(cutoff, command, "cutoff")
    number kV = NumberOf(voltage, command, "voltage")
    number mrad = NumberOf(convergence, command, "convergence")
    number wantsResidual = CheckOf(residual, command, "residual")

    number nX, nY, nU, nV
    ScanAndDetectorSizes(data, order, nX, nY, nU, nV)
    OpenAndSetProgressWindow(command, data.GetName(), "unfolding " + SizesOf(data))
    image X := Unfold(data, order)
    object run = alloc(NmfConstrained).Of(X, nX, nY, nU, nV, nK)
    run.SetIterations(nIterations, 1e-6)
    run.SetSeed(startSeed)
    run.SetTitle(command)
    OpenAndSetProgressWindow(command, data.GetName(), "finding centre and cut-off")
    if (isFilled) run.ConstrainDiffractions(referenceName, part, 1, u0, v0, discRadius)
    if (isLowPassed) LimitMaps(run, limit, kV, mrad, ScanStepInNm(data, order))
    run.Run()
    number mse = run.MeanSquaredError()
    EndProgress()
    TagGroup record = RecordOfRun(run, nK, order, startSeed)
    run.NoteConstraints(record)
    record.TagGroupSetTagAsNumber("Mean squared error", mse)
    if (wantsResidual) ShowResidual(run, X, data, order, record)     // first: it is what may fail for want of memory
    ShowFactors(run.Diffractions(), run.Maps(), data, order, command, record)
    Say(command + ": " + data.GetName() + ", " + Format(nK, "%g") + " components, " + run.Iterations() + " iterations (" + \
        run.Stopped() + "), mean squared error " + Format(mse, "%.6g") + " counts^2")
    Say("  " + run.AboutConstraints())
    if (run.Events() != "") Result(run.Events())
}

string failure = ""
try ConstrainedNmfOfFrontImage()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
