/* Factors shown
   What     Shows W and H as a stack of diffractions and a stack of maps, calibrated, with a record of how they were made.
   Input    W n_k x n_uv and H n_xy x n_k of a 4D image, its axis order, a tag group with what is to be recorded.
   Output   Two windows: diffractions (n_u, n_v, n_k), each of sum 1; maps (n_x, n_y, n_k) [counts], largest total first.
   Source   Kimoto et al. (2025), Fig. 2
   Needs    functions/factorize.s, functions/results.s, functions/unfold.s
   Twin     offline_reference/numerics/factorize.py
   Tested   virtual_dm in CI; GMS: not yet
*/

void ShowFactors(image W, image H, image data, string order, string operation, TagGroup record)
{
    number nX, nY, nU, nV
    ScanAndDetectorSizes(data, order, nX, nY, nU, nV)
    CanonicalForm(W, H)

    image diffractions := DiffractionsOfW(W, nU, nV)
    CarryDetectorCalibration(diffractions, data, order)
    NoteProcessing(diffractions, data, operation).TagGroupCopyTagsFrom(record)

    image maps := MapsOfH(H, nX, nY)
    CarryScanCalibration(maps, data, order)
    maps.ImageSetIntensityUnitString(data.ImageGetIntensityUnitString())
    NoteProcessing(maps, data, operation).TagGroupCopyTagsFrom(record)

    ShowStack(diffractions, operation + ": diffractions of " + data.GetName())   // nothing can fail from here on
    ShowStack(maps, operation + ": maps of " + data.GetName())
}

// What a run did, for the tags of its results.
TagGroup RecordOfRun(object run, number nK, string order, number seed)
{
    TagGroup record = NewTagGroup()
    record.TagGroupSetTagAsNumber("Components", nK)
    record.TagGroupSetTagAsString("Axis order", order)
    record.TagGroupSetTagAsNumber("Seed", seed)
    record.TagGroupSetTagAsNumber("Iterations", run.Iterations())
    record.TagGroupSetTagAsNumber("Iteration kept", run.BestIteration())
    record.TagGroupSetTagAsString("Stopped", run.Stopped())
    record.TagGroupSetTagAsString("Events", run.Events())
    return record
}
