/* Pattern settings
   What     The part of a dialog that says where the centre of a diffraction is, and which of its pixels are good.
   Input    Items of a dialog; a diffraction (or the mean of many) n_u x n_v. Open 2D images of its size can be the mask.
   Output   Centre [pixel] and mask; they are noted in the tags of a result.
   Source   -
   Needs    functions/find_centre.s, functions/polar.s, functions/settings.s
   Twin     -
   Tested   virtual_dm in CI; GMS: not yet
*/

// Whether dimension first and the next one have the same scale and unit, so that a radius has one too.
number HasOneScale(image data, number first)
{
    number scale = data.ImageGetDimensionScale(first)
    if (data.ImageGetDimensionUnitString(first) != data.ImageGetDimensionUnitString(first + 1)) return 0
    return abs(scale - data.ImageGetDimensionScale(first + 1)) <= 1e-6 * abs(scale)
}

class NmfPatternSettings
{
    string command
    TagGroup centreField, uField, vField, maskField
    image maskIDs             // ids of the images offered as masks
    number u0, v0             // centre [pixel]
    number mirrorU, mirrorV   // the centre that symmetry finds [pixel]
    image good                // n_u x n_v, 1 or 0
    string maskName

    // Names of open images that can be the mask of a detector n_u x n_v, separated by |; their ids go to maskIDs.
    string MasksFor(object self, number nU, number nV)
    {
        string names = "none: every pixel is good"
        maskIDs := RealImage("", 8, 100, 1)          // no list is longer
        number n = 1
        image candidate := FindNextImage(FindFrontImage())
        while (candidate.ImageIsValid() && n < 100)
        {
            number isMask = candidate.ImageIsDataTypeReal() || candidate.ImageIsDataTypeInteger() \
                            || candidate.ImageIsDataTypeBinary()
            if (candidate.ImageGetNumDimensions() != 2) isMask = 0
            if (isMask && candidate.ImageGetDimensionSize(0) == nU && candidate.ImageGetDimensionSize(1) == nV)
            {
                names = names + "|" + candidate.GetName()
                maskIDs.SetPixel(n, 0, candidate.ImageGetID())
                n++
            }
            candidate := FindNextImage(candidate)
        }
        return names
    }

    // Adds the fields for the front image, whose diffractions have n_u x n_v pixels.
    object AddTo(object self, TagGroup items, string name, number nU, number nV)
    {
        command = name
        centreField = AddChoice(items, command, "centre", "Centre of the pattern", \
            "half the size, as in Listing S4|found by mirror symmetry|as given below", 1)
        uField = AddNumber(items, command, "u0", "Centre u [pixel]", nU / 2)
        vField = AddNumber(items, command, "v0", "Centre v [pixel]", nV / 2)
        maskField = AddPick(items, "mask", "Mask, nonzero where pixels are good", self.MasksFor(nU, nV), 1)
        return self
    }

    void ReadMask(object self, number nU, number nV)
    {
        good := AllPixelsGood(nU, nV)
        maskName = ""
        number picked = PickOf(maskField) - 1
        if (picked == 0) return
        image mask := FindImageByID(maskIDs.GetPixel(picked, 0))
        maskName = mask.GetName()
        good = (mask != 0)
        if (sum(good) == 0)
            Throw(command + ": the mask '" + maskName + "' is zero everywhere, so no pixel is good. Set good pixels to 1.")
    }

    // The centre as the dialog has it, on a detector n_u x n_v; 0 if it is yet to be found.
    number ReadCentre(object self, number nU, number nV)
    {
        number choice = ChoiceOf(centreField, command, "centre")
        u0 = NumberOf(uField, command, "u0")
        v0 = NumberOf(vField, command, "v0")
        if (choice == 1)
        {
            u0 = nU / 2
            v0 = nV / 2
        }
        return choice != 2
    }

    // Reads all fields after the dialog. pattern: the diffraction in which a centre is looked for.
    void Read(object self, image pattern)
    {
        number nU, nV, discRadius
        GetSize(pattern, nU, nV)
        self.ReadMask(nU, nV)
        FindCentre(pattern, good, mirrorU, mirrorV, discRadius)
        if (self.ReadCentre(nU, nV)) return
        u0 = mirrorU
        v0 = mirrorV
    }

    number CentreU(object self) { return u0 }
    number CentreV(object self) { return v0 }
    image Good(object self) { return good }

    object Grid(object self, number sampling)
    {
        number nU, nV
        GetSize(good, nU, nV)
        return MakePolarGrid(nU, nV, u0, v0, sampling, good)
    }

    void NoteIn(object self, TagGroup note)
    {
        note.TagGroupSetTagAsNumber("Centre u", u0)
        note.TagGroupSetTagAsNumber("Centre v", v0)
        if (maskName != "") note.TagGroupSetTagAsString("Mask", maskName)
    }

    // What a user should hear about the centre: one pixel beside it, rings of discs no longer cancel.
    string About(object self)
    {
        string text = "centre (u, v) = (" + Format(u0, "%.2f") + ", " + Format(v0, "%.2f") + ")"
        number away = sqrt((u0 - mirrorU) ** 2 + (v0 - mirrorV) ** 2)
        if (away <= 1) return text
        return text + ". The pattern mirrors best through (" + Format(mirrorU, "%.2f") + ", " + Format(mirrorV, "%.2f") + \
               "), " + Format(away, "%.1f") + " pixels away: if that is its centre, choose 'found by mirror symmetry'"
    }
}
