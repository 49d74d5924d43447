/* Input
   What     The front image of a command, and the order of its axes; refuses what the command cannot use.
   Input    Front image.
   Output   The image itself, or a copy without negative counts if the user wants that. Messages say what to do.
   Source   -
   Needs    functions/unfold.s, functions/settings.s
   Twin     offline_reference/numerics/checks.py, offline_reference/files/axis_order.py
   Tested   virtual_dm in CI; GMS: not yet
*/

string SizesOf(image data)
{
    string text = Format(data.ImageGetDimensionSize(0), "%.0f")
    for (number axis = 1; axis < data.ImageGetNumDimensions(); axis++)
        text = text + " x " + Format(data.ImageGetDimensionSize(axis), "%.0f")
    return text
}

// The front image if it has so many dimensions (0: any number) and real, finite pixels; their smallest and largest value.
image CheckedFrontImage(string command, number nDimensions, number &low, number &high)
{
    image data := FindFrontImage()
    if (!data.ImageIsValid())
        Throw(command + ": no image is open. Open one, or make one with NMF 4D-STEM > Simulate 4D-STEM.")
    string named = command + ": the front image '" + data.GetName() + "' "
    number found = data.ImageGetNumDimensions()
    if (nDimensions > 0 && found != nDimensions)
        Throw(named + "has " + found + " dimensions (" + SizesOf(data) + "), but this command needs " + nDimensions + \
              ". Click the " + nDimensions + "D window, so that it comes to the front, and run the command again.")
    if (data.ImageIsDataTypeRGB())
        Throw(named + "is a colour image, whose pixels are no counts. Choose the image it was made of.")
    if (data.ImageIsDataTypeComplex() || data.ImageIsDataTypePackedComplex())
        Throw(named + "is complex. Take its modulus and run the command on that.")
    MinMax(data, low, high)
    number total = 0
    if (!data.ImageIsDataTypeInteger()) total = sum(data)    // MinMax may pass over what is not a number
    // A comparison with NaN is false, so this catches NaN and infinite pixels both.
    if (!(abs(total) < 1e300 && abs(low) < 1e300 && abs(high) < 1e300))
        Throw(named + "has pixels that are not finite. Replace them, for example by 0, and run the command again.")
    return data
}

image RealFrontImageOf(string command, number nDimensions)
{
    number low, high
    return CheckedFrontImage(command, nDimensions, low, high)
}

// The front image if it also holds counts: nothing negative, not all pixels the same.
// With negative pixels the user may go on with a copy in which they are zero.
image FrontImageOf(string command, number nDimensions)
{
    number low, high
    image data := CheckedFrontImage(command, nDimensions, low, high)
    string named = command + ": the front image '" + data.GetName() + "' "
    if (low == high)
        Throw(named + "has the same value, " + Format(low, "%.6g") + ", everywhere. There is nothing to find in it: " + \
              "choose another image.")
    if (low >= 0) return data

    number nNegative = sum(data < 0)
    string what = Format(nNegative, "%.0f") + " negative pixels (lowest " + Format(low, "%.6g") + ")"
    if (!TwoButtonDialog(named + "has " + what + ", and counts cannot be negative. Go on with a copy in which they " + \
                         "are zero?", "Set to zero", "Stop")) \
        Throw(named + "has " + what + ". Subtract less background, or choose to set them to zero.")
    image clipped := data.ImageClone()
    clipped = tert(clipped < 0, 0, clipped)
    return clipped
}

// "vuyx" (scan first) or "yxvu" (detector first) of an image; asks if neither tag nor units tell. "" is Cancel.
string OrderOf(image data)
{
    string order = AxisOrderOf(data)
    if (order != "") return order
    string scanFirst = "the first", scanLast = "the last"
    if (data.ImageGetNumDimensions() == 4)
    {
        string sizes = Format(data.ImageGetDimensionSize(0), "%.0f") + " x " + Format(data.ImageGetDimensionSize(1), "%.0f")
        scanFirst = "the first two, " + sizes
        sizes = Format(data.ImageGetDimensionSize(2), "%.0f") + " x " + Format(data.ImageGetDimensionSize(3), "%.0f")
        scanLast = "the last two, " + sizes
    }
    TagGroup items
    TagGroup dialog = NewSettings("Which dimensions of '" + data.GetName() + "' are the scan?", items)
    TagGroup field = AddChoice(items, "Axis order", "order", "Neither its tags nor its units tell. The scan is", \
                               scanFirst + "|" + scanLast, 1)
    if (!PoseSettings(dialog)) return ""
    if (ChoiceOf(field, "Axis order", "order") == 1) return "vuyx"
    return "yxvu"
}
