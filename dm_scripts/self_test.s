/* Self-test
   What     Runs the libraries and commands of the menu on simulated data and compares with the numbers that NumPy found;
            checks what DM does where nobody has written it down. One line a check, to be mailed to us as text.
   Input    None, but one dialog to confirm and one key to press. Takes a minute or two; Esc stops it between two checks.
   Output   A table of PASS, FAIL and NOTE in the Results window. Its own windows are closed again, settings stay.
   Source   -
   Needs    functions/constrained.s, functions/cutoff.s, functions/data_matrix.s, functions/diffraction_constraint.s,
            functions/example_data.s, functions/find_centre.s, functions/map_constraint.s, functions/matrices.s,
            functions/merging.s, functions/messages.s, functions/nmf_steps.s, functions/polar.s,
            functions/random_start.s, functions/self_test_facts.s, functions/self_test_numbers.s,
            functions/self_test_report.s, functions/similarity.s, functions/sorting.s, functions/unfold.s
   Twin     tests/golden/make_self_test_numbers.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// The data and settings that make_self_test_numbers.py has, too. Single precision, so 1e-4 for a step.

image SelfTestData(string order)
{
    return ExampleData(12, 10, 26, 24, 2, 300, 3, order)
}

// -- libraries --------------------------------------------------------------------------------------------------------

void CheckRandomNumbers(object report)
{
    report.About("random_start")
    report.ComparePixels("random numbers", UniformRandomNumbers(1000, 7), 1e-11)
}

void CheckExampleData(object report)
{
    report.About("example_data")
    image data := SelfTestData("vuyx")
    report.KeepData(data)                                 // all later checks have copies of it
    report.Fact("example_data", "counts are whole numbers in a 2-byte image", data.ImageGetDataType() == 10)
}

void CheckUnfold(object report)
{
    report.About("unfold")
    image data := report.CopyOfData()
    image X := Unfold(data, "vuyx")
    report.ComparePixels("example data", X, 1e-11)
    image other := Unfold(SelfTestData("yxvu"), "yxvu")
    other = other - X
    report.Fact("unfold, both orders", "a scan stored first and a detector stored first give one matrix", \
                max(abs(other)) == 0)
    image back := Refold(X, "vuyx", 12, 10, 26, 24)
    back = back - data
    report.Fact("refold", "restores every pixel", max(abs(back)) == 0)
}

void CheckSteps(object report)
{
    report.About("nmf_steps")
    image X := Unfold(report.CopyOfData(), "vuyx")
    object data = alloc(NmfMatrix).Of(X)
    image W := NewMatrix(X, 3, 624)
    image H := NewMatrix(X, 120, 3)
    RandomFactors(W, H, 5)
    image WtW := GramOfColumns(W)
    image HHt := GramOfRows(H)
    image XHt := data.TimesTransposed(H)
    image WtX := data.TransposedTimes(W)
    report.ComparePixels("guarded inverse", GuardedInverse(WtW), 1e-4)
    report.ComparePixels("MU diffractions", MuDiffractions(W, XHt, HHt), 1e-4)
    report.ComparePixels("ALS diffractions", AlsDiffractions(XHt, HHt), 1e-4)
    report.ComparePixels("HALS diffractions", HalsDiffractions(W, XHt, HHt), 1e-4)
    report.ComparePixels("MU maps", MuMaps(H, WtX, WtW), 1e-4)
    report.ComparePixels("ALS maps", AlsMaps(WtX, WtW), 1e-4)
    report.ComparePixels("HALS maps", HalsMaps(H, WtX, WtW), 1e-4)
}

void CheckDiffractionConstraint(object report)
{
    report.About("diffraction_constraint")
    image X := Unfold(report.CopyOfData(), "vuyx")
    image means := RealImage("", 8, 1, 624)
    means = RowSums(X) / 120
    image diffraction := ImageOfColumn(means, 26, 24)
    report.ComparePixels("dark peaks removed", RemoveDarkPeaks(diffraction, MakePolarGrid(26, 24, 13, 12), 2), 1e-4)
    image W := NewMatrix(X, 3, 624)
    image H := NewMatrix(X, 120, 3)
    RandomFactors(W, H, 5)
    object fill = MakeDarkPeakFill(26, 24, 13, 12, 3, "quantile", 0.3, 1)
    report.ComparePixels("dark peaks of a ring", fill.Apply(W), 1e-4)
    number u0, v0, radius
    FindCentre(diffraction, u0, v0, radius)
    report.CompareNumber("centre u", u0, 1e-4)
    report.CompareNumber("centre v", v0, 1e-4)
    report.CompareNumber("radius of the disc", radius, 1e-4)
}

void CheckMapConstraint(object report)
{
    report.About("map_constraint")
    image X := Unfold(report.CopyOfData(), "vuyx")
    image W := NewMatrix(X, 3, 624)
    image H := NewMatrix(X, 120, 3)
    RandomFactors(W, H, 5)
    object band = MakeBand(12, 10, 0.3)
    report.ComparePixels("low-passed maps", band.LowPass(H), 1e-4)
    image means := RealImage("", 8, 1, 624)
    means = RowSums(X) / 120
    object data = alloc(NmfMatrix).Of(X)
    report.CompareNumber("cut-off", EstimateCutoff(data, 12, 10, PoissonWeights(means), 3), 1e-3)
}

void CheckSimilarity(object report)
{
    report.About("similarity")
    image stack := DiffractionsOfW(ExampleDiffractions(26, 24, 2, 3), 26, 24)
    number nCompared
    for (number i = 0; i < 4; i++)
    {
        string kind = "rotation"
        if (i == 1) kind = "cosine"
        if (i == 2) kind = "correlation"
        if (i == 3) kind = "cross-correlation"
        image values := PatternSimilarity(stack, kind, 13, 12, 3, 0, "", nCompared)
        report.ComparePixels("similarity, " + kind, values, 1e-4)
    }
}

void CheckMerging(object report)
{
    report.About("merging")
    image diffractions := ExampleDiffractions(26, 24, 2, 3)
    image W := RealImage("", 8, 3, 624)
    W = diffractions[tert(icol > 1, 1, icol), irow]              // the first crystal twice
    image H := RealImage("", 8, 12, 3)
    H = 1
    report.CompareNumber("merged components", MergeSamePatterns(W, H, 26, 24, 13, 12, 3), 0)
    report.ComparePixels("merged diffractions", W, 1e-4)
}

void CheckSorting(object report)
{
    report.About("sorting")
    image stack := RealImage("", 4, 3, 2, 16)
    stack = (iplane * 5 + icol + irow) % 16
    SortPlanes(stack)
    stack = stack - iplane
    report.Fact("sorting", "16 planes in order at every pixel", max(abs(stack)) == 0)
}

// -- commands: run as the menu does, with dialogs that answer themselves ----------------------------------------------

void SetForCommand(string command, string key, number value)
{
    SetPersistentNumberNote("NMF 4D-STEM:Self-test:" + command + ":" + key, value)
}

// Runs a command from its file, or from the menu where the files are not on this PC (a package).
void RunCommand(string file, string title)
{
    string project = ""
    GetPersistentStringNote("NMF 4D-STEM:Folder", project)
    string path = project + "\\dm_scripts\\" + file
    if (project != "" && DoesFileExist(path)) ExecuteScriptFile(path)
    else if (!ChooseMenuItem("NMF 4D-STEM", "", title))
        Throw(title + " is neither in the menu nor in " + path + ": run install_menu.s again.")
}

// The image that lies n windows before the last input, or an invalid image; what a command shows last is in front.
image ShownBefore(image input, number n)
{
    image found := FindFrontImage()
    number nBefore = 0
    image counted := found
    while (counted.ImageIsValid() && counted.ImageGetID() != input.ImageGetID())
    {
        nBefore++
        counted := FindNextImage(counted)
    }
    for (number i = nBefore; i > n; i--) found := FindNextImage(found)
    image none
    if (nBefore < n || !counted.ImageIsValid()) return none
    return found
}

// Closes what was shown since the input, and the input itself.
void CloseSince(image input)
{
    for (number i = 0; i < 20; i++)
    {
        image front := FindFrontImage()
        if (!front.ImageIsValid()) return
        number isInput = front.ImageGetID() == input.ImageGetID()
        DeleteImage(front)
        if (isInput) return
    }
}

image ShownResult(image input, number n, string command)
{
    image found := ShownBefore(input, n)
    if (!found.ImageIsValid()) Throw(command + " has shown no image number " + n)
    return found
}

number ErrorInTags(image result)
{
    number mse = 0
    result.ImageGetTagGroup().TagGroupGetTagAsNumber("Processing[0]:Mean squared error", mse)
    return mse
}

// Whether dimensions 0 and 1 of what was found are calibrated as dimensions first and first + 1 of the input.
number IsCalibratedAs(image found, image input, number first)
{
    for (number axis = 0; axis < 2; axis++)
    {
        number origin, scale, originBefore, scaleBefore
        string unit, unitBefore
        found.ImageGetDimensionCalibration(axis, origin, scale, unit, 0)
        input.ImageGetDimensionCalibration(first + axis, originBefore, scaleBefore, unitBefore, 0)
        if (unit == "" || unit != unitBefore) return 0
        if (abs(scale - scaleBefore) > 1e-5 * scaleBefore) return 0
        if (abs(origin - originBefore) > 1e-3 * scaleBefore) return 0
    }
    return 1
}

// A factorization command: its error, its diffractions, its maps.
void CheckFactors(object report, image input, string name, string title, number tolerance)
{
    image diffractions := ShownResult(input, 1, title)
    image maps := ShownResult(input, 2, title)
    report.CompareNumber(name + " command, error", ErrorInTags(diffractions), tolerance)
    report.ComparePixels(name + " command, diffractions", diffractions, tolerance)
    report.ComparePixels(name + " command, maps", maps, tolerance)
    number firstOfScan = 0
    if (AxisOrderOf(input) == "yxvu") firstOfScan = 2
    report.Fact(name + " command, units", "diffractions are calibrated as the detector, maps as the scan", \
                IsCalibratedAs(diffractions, input, 2 - firstOfScan) && IsCalibratedAs(maps, input, firstOfScan))
}

void CheckPrimitiveCommand(object report, image input, string name)
{
    string title = name + " NMF"
    report.About(title)
    SetForCommand(title, "components", 3)
    SetForCommand(title, "iterations", 12)
    SetForCommand(title, "tolerance", 0)
    SetForCommand(title, "seed", 1)
    if (name == "MU") RunCommand("nmf_mu.s", title)
    else RunCommand("nmf_als.s", title)
    CheckFactors(report, input, name, title, 1e-3)
}

void CheckConstrainedCommand(object report, image input)
{
    report.About("Constrained NMF")
    string title = "Constrained NMF"
    SetForCommand(title, "components", 3)
    SetForCommand(title, "iterations", 12)
    SetForCommand(title, "seed", 1)
    SetForCommand(title, "centreU", 13)
    SetForCommand(title, "centreV", 12)
    SetForCommand(title, "centralRadius", 3)
    SetForCommand(title, "cutoff", 0.3)
    RunCommand("nmf_constrained.s", title)
    CheckFactors(report, input, "constrained", title, 1e-2)
}

void CheckUnfoldCommands(object report, image input)
{
    report.About("Unfold, Refold")
    RunCommand("unfold_image.s", "Unfold")
    image X := ShownResult(input, 1, "Unfold")
    report.ComparePixels("unfold command", X, 1e-11)
    RunCommand("refold_image.s", "Refold")
    image back := ShownResult(input, 2, "Refold")
    image difference := input.ImageClone()
    difference = back - input
    report.Fact("refold command", "pixels, sizes and units are those before Unfold", max(abs(difference)) == 0 && \
                back.ImageGetDimensionUnitString(3) == input.ImageGetDimensionUnitString(3))
}

void CheckComponentsCommand(object report, image input)
{
    report.About("Components")
    SetForCommand("Components", "first", 2)
    SetForCommand("Components", "last", 3)
    SetForCommand("Components", "iterations", 12)
    SetForCommand("Components", "seed", 1)
    RunCommand("components.s", "Components")
    image curves := ShownResult(input, 1, "Components")
    image found := RealImage("", 8, 2, 2)
    found = curves[icol, irow + 1]                    // without PCA, whose floor is an estimate in DM-script
    report.ComparePixels("components command, ALS and MU", found, 1e-3)
}

void CheckMaskCommand(object report)
{
    report.About("Mask 4D")
    image mask := RealImage("Self-test mask", 4, 26, 24)
    mask = tert((icol + irow) % 5 == 0, 1, 0)
    image data := report.CopyOfData()
    data.SetName("Self-test data")
    mask.ShowImage()
    data.ShowImage()
    SetForCommand("Mask 4D", "action", 3)
    RunCommand("mask_4d.s", "Mask 4D")
    image sums := ShownResult(data, 1, "Mask 4D")
    report.ComparePixels("mask command", sums, 1e-6)
    number under = sum(sums)
    DeleteImage(sums)                                 // the data are in front again

    SetForCommand("Mask 4D", "action", 1)
    RunCommand("mask_4d.s", "Mask 4D")
    image rest := ShownResult(data, 1, "Mask 4D")
    report.Fact("mask command, zero", "what is left and what was under the mask add up to the data", \
                abs(sum(rest) + under - sum(data)) < 0.5)
    CloseSince(mask)
}

void CheckSimilarityCommand(object report, image stack)
{
    report.About("Similarity")
    SetForCommand("Similarity", "kind", 2)
    SetForCommand("Similarity", "find", 0)
    SetForCommand("Similarity", "inner", 0)
    RunCommand("similarity.s", "Similarity")
    report.ComparePixels("similarity command", ShownResult(stack, 1, "Similarity"), 1e-4)
}

void CheckFilmCommand(object report, image stack)
{
    report.About("Film roll")
    RunCommand("film_roll.s", "Film roll")
    report.ComparePixels("film command", ShownResult(stack, 1, "Film roll"), 1e-4)
}

void CheckSimulateCommand(object report, image input)
{
    report.About("Simulate 4D-STEM")
    string title = "Simulate 4D-STEM"
    SetForCommand(title, "nX", 12)
    SetForCommand(title, "nY", 10)
    SetForCommand(title, "nU", 26)
    SetForCommand(title, "nV", 24)
    SetForCommand(title, "crystals", 2)
    SetForCommand(title, "dose", 300)
    SetForCommand(title, "seed", 3)
    SetForCommand(title, "order", 2)
    RunCommand("simulate.s", title)
    report.ComparePixels("simulate command", Unfold(ShownResult(input, 1, title), "yxvu"), 1e-11)
}

void CheckDarkPeaksCommand(object report, image diffraction)
{
    report.About("Remove dark peaks")
    SetForCommand("Remove dark peaks", "centre", 1)
    RunCommand("remove_dark_peaks.s", "Remove dark peaks")
    report.ComparePixels("dark peaks command, dark", ShownResult(diffraction, 2, "Remove dark peaks"), 1e-4)
    report.ComparePixels("dark peaks command, result", ShownResult(diffraction, 3, "Remove dark peaks"), 1e-4)
}

void CheckAverageCommand(object report, image diffraction)
{
    report.About("Rotational average")
    SetForCommand("Rotational average", "centre", 1)
    RunCommand("rotational_average.s", "Rotational average")
    report.ComparePixels("average command, image", ShownResult(diffraction, 1, "Rotational average"), 1e-4)
    report.ComparePixels("average command, profile", ShownResult(diffraction, 2, "Rotational average"), 1e-4)
}

void CheckPolarCommand(object report, image diffraction)
{
    report.About("Polar transform")
    SetForCommand("Polar transform", "centre", 1)
    RunCommand("polar_transform.s", "Polar transform")
    report.ComparePixels("polar command", ShownResult(diffraction, 1, "Polar transform"), 1e-4)
}

// Input of command number i: 4D data, a stack of diffractions, one diffraction.
image InputOfCommand(object report, number i)
{
    if (i < 8) return report.CopyOfData()
    image stack := DiffractionsOfW(ExampleDiffractions(26, 24, 2, 3), 26, 24)
    if (i < 10) return stack
    return stack.Slice2(0, 0, 1, 0, 26, 1, 1, 24, 1).ImageClone()
}

// Runs command number i on an image that is shown for it; 0 if there is none.
number CheckCommand(object report, number i)
{
    if (i > 12) return 0
    if (i == 1)
    {
        CheckMaskCommand(report)
        return 1
    }
    image input := InputOfCommand(report, i)
    input.SetName("Self-test input")
    input.ShowImage()
    string failure = ""
    try
    {
        if (i == 2) CheckPrimitiveCommand(report, input, "MU")
        if (i == 3) CheckPrimitiveCommand(report, input, "ALS")
        if (i == 4) CheckConstrainedCommand(report, input)
        if (i == 5) CheckUnfoldCommands(report, input)
        if (i == 6) CheckComponentsCommand(report, input)
        if (i == 7) CheckSimulateCommand(report, input)
        if (i == 8) CheckSimilarityCommand(report, input)
        if (i == 9) CheckFilmCommand(report, input)
        if (i == 10) CheckDarkPeaksCommand(report, input)
        if (i == 11) CheckAverageCommand(report, input)
        if (i == 12) CheckPolarCommand(report, input)
    }
    catch
    {
        failure = GetExceptionString()
        break
    }
    CloseSince(input)
    if (failure != "") Throw(failure)
    return 1
}

// -- all checks -------------------------------------------------------------------------------------------------------

// Check number i of the facts; 0 if there is none.
number CheckFact(object report, number i)
{
    if (i == 1) CheckExitValue(report)
    else if (i == 2) CheckExceptions(report)
    else if (i == 3) CheckReferences(report)
    else if (i == 4) CheckNumbers(report)
    else if (i == 5) CheckWriting(report)
    else if (i == 6) CheckSlices(report)
    else if (i == 7) CheckIndices(report)
    else if (i == 8) CheckContestedPixels(report)
    else if (i == 9) CheckStatistics(report)
    else if (i == 10) CheckMatrices(report)
    else if (i == 11) CheckMatrixSpeed(report)
    else if (i == 12) CheckFourier(report)
    else if (i == 13) CheckTags(report)
    else if (i == 14) CheckCalibration(report)
    else if (i == 15) CheckWindows(report)
    else if (i == 16) CheckProgressWindow(report)
    else if (i == 17) CheckOtherScripts(report)
    else if (i == 18) CheckMenuItems(report)
    else return 0
    return 1
}

number CheckLibrary(object report, number i)
{
    if (i == 1) CheckRandomNumbers(report)
    else if (i == 2) CheckExampleData(report)
    else if (i == 3) CheckUnfold(report)
    else if (i == 4) CheckSteps(report)
    else if (i == 5) CheckDiffractionConstraint(report)
    else if (i == 6) CheckMapConstraint(report)
    else if (i == 7) CheckSimilarity(report)
    else if (i == 8) CheckMerging(report)
    else if (i == 9) CheckSorting(report)
    else return 0
    return 1
}

// One check; whatever happens in it ends here. 0 if there is none of that number. The catch ends in return, not in break:
// that leaves it whatever else is not as we believe.
number TryCheck(object report, string kind, number i)
{
    number isThere = 0
    try
    {
        if (kind == "fact") isThere = CheckFact(report, i)
        else if (kind == "library") isThere = CheckLibrary(report, i)
        else isThere = CheckCommand(report, i)
    }
    catch
    {
        report.Broke(GetExceptionString())
        return 1
    }
    return isThere
}

// All checks of a kind; 0 if the user stops.
number CheckAll(object report, string kind)
{
    report.Headline(kind)
    number i = 1
    while (TryCheck(report, kind, i))
    {
        i++
        if (IsCancelled())
        {
            report.Headline("stopped by the user; what follows was not checked")
            return 0
        }
    }
    return 1
}

void AskTheUser(object report)
{
    report.Headline("user")
    try CheckDialog(report)
    catch
    {
        report.Broke(GetExceptionString())
        break
    }
    try CheckEscape(report)
    catch
    {
        report.Broke(GetExceptionString())
        break
    }
}

// Version of DM, if it tells.
string VersionOfDM()
{
    string version = "?"
    try
    {
        ExecuteScriptString("number a, b, c\n GetApplicationVersion(a, b, c)\n SetPersistentStringNote(" + \
                            "\"NMF 4D-STEM:Self-test:Version\", a + \".\" + b + \".\" + c)")
        GetPersistentStringNote("NMF 4D-STEM:Self-test:Version", version)
    }
    catch break
    return version
}

void SelfTest()
{
    object report = alloc(NmfReport).Begin()
    string firstLine = "NMF 4D-STEM self-test " + SelfTestVersion() + ", DigitalMicrograph " + VersionOfDM() + ", " + DateStamp()
    AskTheUser(report)
    number goesOn = CheckAll(report, "fact")
    if (goesOn) goesOn = CheckAll(report, "library")
    SetPersistentNumberNote("NMF 4D-STEM:Self-test:Running", GetCurrentTime())    // dialogs answer themselves
    if (goesOn) CheckAll(report, "command")
    GetPersistentTagGroup().TagGroupDeleteTagWithLabel("NMF 4D-STEM:Self-test")
    EndProgress()
    report.End(firstLine)
}

GetPersistentTagGroup().TagGroupDeleteTagWithLabel("NMF 4D-STEM:Self-test")    // of a run that was broken off
try SelfTest()
catch
{
    EndProgress()
    Result("Self-test: stopped: " + GetExceptionString() + "\n")
    break
}
GetPersistentTagGroup().TagGroupDeleteTagWithLabel("NMF 4D-STEM:Self-test")
