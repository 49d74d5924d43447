/* Results
   What     What every result of a command carries and how it is shown: calibration, tags, record, contrast, scale bar.
   Input    A result and the image that it was made of. Order "vuyx": dimensions x, y, u, v; "yxvu": u, v, x, y.
   Output   The result, changed; a window for ShowStack; a new image for FilmRoll.
   Source   -
   Needs    -
   Twin     -
   Tested   virtual_dm in CI; GMS: not yet
*/

void CarryCalibration(image target, number targetDimension, image source, number sourceDimension)
{
    number origin, scale
    string units
    source.ImageGetDimensionCalibration(sourceDimension, origin, scale, units, 0)
    target.ImageSetDimensionCalibration(targetDimension, origin, scale, units, 0)
}

// Dimensions 0 and 1 of target get the calibration of u and v.
void CarryDetectorCalibration(image target, image source, string order)
{
    number u = 0
    if (order == "vuyx") u = 2
    CarryCalibration(target, 0, source, u)
    CarryCalibration(target, 1, source, u + 1)
}

// Dimensions 0 and 1 of target get the calibration of x and y.
void CarryScanCalibration(image target, image source, string order)
{
    number x = 2
    if (order == "vuyx") x = 0
    CarryCalibration(target, 0, source, x)
    CarryCalibration(target, 1, source, x + 1)
}

// Copies the tags and adds a group to the list "Processing", into which the caller writes its settings.
TagGroup NoteProcessing(image target, image source, string operation)
{
    TagGroup tags = target.ImageGetTagGroup()
    tags.TagGroupCopyTagsFrom(source.ImageGetTagGroup())
    // Which axes come first is no property of an image that has only one pair of them.
    if (target.ImageGetNumDimensions() != 4) tags.TagGroupDeleteTagWithLabel("Meta Data:Data Order Swapped")

    string listName = "Processing"
    TagGroup found
    if (tags.TagGroupGetTagAsTagGroup(listName, found))
        if (!found.TagGroupIsList()) listName = "Processing (NMF 4D-STEM)"    // somebody else's group of that name
    TagGroup note = tags.TagGroupGetOrCreateTagList(listName).TagGroupCreateGroupTagAtEnd()
    note.TagGroupSetTagAsString("Operation", operation)
    note.TagGroupSetTagAsString("Input", source.GetName())
    note.TagGroupSetTagAsString("Date", DateStamp())
    return note
}

// A scale bar in the lower left corner of the first two dimensions.
void AddScaleBar(ImageDisplay display, image stack)
{
    number width = stack.ImageGetDimensionSize(0)
    number height = stack.ImageGetDimensionSize(1)
    display.ComponentAddChildAtEnd(NewComponent(31, 0.9 * height, 0.05 * width, 0.97 * height, 0.38 * width))
}

// What is black and what is white. Few bright pixels (the central disc) must not hide the rest, so white is five standard
// deviations above the mean if the maximum lies higher; likewise below.
void ContrastOf(image pixels, number &low, number &high)
{
    low = min(pixels)
    high = max(pixels)
    number average = mean(pixels)
    number spread = sqrt(max(MeanSquare(pixels) - average * average, 0))
    if (average + 5 * spread < high) high = average + 5 * spread
    if (average - 5 * spread > low) low = average - 5 * spread
}

// Shows a result. The contrast of 4D data is left to DM: it shows one plane, and to look at all of them takes long.
void ShowStack(image stack, string name)
{
    stack.SetName(name)
    stack.ShowImage()
    number low = 0, high = 0
    if (stack.ImageGetNumDimensions() < 4) ContrastOf(stack, low, high)
    ImageDisplay display = stack.ImageGetImageDisplay(0)
    if (high > low)
    {
        display.ImageDisplaySetDoAutoSurvey(0)
        display.ImageDisplaySetContrastLimits(low, high)
    }
    if (stack.ImageGetDimensionUnitString(0) != "") AddScaleBar(display, stack)
}

// Each plane of a stack (width, height, n), its own contrast as 0 .. 1, enlarged to at most cell pixels, into one row of film.
void PutRowOfPlanes(image film, image stack, number top, number cell)
{
    number width = stack.ImageGetDimensionSize(0)
    number height = stack.ImageGetDimensionSize(1)
    number nPlanes = 1
    if (stack.ImageGetNumDimensions() > 2) nPlanes = stack.ImageGetDimensionSize(2)
    number factor = cell / max(width, height)         // one factor for both axes keeps the aspect
    number shownWidth = max(1, round(width * factor))
    number shownHeight = max(1, round(height * factor))
    for (number k = 0; k < nPlanes; k++)
    {
        image plane := RealImage("", 4, width, height)
        if (stack.ImageGetNumDimensions() > 2) plane = stack.Slice2(0, 0, k, 0, width, 1, 1, height, 1)
        else plane = stack
        number low, high
        ContrastOf(plane, low, high)
        if (high <= low) high = low + 1
        plane = (plane - low) / (high - low)
        plane = tert(plane < 0, 0, tert(plane > 1, 1, plane))
        image shown := RealImage("", 4, shownWidth, shownHeight)
        // The nearest pixel, not an interpolation: a film shows what was found. floor, because [ ] may cut or round.
        shown = plane[floor((icol + 0.5) * width / shownWidth), floor((irow + 0.5) * height / shownHeight)]
        number left = k * (cell + 1) + floor((cell - shownWidth) / 2)
        number up = top + floor((cell - shownHeight) / 2)
        film[up, left, up + shownHeight, left + shownWidth] = shown
    }
}

// One 2D image: each diffraction over the map of the same number, each with its own contrast, white lines between.
// maps may be an invalid image: then the film has one row, and the calibration of the diffractions.
image FilmRoll(image diffractions, image maps)
{
    number nPlanes = 1
    if (diffractions.ImageGetNumDimensions() > 2) nPlanes = diffractions.ImageGetDimensionSize(2)
    number cell = max(diffractions.ImageGetDimensionSize(0), diffractions.ImageGetDimensionSize(1))
    number hasMaps = maps.ImageIsValid()
    if (hasMaps) cell = max(cell, max(maps.ImageGetDimensionSize(0), maps.ImageGetDimensionSize(1)))
    number nRows = 1 + hasMaps

    image film := RealImage("Film roll", 4, nPlanes * (cell + 1) - 1, nRows * (cell + 1) - 1)
    film = 1
    for (number row = 0; row < nRows; row++)
        for (number k = 0; k < nPlanes; k++)
            film[row * (cell + 1), k * (cell + 1), row * (cell + 1) + cell, k * (cell + 1) + cell] = 0
    PutRowOfPlanes(film, diffractions, 0, cell)
    if (hasMaps) PutRowOfPlanes(film, maps, cell + 1, cell)
    return film
}
