/* Summed diffraction
   What     Adds up all diffractions of a 4D image whose scan is fastest (DM dimensions x, y, u, v).
   Input    Front image, 4D.
   Output   New 2D image [counts], calibrated as the detector. The input is not changed.
   Tested   virtual_dm; GMS: not yet
*/
image data := GetFrontImage()
if (data.ImageGetNumDimensions() != 4) Throw("Summed diffraction needs a 4D image in front.")

number nX = data.ImageGetDimensionSize(0)
number nY = data.ImageGetDimensionSize(1)
number nU = data.ImageGetDimensionSize(2)
number nV = data.ImageGetDimensionSize(3)

image total := RealImage("Summed diffraction", 4, nU, nV)
total = 0
for (number y = 0; y < nY; y++)
    for (number x = 0; x < nX; x++)
        total += data.SliceN(4, 2, x, y, 0, 0, 2, nU, 1, 3, nV, 1)

for (number axis = 0; axis < 2; axis++)
{
    total.ImageSetDimensionScale(axis, data.ImageGetDimensionScale(axis + 2))
    total.ImageSetDimensionUnitString(axis, data.ImageGetDimensionUnitString(axis + 2))
}
total.ShowImage()
Result(nX * nY + " diffractions, " + sum(total) + " counts in all\n")
