/* Similarity
   What     Heatmap of how alike the diffractions of a stack are, each with each: crystals of one kind show as bright
            squares, in any rotation if "rotation" is chosen.
   Input    Front image: a stack (n_u, n_v, n) of at least two diffractions, such as the result of a factorization.
   Output   New image n x n [-], 1 on the diagonal; row and column are the numbers of the patterns, from 1. The values are
            also printed as a table, and for "rotation" by how many degrees the row's pattern is turned onto the column's
            (on demand another n x n image). If stopped, pairs not compared yet hold 0. The input is not changed.
   Source   Clustering of precipitates in Kimoto et al. (2025)
   Needs    functions/similarity.s, functions/find_centre.s, functions/input.s, functions/settings.s, functions/results.s,
            functions/messages.s
   Twin     offline_reference/numerics/similarity.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// Sum of all planes: every pattern has the central disc.
image SumOfPatterns(image stack)
{
    number nU, nV, n
    Get3DSize(stack, nU, nV, n)
    image total := RealImage("", 8, nU, nV)
    total = 0
    for (number k = 0; k < n; k++)
        total = total + stack.Slice2(0, 0, k, 0, nU, 1, 1, nV, 1)
    return total
}

// A table that pastes into a spreadsheet: tabs between columns.
void PrintValues(image values, string title, string digits)
{
    number n, height
    GetSize(values, n, height)
    string line = title
    for (number j = 0; j < n; j++)
        line = line + "\t" + Format(j + 1, "%.0f")
    Say(line)
    for (number i = 0; i < n; i++)
    {
        line = Format(i + 1, "%.0f")
        for (number j = 0; j < n; j++)
            line = line + "\t" + Format(GetPixel(values, j, i), digits)
        Say(line)
    }
}

// One value for each pair of patterns, whose numbers count from 1.
void ShowPairs(image pairs, string name, number low, number high)
{
    for (number axis = 0; axis < 2; axis++)
        pairs.ImageSetDimensionCalibration(axis, 1, 1, "pattern", 0)
    pairs.SetName(name)
    pairs.ShowImage()                                             // not ShowStack: a scale bar in patterns says nothing
    ImageDisplay display = pairs.ImageGetImageDisplay(0)
    display.ImageDisplaySetDoAutoSurvey(0)
    display.ImageDisplaySetContrastLimits(low, high)
    number n = pairs.ImageGetDimensionSize(0)
    if (n < 300) pairs.SetZoom(floor(300 / n))                    // a pixel a pair would be hard to see
}

void CompareFrontStack()
{
    string command = "Similarity"
    image stack := RealFrontImageOf(command, 3)
    number nU, nV, n
    Get3DSize(stack, nU, nV, n)
    if (n < 2)
        Throw(command + ": '" + stack.GetName() + "' holds one diffraction, and a comparison needs two. Choose a stack.")
    if (n > 500)
        Throw(command + ": '" + stack.GetName() + "' holds " + Format(n, "%.0f") + " patterns, and at most 500 are compared " + \
              "with each other here. Factorize the data first, or choose fewer patterns.")

    TagGroup items
    TagGroup dialog = NewSettings(command, items)
    TagGroup kindField = AddChoice(items, command, "kind", "Compare by", \
        "rotation (any turn about the centre)|cosine of the pixels|correlation coefficient|" + \
        "maximum of cross-correlation (any shift)", 1)
    TagGroup findField = AddCheck(items, command, "find", "Find centre and central disc, which is left out", 1)
    TagGroup uField = AddNumber(items, command, "u0", "or: centre along u [pixel]", nU / 2)
    TagGroup vField = AddNumber(items, command, "v0", "centre along v [pixel]", nV / 2)
    TagGroup innerField = AddNumber(items, command, "inner", "leave out up to radius [pixel]", 0)
    TagGroup outerField = AddNumber(items, command, "outer", "Leave out beyond radius [pixel], 0: no limit", 0)
    TagGroup turnsField = AddCheck(items, command, "turns", "Also show by which angles they are turned (rotation)", 0)
    if (!PoseSettings(dialog)) return

    number choice = ChoiceOf(kindField, command, "kind")
    string kind = "rotation"
    if (choice == 2) kind = "cosine"
    if (choice == 3) kind = "correlation"
    if (choice == 4) kind = "cross-correlation"
    number u0 = NumberOf(uField, command, "u0")                   // centre [pixel]
    number v0 = NumberOf(vField, command, "v0")
    number inner = NumberOf(innerField, command, "inner")         // radii [pixel]
    number outer = NumberOf(outerField, command, "outer")
    number showsTurns = CheckOf(turnsField, command, "turns")
    if (CheckOf(findField, command, "find"))
    {
        number discRadius
        FindCentre(SumOfPatterns(stack), u0, v0, discRadius)
        inner = 1.1 * discRadius + 1.5                            // as in the constrained NMF
    }

    number nCompared
    image turns
    image values := PatternSimilarity(stack, kind, u0, v0, inner, outer, command, nCompared, turns)
    EndProgress()

    image heatmap := RealImage("", 4, n, n)
    heatmap = values
    TagGroup note = NoteProcessing(heatmap, stack, command)
    note.TagGroupSetTagAsString("Compared by", kind)
    note.TagGroupSetTagAsNumber("Centre u", u0)
    note.TagGroupSetTagAsNumber("Centre v", v0)
    note.TagGroupSetTagAsNumber("Inner radius", inner)
    note.TagGroupSetTagAsNumber("Outer radius", outer)
    heatmap.ImageSetIntensityUnitString("similarity")
    image angles := RealImage("", 4, n, n)
    angles = turns
    NoteProcessing(angles, stack, command).TagGroupCopyTagsFrom(note)
    angles.ImageSetIntensityUnitString("degrees")
    if (kind == "rotation" && showsTurns) ShowPairs(angles, "Turns of " + stack.GetName(), -180, 180)
    ShowPairs(heatmap, "Similarity (" + kind + ") of " + stack.GetName(), min(0, min(heatmap)), 1)

    Say(command + " (" + kind + ") of " + stack.GetName() + ", centre u, v = " + Format(u0, "%.2f") + ", " + \
        Format(v0, "%.2f") + ", without radius " + Format(inner, "%.2f") + ":")
    if (n <= 40) PrintValues(values, "pattern", "%.4f")
    if (n <= 40 && kind == "rotation") PrintValues(turns, "turned by", "%.1f")
    if (nCompared < n)
        Say(command + ": stopped after pattern " + Format(nCompared, "%.0f") + " of " + Format(n, "%.0f") + \
            "; pairs of later ones were not compared and hold 0.")
}

string failure = ""
try CompareFrontStack()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
