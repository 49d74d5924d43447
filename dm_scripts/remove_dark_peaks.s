/* Remove dark peaks
   What     Listing S4: raises each pixel of a diffraction that lies below its rotational average without outliers.
   Input    Front image: one 2D diffraction, no negative counts. Centre, threshold, sampling and mask by dialog; with the
            first values they are the listing's.
   Output   Three new images in the units of the input, calibrated: the rotational average without outliers (RAWOO, at the
            sum of the input), the dark peaks, and the diffraction without them. The input is not changed.
   Source   Kimoto et al. (2025), Supplement S3, Listing S4
   Needs    functions/diffraction_constraint.s, functions/input.s, functions/matrices.s, functions/messages.s,
            functions/pattern_settings.s, functions/results.s, functions/settings.s
   Twin     offline_reference/numerics/diffraction_constraint.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// A result with the size, bytes, calibration and tags of the diffraction; the settings are noted.
image ResultOf(image diffraction, image values, object pattern, number threshold, number sampling, number nRaised)
{
    number nU, nV
    GetSize(diffraction, nU, nV)
    image shown := NewMatrix(diffraction, nU, nV)
    shown = values
    shown.ImageCopyCalibrationFrom(diffraction)
    TagGroup note = NoteProcessing(shown, diffraction, "Remove dark peaks")
    pattern.NoteIn(note)
    note.TagGroupSetTagAsNumber("Threshold", threshold)
    note.TagGroupSetTagAsNumber("Sampling", sampling)
    note.TagGroupSetTagAsNumber("Raised pixels", nRaised)
    return shown
}

void RemoveDarkPeaksOfFrontImage()
{
    string command = "Remove dark peaks"
    image diffraction := FrontImageOf(command, 2)
    number nU, nV
    GetSize(diffraction, nU, nV)

    TagGroup items
    TagGroup dialog = NewSettings(command, items)
    object pattern = alloc(NmfPatternSettings).AddTo(items, command, nU, nV)
    TagGroup thresholdField = AddNumber(items, command, "threshold", "Outliers: from so many times the mean", 2)
    TagGroup samplingField = AddNumber(items, command, "sampling", "Angles for each pixel of the largest radius", 8)
    if (!PoseSettings(dialog)) return
    string name = diffraction.GetName()
    OpenAndSetProgressWindow(command, name, "looking for the centre")
    pattern.Read(diffraction)
    number threshold = NumberOf(thresholdField, command, "threshold")
    number sampling = NumberOf(samplingField, command, "sampling")
    if (threshold <= 0)
        Throw(command + ": with a threshold of " + Format(threshold, "%g") + " every sample is an outlier. 2 is usual.")

    OpenAndSetProgressWindow(command, name, "averaging rings")     // seconds, if there are a million pixels
    object grid = pattern.Grid(sampling)
    image rawoo := RotationalAverageAtEqualSum(diffraction, grid, threshold)
    image dark := DepthBelow(diffraction, rawoo, grid.Good())
    image filled := RealImage("", 8, nU, nV)
    filled = diffraction + dark
    number nRaised = sum(dark > 0)
    number added = sum(dark) / sum(diffraction)
    EndProgress()

    image shownRawoo := ResultOf(diffraction, rawoo, pattern, threshold, sampling, nRaised)
    image shownDark := ResultOf(diffraction, dark, pattern, threshold, sampling, nRaised)
    image shownFilled := ResultOf(diffraction, filled, pattern, threshold, sampling, nRaised)
    ShowStack(shownRawoo, "Rotational average without outliers of " + name)
    ShowStack(shownDark, "Dark peaks of " + name)
    ShowStack(shownFilled, name + " without dark peaks")
    Say(command + ": raised " + Format(nRaised, "%.0f") + " of " + Format(nU * nV, "%.0f") + " pixels of " + name + \
        ", which adds " + Format(100 * added, "%.2f") + " % to its sum; " + pattern.About() + ".")
}

string failure = ""
try RemoveDarkPeaksOfFrontImage()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
