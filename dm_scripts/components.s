/* Components
   What     Mean squared error against the number of components (Fig. S2): how many does the data need? Where the curve
            bends and runs on flat, there is only noise left to fit.
   Input    Front image: 4D counts, scan first or detector first. Numbers, iterations, seed: by dialog.
   Output   New line plot with the curves of PCA (the least that any factors reach), ALS and MU [counts^2]; the numbers as
            a table in Results, which pastes into a spreadsheet. If stopped, both show what is complete. The input is not
            changed.
   Source   Kimoto et al. (2025), Supplement S4, Fig. S2
   Needs    functions/components.s, functions/data_matrix.s, functions/unfold.s, functions/input.s, functions/settings.s,
            functions/results.s, functions/messages.s
   Twin     offline_reference/numerics/components.py
   Tested   virtual_dm in CI; GMS: not yet
*/

void PrintCurves(image errors, number first, number step)
{
    Say("components\tPCA\tALS\tMU")
    for (number i = 0; i < errors.ImageGetDimensionSize(0); i++)
        Say(Format(first + step * i, "%.0f") + "\t" + Format(GetPixel(errors, i, 0), "%.9g") + "\t" + \
            Format(GetPixel(errors, i, 1), "%.9g") + "\t" + Format(GetPixel(errors, i, 2), "%.9g"))
}

// Rows of an image as labelled lines.
void ShowCurves(image curves, string name)
{
    curves.SetName(name)
    ImageDocument document = CreateImageDocument(name)
    ImageDisplay display = document.ImageDocumentAddImageDisplay(curves, 3)    // 3: line plot, a line for each row
    display.ImageDisplaySetSliceLabelByIndex(0, "PCA (least possible)")
    display.ImageDisplaySetSliceLabelByIndex(1, "ALS")
    display.ImageDisplaySetSliceLabelByIndex(2, "MU")
    display.LinePlotImageDisplaySetLegendShown(1)
    document.ImageDocumentShow()
}

void CompareNumbersOfComponents()
{
    string command = "Components"
    image data := FrontImageOf(command, 4)
    string order = OrderOf(data)
    if (order == "") return

    TagGroup items
    TagGroup dialog = NewSettings(command, items)
    TagGroup firstField = AddNumber(items, command, "first", "Components from", 1)
    TagGroup lastField = AddNumber(items, command, "last", "to", 8)
    TagGroup stepField = AddNumber(items, command, "step", "in steps of", 1)
    TagGroup iterationsField = AddNumber(items, command, "iterations", "Iterations of each run", 100)
    TagGroup tolField = AddNumber(items, command, "tolerance", "Stop early when the error settles within (0: never)", 0)
    TagGroup seedField = AddNumber(items, command, "seed", "Seed of the random start", 0)
    if (!PoseSettings(dialog)) return
    number first = NumberOf(firstField, command, "first")
    number last = NumberOf(lastField, command, "last")
    number step = NumberOf(stepField, command, "step")
    number iterations = NumberOf(iterationsField, command, "iterations")
    number tol = NumberOf(tolField, command, "tolerance")
    number seed = NumberOf(seedField, command, "seed")

    object matrix = alloc(NmfMatrix).Of(Unfold(data, order))
    object curve = alloc(NmfErrorCurve).Of(matrix, first, last, step)
    curve.SetRuns(iterations, tol, seed)
    curve.Run(command)
    EndProgress()
    number nAsked = floor((last - first) / step) + 1
    if (curve.Count() < nAsked)
        Say(command + ": stopped; " + Format(curve.Count(), "%.0f") + " of " + Format(nAsked, "%.0f") + " numbers are " + \
            "complete.")
    if (curve.Count() == 0) return

    image errors := RealImage("", 4, curve.Count(), 3)
    errors = curve.Errors()
    TagGroup note = NoteProcessing(errors, data, command)
    note.TagGroupSetTagAsString("Curves", "PCA, ALS, MU")
    note.TagGroupSetTagAsString("Axis order", order)
    note.TagGroupSetTagAsNumber("Iterations", iterations)
    note.TagGroupSetTagAsNumber("Tolerance", tol)
    note.TagGroupSetTagAsNumber("Seed", seed)
    errors.ImageSetDimensionCalibration(0, first, step, "components", 0)
    errors.ImageSetIntensityUnitString("mean squared error")
    ShowCurves(errors, "Mean squared error against components of " + data.GetName())
    PrintCurves(curve.Errors(), first, step)
    Say(command + ": counting noise alone leaves a mean squared error of about " + Format(mean(data), "%.6g") + \
        " if a count is an electron; what is fitted far below that is noise.")
}

string failure = ""
try CompareNumbersOfComponents()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
