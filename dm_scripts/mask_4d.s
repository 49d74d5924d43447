/* Mask 4D
   What     A 2D mask on 4D data: sets the pixels under it (or all others) to zero, or adds them up: a virtual detector.
   Input    Front image: 4D, real. Another open 2D image is the mask, as large as the detector or as the scan; it selects
            where it is not zero, and its values are the weights of a sum.
   Output   A new 4D image, or the sum: a map (mask on the detector) or a diffraction (mask on the scan), calibrated.
   Source   -
   Needs    functions/input.s, functions/masking.s, functions/matrices.s, functions/messages.s, functions/results.s,
            functions/settings.s
   Twin     offline_reference/numerics/masking.py
   Tested   virtual_dm in CI; GMS: not yet
*/

string NameOfPlane(number isOnDetector)
{
    if (isOnDetector) return "detector"
    return "scan"
}

// One entry for each open image and each place where it fits; ids and places stand in the columns of found.
string MasksFor(image data, string order, image found)
{
    string names = ""
    number n = 0
    image candidate := FindFrontImage()
    while (candidate.ImageIsValid() && n < found.ImageGetDimensionSize(0))
    {
        for (number isOnDetector = 1; isOnDetector >= 0; isOnDetector--)
        {
            if (!MaskFits(candidate, data, FirstMaskedDimension(order, isOnDetector))) continue
            if (n >= found.ImageGetDimensionSize(0)) continue
            if (n > 0) names = names + "|"
            names = names + candidate.GetName() + " on the " + NameOfPlane(isOnDetector)
            found.SetPixel(n, 0, candidate.ImageGetID())
            found.SetPixel(n, 1, isOnDetector)
            n++
        }
        candidate := FindNextImage(candidate)
    }
    return names
}

void MaskFrontImage()
{
    image data := RealFrontImageOf("Mask 4D", 4)
    string order = OrderOf(data)
    if (order == "") return
    image found := RealImage("", 8, 100, 2)           // no list is longer
    found = 0
    string names = MasksFor(data, order, found)
    if (names == "")
        Throw("Mask 4D: no open 2D image is as large as the detector or the scan of '" + data.GetName() + "'. Make a " + \
              "mask on a diffraction or a map of these data, nonzero where it selects, and leave it open.")

    TagGroup items
    TagGroup dialog = NewSettings("Mask 4D", items)
    TagGroup maskField = AddPick(items, "mask", "Mask", names, 1)
    TagGroup actionField = AddChoice(items, "Mask 4D", "action", "What to do", \
        "Zero under the mask|Zero outside the mask|Sum under the mask (virtual detector)", 1)
    if (!PoseSettings(dialog)) return
    number chosen = PickOf(maskField) - 1
    number action = ChoiceOf(actionField, "Mask 4D", "action")
    image mask := FindImageByID(found.GetPixel(chosen, 0))
    number isOnDetector = found.GetPixel(chosen, 1)
    if (!(mask.ImageIsDataTypeReal() || mask.ImageIsDataTypeInteger() || mask.ImageIsDataTypeBinary()))
        Throw("Mask 4D: '" + mask.GetName() + "' is a colour or complex image. Choose a mask of real numbers.")
    number nSelected = sum(mask != 0)
    if (nSelected == 0)
        Throw("Mask 4D: '" + mask.GetName() + "' is zero everywhere, so it selects nothing. Set the pixels that you mean " + \
              "to 1.")

    number first = FirstMaskedDimension(order, isOnDetector)
    number isSum = action == 3
    image masked
    if (isSum)
    {
        masked := NewMatrix(data, data.ImageGetDimensionSize(2 - first), data.ImageGetDimensionSize(3 - first))
        if (isOnDetector) CarryScanCalibration(masked, data, order)
        else CarryDetectorCalibration(masked, data, order)
    }
    else masked := data.ImageClone()

    number nRows = mask.ImageGetDimensionSize(1)
    for (number j = 0; j < nRows; j++)
    {
        if (isSum) AddMaskedRow(masked, data, mask, first, j)
        else ZeroMaskedRow(masked, mask, first, action == 2, j)
        ShowProgress("Mask 4D", j + 1, nRows, -1)
        if (!IsCancelled()) continue
        EndProgress()
        Say("Mask 4D: stopped after row " + (j + 1) + " of " + nRows + " of the mask; nothing was made.")
        return
    }
    EndProgress()

    string what = "Zero under the mask"
    if (action == 2) what = "Zero outside the mask"
    if (isSum) what = "Sum under the mask"
    TagGroup note = NoteProcessing(masked, data, "Mask 4D")
    note.TagGroupSetTagAsString("Action", what)
    note.TagGroupSetTagAsString("Mask", mask.GetName())
    note.TagGroupSetTagAsString("Mask lies on", NameOfPlane(isOnDetector))
    note.TagGroupSetTagAsNumber("Selected pixels", nSelected)
    string how = " masked by "
    if (isSum) how = " summed under "
    ShowStack(masked, data.GetName() + how + mask.GetName())
    Say("Mask 4D: " + what + " " + mask.GetName() + ", which selects " + Format(nSelected, "%.0f") + " of " + \
        Format(mask.ImageGetDimensionSize(0) * nRows, "%.0f") + " pixels of the " + NameOfPlane(isOnDetector) + ".")
}

string failure = ""
try MaskFrontImage()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
