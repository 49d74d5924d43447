/* ALS NMF
   What     Primitive NMF of a 4D-STEM dataset by alternating least squares (equations S1 and S2).
   Input    Front image: 4D counts, scan first or detector first. Number of components, iterations, seed: by dialog.
   Output   Two new stacks: diffractions, each of sum 1, and maps [counts], largest total first; mean squared error in
            Results. The input is not changed. Esc, or Shift + Space, stops and shows what there is.
   Source   Kimoto et al. (2025), Supplement S1, Listing S2
   Needs    functions/input.s, functions/messages.s, functions/primitive_nmf.s
   Twin     offline_reference/numerics/methods.py
   Tested   virtual_dm in CI; GMS: not yet
*/

void NmfByALS()
{
    image data := FrontImageOf("ALS NMF", 4)
    string order = OrderOf(data)
    if (order == "") return
    PrimitiveNmf(data, order, "ALS NMF", "als")
}

string failure = ""
try NmfByALS()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
