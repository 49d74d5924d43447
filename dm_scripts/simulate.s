/* Simulate 4D-STEM
   What     Makes 4D-STEM data with a known truth, so that every command can be tried without data: 1 to 6 crystals in an
            amorphous film, Poisson counts. Same settings, same counts, here and in NumPy.
   Input    None but a dialog: sizes, crystals, counts of a pattern, seed, axis order.
   Output   New 4D image [counts], calibrated in nm and 1/nm, with the tag that tells its axis order; on demand also the
            true diffractions and maps, as stacks. If stopped, nothing: half a simulation would be taken for data.
   Source   -
   Needs    functions/example_data.s, functions/messages.s, functions/results.s, functions/settings.s,
            functions/unfold.s
   Twin     offline_reference/numerics/example_data.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// The true diffractions and maps, as stacks.
void ShowTruth(image data, string order, image W, image H, number nX, number nY, number nU, number nV)
{
    image diffractions := DiffractionsOfW(W, nU, nV)
    image maps := MapsOfH(H, nX, nY)
    CarryDetectorCalibration(diffractions, data, order)
    CarryScanCalibration(maps, data, order)
    NoteProcessing(diffractions, data, "True diffractions")
    NoteProcessing(maps, data, "True maps")
    ShowStack(diffractions, "True diffractions")
    ShowStack(maps, "True maps")
}

void Simulate()
{
    string command = "Simulate 4D-STEM"
    TagGroup items
    TagGroup dialog = NewSettings(command, items)
    TagGroup fieldX = AddNumber(items, command, "nX", "Scan positions along x", 22)
    TagGroup fieldY = AddNumber(items, command, "nY", "Scan positions along y", 24)
    TagGroup fieldU = AddNumber(items, command, "nU", "Detector pixels along u", 36)
    TagGroup fieldV = AddNumber(items, command, "nV", "Detector pixels along v", 40)
    TagGroup fieldCrystals = AddNumber(items, command, "crystals", "Crystals (1 to 6)", 3)
    TagGroup fieldDose = AddNumber(items, command, "dose", "Counts of a pattern", 2000)
    TagGroup fieldSeed = AddNumber(items, command, "seed", "Seed (same seed, same data)", 0)
    TagGroup fieldOrder = AddChoice(items, command, "order", "Dimensions of the image", \
                                    "x, y, u, v (scan first)|u, v, x, y (detector first)", 1)
    TagGroup fieldTruth = AddCheck(items, command, "truth", "Also show the true diffractions and maps", 0)
    if (!PoseSettings(dialog)) return

    number nX = NumberOf(fieldX, command, "nX")                   // scan [pixel]
    number nY = NumberOf(fieldY, command, "nY")
    number nU = NumberOf(fieldU, command, "nU")               // detector [pixel]
    number nV = NumberOf(fieldV, command, "nV")
    number nCrystals = NumberOf(fieldCrystals, command, "crystals")
    number dose = NumberOf(fieldDose, command, "dose")                // of each pattern [counts]
    number seed = NumberOf(fieldSeed, command, "seed")
    string order = "vuyx"
    if (ChoiceOf(fieldOrder, command, "order") == 2) order = "yxvu"
    number showsTruth = CheckOf(fieldTruth, command, "truth")

    RefuseExampleSettings(nX, nY, nU, nV, nCrystals, dose, seed)
    if (nX * nY * nU * nV > 1e9)
        Throw(command + ": " + Format(nX * nY * nU * nV / 1e9, "%.1f") + " thousand million pixels are too many to try " + \
              "commands on: choose at most 1, such as a scan of 128 x 128 and a detector of 128 x 128.")
    image W := ExampleDiffractions(nU, nV, nCrystals, seed)
    image H := ExampleMaps(nX, nY, nCrystals, dose, seed)
    RefuseExampleRate(W, dose)

    image data := ExampleCounts(W, H, nX, nY, nU, nV, seed, order, command)
    EndProgress()
    if (!data.ImageIsValid())
    {
        Say(command + ": stopped; nothing was made.")
        return
    }
    image model := RealImage("no image", 4, 1, 1)                     // what a simulation is made of
    TagGroup note = NoteProcessing(data, model, command)
    note.TagGroupSetTagAsNumber("Crystals", nCrystals)
    note.TagGroupSetTagAsNumber("Counts of a pattern", dose)
    note.TagGroupSetTagAsNumber("Seed", seed)
    CalibrateExample(data, order, nX, nY, nU, nV)
    if (showsTruth) ShowTruth(data, order, W, H, nX, nY, nU, nV)
    ShowStack(data, "Simulated 4D-STEM, seed " + Format(seed, "%.0f"))
    Say(command + ": " + Format(sum(data), "%.0f") + " counts in " + Format(nX * nY, "%.0f") + " patterns of " + \
        Format(nU, "%.0f") + " x " + Format(nV, "%.0f") + " pixels; " + Format(nCrystals + 1, "%.0f") + " components, " + \
        "whose maps hold no frequency above " + Format(ExampleCutoff(nX, nY), "%.3f") + " cycles per scan pixel.")
}

string failure = ""
try Simulate()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
