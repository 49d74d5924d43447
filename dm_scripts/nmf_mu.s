/* MU NMF
   What     Primitive NMF of a 4D-STEM dataset by multiplicative updates (equations S3 and S4).
   Input    Front image: 4D counts, scan first or detector first. Number of components, iterations, seed: by dialog.
   Output   Two new stacks: diffractions, each of sum 1, and maps [counts], largest total first; mean squared error in
            Results. The input is not changed. Esc, or Shift + Space, stops and shows what there is.
   Source   Kimoto et al. (2025), Supplement S1, Listing S1
   Needs    functions/input.s, functions/messages.s, functions/primitive_nmf.s
   Twin     offline_reference/numerics/methods.py
   Tested   virtual_dm in CI; GMS: not yet
*/

void NmfByMU()
{
    image data := FrontImageOf("MU NMF", 4)
    string order = OrderOf(data)
    if (order == "") return
    PrimitiveNmf(data, order, "MU NMF", "mu")
}

string failure = ""
try NmfByMU()
catch
{
    failure = GetExceptionString()
    break
}
if (failure != "") StopWith(failure)
