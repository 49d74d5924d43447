/* Refold
   What     Folds a matrix back: X to a 4D (3D, 2D) image, W to a stack of diffractions, H to a stack of maps.
   Input    Front image, 2D: X (n_xy x n_uv, width x height), W (n_k x n_uv) or H (n_xy x n_k). Sizes, order and
            calibrations come from the tags that Unfold wrote; a matrix without them is asked for.
   Output   New image with the calibrations of the image that was unfolded. The input is not changed.
   Source   Kimoto et al. (2025), Fig. 2
   Needs    functions/input.s, functions/messages.s, functions/results.s, functions/settings.s, functions/unfold.s
   Twin     offline_reference/numerics/unfold.py
   Tested   virtual_dm in CI; GMS: not yet
*/

number NumberIn(TagGroup folding, string name)
{
    number value = 0
    folding.TagGroupGetTagAsNumber(name, value)
    return value
}

// Asks for what the tags of an unfolded image would tell; 0 is Cancel.
number AskForFolding(TagGroup folding)
{
    TagGroup items
    TagGroup dialog = NewSettings("Refold: no tags tell how this matrix was unfolded", items)
    TagGroup orderField = AddChoice(items, "Refold", "order", "Order of the image", \
                                    "x, y, u, v (scan first)|u, v, x, y (detector first)", 1)
    TagGroup nX = AddNumber(items, "Refold", "nX", "Scan: n_x [pixels]", 1)
    TagGroup nY = AddNumber(items, "Refold", "nY", "Scan: n_y [pixels]", 1)
    TagGroup nU = AddNumber(items, "Refold", "nU", "Detector: n_u [pixels]", 1)
    TagGroup nV = AddNumber(items, "Refold", "nV", "Detector: n_v [pixels]", 1)
    if (!PoseSettings(dialog)) return 0
    string order = "yxvu"
    if (ChoiceOf(orderField, "Refold", "order") == 1) order = "vuyx"
    folding.TagGroupSetTagAsString("Order", order)
    folding.TagGroupSetTagAsNumber("Dimensions", 4)
    folding.TagGroupSetTagAsNumber("nX", NumberOf(nX, "Refold", "nX"))
    folding.TagGroupSetTagAsNumber("nY", NumberOf(nY, "Refold", "nY"))
    folding.TagGroupSetTagAsNumber("nU", NumberOf(nU, "Refold", "nU"))
    folding.TagGroupSetTagAsNumber("nV", NumberOf(nV, "Refold", "nV"))
    folding.TagGroupSetTagAsNumber("Data Order Swapped", -1)
    return 1
}

// Dimension d of the result gets the calibration of the axis that it was before Unfold.
void RestoreCalibration(image folded, number d, TagGroup folding, number axis)
{
    string name = "Axis " + Format(axis, "%.0f") + ":"
    number origin, scale
    string units
    if (!folding.TagGroupGetTagAsNumber(name + "Scale", scale)) return
    folding.TagGroupGetTagAsNumber(name + "Origin", origin)
    folding.TagGroupGetTagAsString(name + "Units", units)
    folded.ImageSetDimensionCalibration(d, origin, scale, units, 0)
}

// A 3D or 2D image had no second scan or detector dimension: leave out what Refold gave it.
image WithoutExtraDimensions(image folded, number nDims)
{
    number n0 = folded.ImageGetDimensionSize(0)
    number n1 = folded.ImageGetDimensionSize(1)
    number n2 = folded.ImageGetDimensionSize(2)
    if (nDims == 3) return folded.SliceN(4, 3, 0, 0, 0, 0, 0, n0, 1, 1, n1, 1, 2, n2, 1).ImageClone()
    if (nDims == 2) return folded.SliceN(4, 2, 0, 0, 0, 0, 0, n0, 1, 2, n2, 1).ImageClone()
    return folded
}

// The 4D (3D, 2D) image of X with its calibrations and its order tag.
image RefoldData(image X, TagGroup folding, string order)
{
    image data := Refold(X, order, NumberIn(folding, "nX"), NumberIn(folding, "nY"), \
                         NumberIn(folding, "nU"), NumberIn(folding, "nV"))
    data := WithoutExtraDimensions(data, NumberIn(folding, "Dimensions"))
    for (number d = 0; d < data.ImageGetNumDimensions(); d++) RestoreCalibration(data, d, folding, d)
    return data
}

void RefoldFrontImage()
{
    image m := RealFrontImageOf("Refold", 2)
    TagGroup folding
    if (!m.ImageGetTagGroup().TagGroupGetTagAsTagGroup("NMF 4D-STEM:Unfolded", folding))
    {
        folding = NewTagGroup()
        if (!AskForFolding(folding)) return
    }
    string order
    folding.TagGroupGetTagAsString("Order", order)
    number nX = NumberIn(folding, "nX"), nY = NumberIn(folding, "nY")
    number nU = NumberIn(folding, "nU"), nV = NumberIn(folding, "nV")
    number width, height
    GetSize(m, width, height)
    // A 3D or 2D image has fewer dimensions on the first or on the last side, so its axes are counted from there.
    number nDims = NumberIn(folding, "Dimensions")
    number firstOfLast = (nDims == 2) ? 1 : 2
    number scanAxis = (order == "vuyx") ? 0 : firstOfLast
    number detectorAxis = (order == "vuyx") ? firstOfLast : 0

    image folded
    string what
    if (width == nX * nY && height == nU * nV)
    {
        what = "data"
        folded := RefoldData(m, folding, order)
    }
    else if (height == nU * nV)
    {
        what = "diffractions"
        folded := DiffractionsOfW(m, nU, nV)
        RestoreCalibration(folded, 0, folding, detectorAxis)
        if (nV > 1) RestoreCalibration(folded, 1, folding, detectorAxis + 1)
    }
    else if (width == nX * nY)
    {
        what = "maps"
        folded := MapsOfH(m, nX, nY)
        RestoreCalibration(folded, 0, folding, scanAxis)
        if (nY > 1) RestoreCalibration(folded, 1, folding, scanAxis + 1)
    }
    else
        Throw("Refold: '" + m.GetName() + "' is " + SizesOf(m) + " pixels, and neither its width is n_x n_y = " + nX * nY + \
              " nor its height n_u n_v = " + nU * nV + ". Refold an image as wide or as high as the unfolded one" + \
              ", or give the sizes that fit.")

    TagGroup note = NoteProcessing(folded, m, "Refold")
    note.TagGroupSetTagAsString("Order", order)
    note.TagGroupSetTagAsString("Refolded to", what)
    TagGroup tags = folded.ImageGetTagGroup()
    tags.TagGroupDeleteTagWithLabel("NMF 4D-STEM:Unfolded")
    number swapped = NumberIn(folding, "Data Order Swapped")
    if (what == "data" && swapped >= 0) tags.TagGroupSetTagAsBoolean("Meta Data:Data Order Swapped", swapped)
    ShowStack(folded, m.GetName() + " refolded")
    Say("Refold: " + m.GetName() + " is now " + what + " of " + SizesOf(folded) + " pixels, order " + order + ".")
}

string failure = ""
try RefoldFrontImage()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
