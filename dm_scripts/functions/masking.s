/* Masking
   What     A 2D mask on 4D data: sets pixels to zero, or adds them up (a virtual detector), one row of the mask at a time.
   Input    4D image in either order; mask on the detector (n_u x n_v) or on the scan (n_x x n_y); nonzero = selected.
   Output   The data or the sum, changed in place. No mask is changed.
   Source   -
   Needs    -
   Twin     offline_reference/numerics/masking.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// First of the two dimensions on which a mask lies: on the detector (isOnDetector 1) or on the scan (0).
number FirstMaskedDimension(string order, number isOnDetector)
{
    if (order == "vuyx") return isOnDetector ? 2 : 0
    return isOnDetector ? 0 : 2
}

// Whether the mask has the sizes of the dimensions first and first + 1 of the data.
number MaskFits(image mask, image data, number first)
{
    if (mask.ImageGetNumDimensions() != 2) return 0
    if (mask.ImageGetDimensionSize(0) != data.ImageGetDimensionSize(first)) return 0
    return mask.ImageGetDimensionSize(1) == data.ImageGetDimensionSize(first + 1)
}

// Sets the data to zero where row j of the mask is not zero (or, with isOutside, where it is zero).
void ZeroMaskedRow(image data, image mask, number first, number isOutside, number j)
{
    number other = 2 - first                          // the pair of dimensions on which the mask does not lie
    number nA = data.ImageGetDimensionSize(other)
    number nB = data.ImageGetDimensionSize(other + 1)
    for (number i = 0; i < mask.ImageGetDimensionSize(0); i++)
    {
        number isSelected = mask.GetPixel(i, j) != 0
        if (isSelected == isOutside) continue
        if (first == 0) data.SliceN(4, 2, i, j, 0, 0, 2, nA, 1, 3, nB, 1) = 0
        else data.SliceN(4, 2, 0, 0, i, j, 0, nA, 1, 1, nB, 1) = 0
    }
}

// Adds to total (a map, or a diffraction) the planes of the data under row j of the mask, weighted with the mask.
void AddMaskedRow(image total, image data, image mask, number first, number j)
{
    number nA = total.ImageGetDimensionSize(0)
    number nB = total.ImageGetDimensionSize(1)
    for (number i = 0; i < mask.ImageGetDimensionSize(0); i++)
    {
        number weight = mask.GetPixel(i, j)
        if (weight == 0) continue
        if (first == 0) total += weight * data.SliceN(4, 2, i, j, 0, 0, 2, nA, 1, 3, nB, 1)
        else total += weight * data.SliceN(4, 2, 0, 0, i, j, 0, nA, 1, 1, nB, 1)
    }
}
