/* Polar transform
   What     U-V to R-Phi and back: the diffractions of an image on (radius, angle), where rings are straight lines and a
            turn is a shift.
   Input    Front image: a diffraction (2D), a stack of them (3D: u, v, n), or 4D data in either order. Back: an image
            that this command made; of others the detector's size and the centre are asked.
   Output   New image with radius where u was and angle [deg] where v was, or the other way round, calibrated. The input is
            not changed. There and back is not the same: two interpolations smooth, and corners beyond the largest
            radius are 0.
   Source   Kimoto et al. (2025), Supplement S3, Listing S4 (the r-phi image)
   Needs    functions/input.s, functions/matrices.s, functions/messages.s, functions/pattern_settings.s,
            functions/polar.s, functions/polar_image.s, functions/results.s, functions/settings.s, functions/unfold.s
   Twin     offline_reference/numerics/polar_image.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// First of the two detector dimensions.
number FirstDetectorDimension(image data, string order)
{
    if (data.ImageGetNumDimensions() == 4 && order == "vuyx") return 2
    return 0
}

// An image like data, but with width x height pixels instead of the detector's.
image TargetFor(image data, string order, number width, number height)
{
    number bytes = WorkingBytes(data)
    number nDims = data.ImageGetNumDimensions()
    if (nDims == 2) return RealImage("", bytes, width, height)
    number n2 = data.ImageGetDimensionSize(2)
    if (nDims == 3) return RealImage("", bytes, width, height, n2)
    if (order == "yxvu") return RealImage("", bytes, width, height, n2, data.ImageGetDimensionSize(3))
    return RealImage("", bytes, data.ImageGetDimensionSize(0), data.ImageGetDimensionSize(1), width, height)
}

// What the way back needs to know, in the tags of an R-Phi image.
void RecordDetector(image polar, image data, number first, object pattern)
{
    TagGroup record = polar.ImageGetTagGroup()
    record.TagGroupSetTagAsNumber("R-Phi:Centre u", pattern.CentreU())
    record.TagGroupSetTagAsNumber("R-Phi:Centre v", pattern.CentreV())
    for (number axis = 0; axis < 2; axis++)
    {
        string path = "R-Phi:Axis " + Format(axis, "%.0f") + ":"
        number origin, scale
        string unit
        data.ImageGetDimensionCalibration(first + axis, origin, scale, unit, 0)
        record.TagGroupSetTagAsNumber(path + "Size", data.ImageGetDimensionSize(first + axis))
        record.TagGroupSetTagAsNumber(path + "Origin", origin)
        record.TagGroupSetTagAsNumber(path + "Scale", scale)
        record.TagGroupSetTagAsString(path + "Unit", unit)
    }
}

// A number of that record; initial if there is none.
number Recorded(image polar, string key, number initial)
{
    number value = initial
    if (polar.ImageGetTagGroup().TagGroupGetTagAsNumber("R-Phi:" + key, value)) return value
    return initial
}

void CalibratePolar(image polar, image data, number first, number nAngles)
{
    string unit = "pixel"
    number scale = 1
    if (HasOneScale(data, first))
    {
        unit = data.ImageGetDimensionUnitString(first)
        scale = data.ImageGetDimensionScale(first)
    }
    polar.ImageSetDimensionCalibration(first, 0, scale, unit, 0)
    polar.ImageSetDimensionCalibration(first + 1, 0, 360 / nAngles, "deg", 0)
}

void CalibrateDetector(image detector, image polar, number first)
{
    TagGroup tags = polar.ImageGetTagGroup()
    for (number axis = 0; axis < 2; axis++)
    {
        string path = "Axis " + Format(axis, "%.0f") + ":"
        string unit = ""
        tags.TagGroupGetTagAsString("R-Phi:" + path + "Unit", unit)
        detector.ImageSetDimensionCalibration(first + axis, Recorded(polar, path + "Origin", 0), \
                                              Recorded(polar, path + "Scale", 1), unit, 0)
    }
    detector.ImageGetTagGroup().TagGroupDeleteTagWithLabel("R-Phi")
}

// What holds for both directions: the other axes and the intensity keep their calibration, tags are carried.
TagGroup CarryTo(image result, image data, number first, string direction)
{
    for (number axis = 0; axis < data.ImageGetNumDimensions(); axis++)
        if (axis != first && axis != first + 1) CarryCalibration(result, axis, data, axis)
    result.ImageSetIntensityScale(data.ImageGetIntensityScale())
    result.ImageSetIntensityOrigin(data.ImageGetIntensityOrigin())
    result.ImageSetIntensityUnitString(data.ImageGetIntensityUnitString())
    TagGroup note = NoteProcessing(result, data, "Polar transform")
    note.TagGroupSetTagAsString("Direction", direction)
    return note
}

// Shows the result if all its rows are filled, and says so, or says that it was stopped.
void ShowIfComplete(image result, number nRows, number first, string name, string remark)
{
    number nAll = result.ImageGetDimensionSize(first + 1)
    if (nRows < nAll)
    {
        Say("Polar transform: stopped after row " + Format(nRows, "%.0f") + " of " + Format(nAll, "%.0f") + "; nothing was " + \
            "made.")
        return
    }
    ShowStack(result, name)
    Say("Polar transform: " + name + ", " + SizesOf(result) + "; " + remark + ".")
}

// X: data unfolded.
void ShowPolar(image data, image X, string order, object pattern, number sampling, string title)
{
    number first = FirstDetectorDimension(data, order)
    pattern.Read(ImageOfColumn(RowSums(X), data.ImageGetDimensionSize(first), data.ImageGetDimensionSize(first + 1)))
    object grid = pattern.Grid(sampling)
    image polar := TargetFor(data, order, grid.Radii(), grid.Angles())
    number nRows = Resample(polar, X, grid, order, title)
    EndProgress()
    TagGroup note = CarryTo(polar, data, first, "U-V to R-Phi")
    note.TagGroupSetTagAsNumber("Sampling", sampling)
    pattern.NoteIn(note)
    RecordDetector(polar, data, first, pattern)
    CalibratePolar(polar, data, first, grid.Angles())
    ShowIfComplete(polar, nRows, first, "R-Phi of " + data.GetName(), pattern.About())
}

// nU, nV: size of the detector, 0 where the image's record tells it. X: data unfolded.
void ShowDetector(image data, image X, string order, object pattern, number nU, number nV, string title)
{
    number first = FirstDetectorDimension(data, order)
    number nRadii = data.ImageGetDimensionSize(first)
    if (nU == 0) nU = Recorded(data, "Axis 0:Size", 2 * nRadii)
    if (nV == 0) nV = Recorded(data, "Axis 1:Size", 2 * nRadii)
    number isKnown = pattern.ReadCentre(nU, nV)
    number u0 = Recorded(data, "Centre u", pattern.CentreU())
    number v0 = Recorded(data, "Centre v", pattern.CentreV())
    if (!isKnown && Recorded(data, "Axis 0:Size", 0) == 0)
        Throw("Polar transform: no centre can be found in an R-Phi image. Choose half the size, or give it.")
    object grid = MakeDetectorGrid(nU, nV, u0, v0, nRadii, data.ImageGetDimensionSize(first + 1))
    image detector := TargetFor(data, order, nU, nV)
    number nRows = Resample(detector, X, grid, order, title)
    EndProgress()
    TagGroup note = CarryTo(detector, data, first, "R-Phi to U-V")
    note.TagGroupSetTagAsNumber("Centre u", u0)
    note.TagGroupSetTagAsNumber("Centre v", v0)
    CalibrateDetector(detector, data, first)
    ShowIfComplete(detector, nRows, first, "U-V of " + data.GetName(), \
                   "centre (u, v) = (" + Format(u0, "%.2f") + ", " + Format(v0, "%.2f") + ")")
}

void TransformFrontImage()
{
    string command = "Polar transform"
    image data := RealFrontImageOf(command, 0)
    number nDims = data.ImageGetNumDimensions()
    if (nDims < 2 || nDims > 4)
        Throw(command + ": the front image '" + data.GetName() + "' has " + nDims + " dimension(s), but this command " + \
              "needs a diffraction (2D), a stack of them (3D) or 4D data.")
    string order = "yxvu"
    if (nDims == 4) order = OrderOf(data)
    if (order == "") return
    number first = FirstDetectorDimension(data, order)

    TagGroup items
    TagGroup dialog = NewSettings(command, items)
    TagGroup directionField = AddChoice(items, command, "direction", "Direction", "U-V to R-Phi|R-Phi to U-V", 1)
    directionField.DLGValue((Recorded(data, "Axis 0:Size", 0) > 0) ? 2 : 1)    // what the image is, not what was used last
    object pattern = alloc(NmfPatternSettings).AddTo(items, command, data.ImageGetDimensionSize(first), \
                                                     data.ImageGetDimensionSize(first + 1))
    TagGroup samplingField = AddNumber(items, command, "sampling", "To R-Phi: angles for each pixel of the largest radius", 8)
    TagGroup widthField = AddNumber(items, command, "width", "To U-V: detector width [pixel], 0 = as recorded", 0)
    TagGroup heightField = AddNumber(items, command, "height", "To U-V: detector height [pixel], 0 = as recorded", 0)
    if (!PoseSettings(dialog)) return
    number direction = ChoiceOf(directionField, command, "direction")
    number sampling = NumberOf(samplingField, command, "sampling")
    number nU = NumberOf(widthField, command, "width")
    number nV = NumberOf(heightField, command, "height")

    string title = command
    if (nDims == 2) title = ""                                // too quick for a progress window
    image X
    if (nDims == 2) X := ColumnOfImage(data)
    else X := Unfold(data, order)
    if (direction == 1) ShowPolar(data, X, order, pattern, sampling, title)
    else ShowDetector(data, X, order, pattern, nU, nV, title)
}

string failure = ""
try TransformFrontImage()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
