/* Rotational average
   What     Radial profile of a diffraction, its Bragg discs left out, and that profile as an image (RAWOO).
   Input    Front image: one 2D diffraction, no negative counts. Centre, threshold, sampling and mask by dialog; with the
            first values they are those of Listing S4.
   Output   New line plot against the radius, calibrated where u and v have one scale; new image of the rotational average.
            Both in the units of the input, which is not changed.
   Source   Kimoto et al. (2025), Supplement S3, Listing S4
   Needs    functions/diffraction_constraint.s, functions/input.s, functions/matrices.s, functions/messages.s,
            functions/pattern_settings.s, functions/results.s, functions/settings.s
   Twin     offline_reference/numerics/diffraction_constraint.py
   Tested   virtual_dm in CI; GMS: not yet
*/

void NoteSettings(image shown, image diffraction, object pattern, number threshold, number sampling)
{
    TagGroup note = NoteProcessing(shown, diffraction, "Rotational average")
    pattern.NoteIn(note)
    note.TagGroupSetTagAsNumber("Threshold", threshold)
    note.TagGroupSetTagAsNumber("Sampling", sampling)
}

void AverageFrontImage()
{
    string command = "Rotational average"
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
    image rawoo := NewMatrix(diffraction, nU, nV)
    rawoo = RotationalAverageWithoutOutliers(diffraction, grid, threshold)
    image profile := NewMatrix(diffraction, grid.Radii(), 1)
    profile = RadialProfileWithoutOutliers(diffraction, grid, threshold)

    EndProgress()

    rawoo.ImageCopyCalibrationFrom(diffraction)
    NoteSettings(rawoo, diffraction, pattern, threshold, sampling)
    NoteSettings(profile, diffraction, pattern, threshold, sampling)
    string unit = diffraction.ImageGetDimensionUnitString(0)
    string remark = ""
    if (HasOneScale(diffraction, 0)) profile.ImageSetDimensionCalibration(0, 0, diffraction.ImageGetDimensionScale(0), unit, 0)
    else
    {
        unit = "pixel"
        remark = " Its axes have different scales, so the radius is in pixels."
        profile.ImageSetDimensionCalibration(0, 0, 1, unit, 0)
    }
    profile.ImageSetIntensityScale(diffraction.ImageGetIntensityScale())
    profile.ImageSetIntensityOrigin(diffraction.ImageGetIntensityOrigin())
    profile.ImageSetIntensityUnitString(diffraction.ImageGetIntensityUnitString())

    ShowStack(rawoo, "Rotational average without outliers of " + name)
    profile.SetName("Radial profile of " + name)
    profile.ShowImage()
    Say(command + " of " + name + ": " + Format(grid.Radii(), "%.0f") + " radii of " + Format(grid.Angles(), "%.0f") + \
        " angles; " + pattern.About() + "." + remark)
}

string failure = ""
try AverageFrontImage()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
