/* Film roll
   What     Lays the planes of a stack side by side in one 2D image; two stacks, such as diffractions and maps, in two rows.
   Input    Front image: 3D (or 2D: one plane). Another open image with as many planes can be the other row.
   Output   New 2D image, each plane from 0 (its black) to 1 (its white, at most five standard deviations above its mean,
            so that spots are seen beside a central disc). Calibrated if one calibration holds for all of it: one row, or
            two rows of the same calibration. No input is changed.
   Source   -
   Needs    functions/input.s, functions/messages.s, functions/results.s, functions/settings.s, functions/unfold.s
   Twin     -
   Tested   virtual_dm in CI; GMS: not yet
*/

number NumberOfPlanes(image stack)
{
    if (stack.ImageGetNumDimensions() == 3) return stack.ImageGetDimensionSize(2)
    return 1
}

// Whether an image can be the other row: as many planes as the front one, of real numbers.
number CanStandBelow(image other, image front)
{
    number nDims = other.ImageGetNumDimensions()
    if (nDims < 2 || nDims > 3 || NumberOfPlanes(other) != NumberOfPlanes(front)) return 0
    return other.ImageIsDataTypeReal() || other.ImageIsDataTypeInteger()
}

// Two entries for each image behind the front one that fits; its id and whether it is on top stand in found.
string FilmsWith(image front, image found)
{
    string names = ""
    number n = 0
    image other := FindNextImage(front)
    while (other.ImageIsValid() && n + 2 <= found.ImageGetDimensionSize(0))
    {
        if (CanStandBelow(other, front))
        {
            // A diffraction belongs over its map: that comes first where the units tell.
            number isOtherOnTop = KindOfDimensions(front, 0, 1) == "scan"
            for (number turn = 0; turn < 2; turn++)
            {
                if (isOtherOnTop) names = names + other.GetName() + " over " + front.GetName() + "|"
                else names = names + front.GetName() + " over " + other.GetName() + "|"
                found.SetPixel(n, 0, other.ImageGetID())
                found.SetPixel(n, 1, isOtherOnTop)
                n++
                isOtherOnTop = 1 - isOtherOnTop
            }
        }
        other := FindNextImage(other)
    }
    return names + front.GetName() + " alone"
}

// The pixel of the film in units, if it is the same for both rows in both directions.
void CalibrateFilm(image film, image upper, image lower, number cell)
{
    for (number axis = 0; axis < 2; axis++)
    {
        number enlarged = cell / max(upper.ImageGetDimensionSize(0), upper.ImageGetDimensionSize(1))
        number scale = upper.ImageGetDimensionScale(axis) / enlarged
        string unit = upper.ImageGetDimensionUnitString(axis)
        if (lower.ImageIsValid())
        {
            enlarged = cell / max(lower.ImageGetDimensionSize(0), lower.ImageGetDimensionSize(1))
            if (lower.ImageGetDimensionUnitString(axis) != unit) return
            if (abs(lower.ImageGetDimensionScale(axis) / enlarged - scale) > 1e-6 * abs(scale)) return
        }
        film.ImageSetDimensionScale(axis, scale)
        film.ImageSetDimensionUnitString(axis, unit)
    }
}

void FilmOfFrontImage()
{
    image front := RealFrontImageOf("Film roll", 0)
    number nDims = front.ImageGetNumDimensions()
    if (nDims < 2 || nDims > 3)
        Throw("Film roll: the front image '" + front.GetName() + "' has " + nDims + " dimensions (" + SizesOf(front) + \
              "), and a film is made of a stack (3D) or of one plane (2D). Click a stack and run the command again.")
    number nPlanes = NumberOfPlanes(front)
    if (nPlanes > 200)
        Throw("Film roll: '" + front.GetName() + "' has " + nPlanes + " planes, more than the 200 that make a legible " + \
              "film. Choose a stack of components, or a part of it.")

    image found := RealImage("", 8, 100, 2)           // no list is longer
    found = 0
    string names = FilmsWith(front, found)
    TagGroup items
    TagGroup dialog = NewSettings("Film roll", items)
    TagGroup field = AddPick(items, "rows", "Rows", names, 1)
    if (!PoseSettings(dialog)) return
    number chosen = PickOf(field) - 1

    image upper := front
    image lower
    number otherID = found.GetPixel(chosen, 0)        // 0: the front image alone
    if (otherID != 0)
    {
        lower := FindImageByID(otherID)
        if (found.GetPixel(chosen, 1))
        {
            upper := lower
            lower := front
        }
    }
    image film := FilmRoll(upper, lower)
    TagGroup note = NoteProcessing(film, front, "Film roll")
    number cell = film.ImageGetDimensionSize(0) + 1
    cell = cell / nPlanes - 1
    note.TagGroupSetTagAsNumber("Pixels of a cell", cell)
    note.TagGroupSetTagAsString("Upper row", upper.GetName())
    if (lower.ImageIsValid()) note.TagGroupSetTagAsString("Lower row", lower.GetName())
    CalibrateFilm(film, upper, lower, cell)
    ShowStack(film, "Film roll of " + upper.GetName())
    string rows = upper.GetName()
    if (lower.ImageIsValid()) rows = rows + " and " + lower.GetName()
    Say("Film roll: " + nPlanes + " planes of " + rows + ", each with its own contrast.")
}

string failure = ""
try FilmOfFrontImage()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
