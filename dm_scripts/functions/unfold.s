/* Unfold
   What     4D image <-> matrix X (one diffraction a column), and factors W, H <-> stacks of images.
   Input    Images of 2 to 4 dimensions in one of two orders:
              "vuyx"  scan fastest:      dimensions x, y, u, v;  3D: x, y, u (spectra);      2D: x, u
              "yxvu"  detector fastest:  dimensions u, v, x, y;  3D: u, v, x (diffractions); 2D: u, x
   Output   X n_xy x n_uv (width x height), W n_k x n_uv, H n_xy x n_k, diffractions (n_u, n_v, n_k), maps (n_x, n_y, n_k);
            real 4 bytes, or 8 if the input is real 8. No input is changed.
   Source   Kimoto et al. (2025), Fig. 2
   Needs    functions/matrices.s
   Twin     offline_reference/numerics/unfold.py, offline_reference/numerics/axis_order.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// What a unit measures: "scan" for lengths, "detector" for inverse lengths and angles, "" for anything else.
string KindOfUnit(string unit)
{
    if (Find(unit, "rad") >= 0 || Find(unit, "deg") >= 0) return "detector"
    number n = Len(unit)
    if (n == 0) return ""
    if (Find(unit, "1/") >= 0 || Find(unit, "-1") >= 0) return "detector"
    if (unit == "nm" || unit == "um" || unit == "pm" || unit == "A") return "scan"
    if (unit == "Angstrom" || unit == "angstrom" || unit == "Angstroms" || unit == "angstroms") return "scan"
    // a micro sign or an Angstrom sign: one character beyond ASCII, or two in some code pages
    number isForeign = Asc(Left(unit, 1)) > 127 || Asc(Left(unit, 1)) < 0
    if (isForeign && (n == 1 || Right(unit, 1) == "m")) return "scan"
    return ""
}

// What two neighbouring dimensions are; one calibrated dimension speaks for its neighbour, two that differ say nothing.
string KindOfDimensions(image data, number first, number last)
{
    string found = ""
    for (number d = first; d <= last; d++)
    {
        string kind = KindOfUnit(data.ImageGetDimensionUnitString(d))
        if (kind != "" && found != "" && kind != found) return ""
        if (kind != "") found = kind
    }
    return found
}

// 1 true, 0 false, -1 absent: the tag that newer versions write; some scripts write it as a number or a word.
number DataOrderSwapped(image data)
{
    string path = "Meta Data:Data Order Swapped"
    TagGroup tags = data.ImageGetTagGroup()
    number flag
    string text
    if (tags.TagGroupGetTagAsBoolean(path, flag)) return flag != 0
    if (tags.TagGroupGetTagAsNumber(path, flag)) return flag != 0
    if (!tags.TagGroupGetTagAsString(path, text)) return -1
    return text == "true" || text == "True" || text == "TRUE" || text == "1" || text == "yes"
}

string OrderByUnits(image data)
{
    number nDims = data.ImageGetNumDimensions()
    if (nDims < 2) return ""
    // 4D: 2 + 2 dimensions; 3D: x, y | u or u, v | x; 2D: x | u or u | x
    number lastOfFirst = (nDims == 2) ? 0 : 1
    string firstKind = KindOfDimensions(data, 0, lastOfFirst)
    string lastKind = KindOfDimensions(data, lastOfFirst + 1, nDims - 1)
    if (firstKind == lastKind) return ""
    if (firstKind == "scan" || lastKind == "detector") return "vuyx"
    return "yxvu"
}

// The scan as it was planned, where just one pair of dimensions has its sizes. Weak: the tag stays as it was when data
// are cropped or binned.
string OrderByPlannedScan(image data)
{
    if (data.ImageGetNumDimensions() != 4) return ""
    TagGroup tags = data.ImageGetTagGroup()
    string path = "SI:Acquisition:Spatial Sampling:"
    number width, height
    if (!tags.TagGroupGetTagAsNumber(path + "Width (pixels)", width)) return ""
    if (!tags.TagGroupGetTagAsNumber(path + "Height (pixels)", height)) return ""
    number d0 = data.ImageGetDimensionSize(0)
    number d1 = data.ImageGetDimensionSize(1)
    number d2 = data.ImageGetDimensionSize(2)
    number d3 = data.ImageGetDimensionSize(3)
    if (d0 == d2 && d1 == d3) return ""
    if (d2 == width && d3 == height) return "yxvu"
    if (d0 == width && d1 == height) return "vuyx"
    return ""
}

// The order that the image itself tells: "vuyx", "yxvu", or "" where the tag and the units disagree, or all are silent.
string AxisOrderOf(image data)
{
    string byUnits = OrderByUnits(data)
    number swapped = DataOrderSwapped(data)
    if (swapped < 0 && byUnits == "") return OrderByPlannedScan(data)
    if (swapped < 0) return byUnits
    string byTag = "vuyx"
    if (swapped) byTag = "yxvu"
    if (byUnits != "" && byUnits != byTag) return ""
    return byTag
}

// Sizes of the scan and the detector; a dimension that the image does not have counts as 1.
void ScanAndDetectorSizes(image data, string order, number &nX, number &nY, number &nU, number &nV)
{
    number nDims = data.ImageGetNumDimensions()
    if (order != "vuyx" && order != "yxvu") Throw("The axis order " + order + " is unknown: choose vuyx or yxvu.")
    if (nDims < 2) Throw("An image of " + nDims + " dimension(s) cannot be unfolded: choose 2D, 3D or 4D data.")
    nX = 1
    nY = 1
    nU = 1
    nV = 1
    if (order == "vuyx")
    {
        nX = data.ImageGetDimensionSize(0)
        if (nDims > 2) nY = data.ImageGetDimensionSize(1)
        nU = data.ImageGetDimensionSize((nDims > 2) ? 2 : 1)
        if (nDims > 3) nV = data.ImageGetDimensionSize(3)
        return
    }
    nU = data.ImageGetDimensionSize(0)
    if (nDims > 2) nV = data.ImageGetDimensionSize(1)
    nX = data.ImageGetDimensionSize((nDims > 2) ? 2 : 1)
    if (nDims > 3) nY = data.ImageGetDimensionSize(3)
}

// View of the pixels at one scan row y and one detector row v: width x, height u.
image ScanRowOfDetectorRow(image data, string order, number y, number v, number nX, number nU)
{
    number nDims = data.ImageGetNumDimensions()
    number isScanFirst = order == "vuyx"
    if (nDims == 4 && isScanFirst) return data.SliceN(4, 2, 0, y, 0, v, 0, nX, 1, 2, nU, 1)
    if (nDims == 4) return data.SliceN(4, 2, 0, v, 0, y, 2, nX, 1, 0, nU, 1)
    if (nDims == 3 && isScanFirst) return data.Slice2(0, y, 0, 0, nX, 1, 2, nU, 1)
    if (nDims == 3) return data.Slice2(0, v, 0, 2, nX, 1, 0, nU, 1)
    if (isScanFirst) return data.Slice2(0, 0, 0, 0, nX, 1, 1, nU, 1)
    return data.Slice2(0, 0, 0, 1, nX, 1, 0, nU, 1)
}

// X (n_xy x n_uv): row v n_u + u, column y n_x + x. [counts]
image Unfold(image data, string order)
{
    number nX, nY, nU, nV
    ScanAndDetectorSizes(data, order, nX, nY, nU, nV)
    image X := NewMatrix(data, nX * nY, nU * nV)
    for (number v = 0; v < nV; v++)                  // block copies: a pixel loop would take hours
        for (number y = 0; y < nY; y++)
            X[v * nU, y * nX, (v + 1) * nU, (y + 1) * nX] = ScanRowOfDetectorRow(data, order, y, v, nX, nU)
    return X
}

// Undoes Unfold: X to a 4D image.
image Refold(image X, string order, number nX, number nY, number nU, number nV)
{
    number width, height
    GetSize(X, width, height)
    if (order != "vuyx" && order != "yxvu") Throw("The axis order " + order + " is unknown: choose vuyx or yxvu.")
    if (width != nX * nY || height != nU * nV)
        Throw("A matrix of " + width + " x " + height + " pixels cannot be folded to a scan of " + nX + " x " + nY \
            + " and a detector of " + nU + " x " + nV + ": its sizes must be the products of these.")
    image data
    if (order == "vuyx") data := RealImage("", WorkingBytes(X), nX, nY, nU, nV)
    else data := RealImage("", WorkingBytes(X), nU, nV, nX, nY)
    for (number v = 0; v < nV; v++)
        for (number y = 0; y < nY; y++)
        {
            image block := X[v * nU, y * nX, (v + 1) * nU, (y + 1) * nX]
            if (order == "vuyx") data.SliceN(4, 2, 0, y, 0, v, 0, nX, 1, 2, nU, 1) = block
            else data.SliceN(4, 2, 0, v, 0, y, 2, nX, 1, 0, nU, 1) = block
        }
    return data
}

// Row k of m becomes plane k of the stack, line after line.
void RowsToPlanes(image m, image stack, number width, number height, number nPlanes)
{
    for (number line = 0; line < height; line++)     // a line of all planes at a time
        stack.Slice2(0, line, 0, 0, width, 1, 2, nPlanes, 1) = m[0, line * width, nPlanes, (line + 1) * width]
}

// Plane k of the stack becomes row k of m.
void PlanesToRows(image stack, image m, number width, number height, number nPlanes)
{
    for (number line = 0; line < height; line++)
        m[0, line * width, nPlanes, (line + 1) * width] = stack.Slice2(0, line, 0, 0, width, 1, 2, nPlanes, 1)
}

// Columns of W (n_k x n_uv) as images (n_u, n_v, n_k).
image DiffractionsOfW(image W, number nU, number nV)
{
    number nK, nUV
    GetSize(W, nK, nUV)
    image stack := RealImage("Diffractions", WorkingBytes(W), nU, nV, nK)
    RowsToPlanes(Transposed(W), stack, nU, nV, nK)
    return stack
}

// Rows of H (n_xy x n_k) as images (n_x, n_y, n_k).
image MapsOfH(image H, number nX, number nY)
{
    number nXY, nK
    GetSize(H, nXY, nK)
    image stack := RealImage("Maps", WorkingBytes(H), nX, nY, nK)
    RowsToPlanes(H, stack, nX, nY, nK)
    return stack
}

// Images (n_u, n_v, n_k) as columns of W (n_k x n_uv).
image WOfDiffractions(image stack)
{
    number nU, nV, nK
    Get3DSize(stack, nU, nV, nK)
    image rows := NewMatrix(stack, nU * nV, nK)
    PlanesToRows(stack, rows, nU, nV, nK)
    return Transposed(rows)
}

// Images (n_x, n_y, n_k) as rows of H (n_xy x n_k).
image HOfMaps(image stack)
{
    number nX, nY, nK
    Get3DSize(stack, nX, nY, nK)
    image H := NewMatrix(stack, nX * nY, nK)
    PlanesToRows(stack, H, nX, nY, nK)
    return H
}
