/* Unfold
   What     Unfolds a 4D (3D, 2D) image into the matrix X, one diffraction a column. Refold undoes it.
   Input    Front image, real: 4D x, y, u, v or u, v, x, y; 3D x, y, u or u, v, x; 2D x, u or u, x.
   Output   New 2D image, n_xy wide and n_uv high, 4-byte real (8 if the input is real 8). Sizes, order and calibrations are
            in its tags, NMF 4D-STEM:Unfolded. The input is not changed.
   Source   Kimoto et al. (2025), Fig. 2
   Needs    functions/input.s, functions/messages.s, functions/results.s, functions/unfold.s
   Twin     offline_reference/numerics/unfold.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// All that Refold needs to restore the image.
void NoteFolding(image X, image data, string order)
{
    number nX, nY, nU, nV
    ScanAndDetectorSizes(data, order, nX, nY, nU, nV)
    TagGroup folding = X.ImageGetTagGroup().TagGroupGetOrCreateTagGroup("NMF 4D-STEM:Unfolded")
    folding.TagGroupSetTagAsString("Order", order)
    folding.TagGroupSetTagAsNumber("Dimensions", data.ImageGetNumDimensions())
    folding.TagGroupSetTagAsNumber("nX", nX)
    folding.TagGroupSetTagAsNumber("nY", nY)
    folding.TagGroupSetTagAsNumber("nU", nU)
    folding.TagGroupSetTagAsNumber("nV", nV)
    folding.TagGroupSetTagAsNumber("Data Order Swapped", DataOrderSwapped(data))
    for (number axis = 0; axis < data.ImageGetNumDimensions(); axis++)
    {
        number origin, scale
        string units
        data.ImageGetDimensionCalibration(axis, origin, scale, units, 0)
        string name = "Axis " + Format(axis, "%.0f") + ":"
        folding.TagGroupSetTagAsNumber(name + "Origin", origin)
        folding.TagGroupSetTagAsNumber(name + "Scale", scale)
        folding.TagGroupSetTagAsString(name + "Units", units)
    }
}

void UnfoldFrontImage()
{
    image data := RealFrontImageOf("Unfold", 0)
    if (data.ImageGetNumDimensions() < 2)
        Throw("Unfold: the front image '" + data.GetName() + "' is a line (" + SizesOf(data) + "), and there is nothing to " + \
              "unfold. Click an image of 2, 3 or 4 dimensions and run the command again.")
    string order = OrderOf(data)
    if (order == "") return
    OpenAndSetProgressWindow("Unfold", data.GetName(), SizesOf(data))
    image X := Unfold(data, order)
    EndProgress()
    TagGroup note = NoteProcessing(X, data, "Unfold")
    note.TagGroupSetTagAsString("Order", order)
    NoteFolding(X, data, order)
    ShowStack(X, data.GetName() + " unfolded")
    Say("Unfold: " + data.GetName() + " (" + SizesOf(data) + ", order " + order + ") is now a matrix of " + SizesOf(X) + \
        " pixels, one diffraction a column.")
}

string failure = ""
try UnfoldFrontImage()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
