/* Diffraction constraint
   What     [.]W: a diffraction has no downward-convex ("dark") peaks. Listing S4 in small functions for one diffraction,
            and NmfDarkPeakFill, which raises all columns of W at once and is called once in each iteration.
   Input    Diffractions n_u x n_v of positive sum, or W (n_k x n_uv); a polar grid, which holds centre, sampling and mask.
   Output   New images of the byte size of the input; no input is changed.
   Source   Kimoto et al. (2025), Supplement S3, Listing S4
   Needs    functions/matrices.s, functions/polar.s
   Twin     offline_reference/numerics/diffraction_constraint.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// Pixels of a column that are not below threshold x the column's mean become the mean. In the listing a row is an angle
// and a column a radius, and the threshold is 2.
image ColumnOutlierEraser(image columns, number threshold)
{
    number width, height
    GetSize(columns, width, height)
    image average := ColumnSums(columns)
    average = average / height
    image kept := NewMatrix(columns, width, height)
    kept = tert(columns < threshold * average[icol, 0], columns, average[icol, 0])
    return kept
}

// Radial profiles (n_k x n_radii) of W: mean over angles after the outliers of a radius have become their mean.
image ProfilesWithoutOutliers(image W, object grid, number threshold)
{
    image samples := grid.Sample(W, 0)
    image average := grid.MeanProfiles(samples.ImageClone())
    image valid := grid.Valid()
    samples = tert(samples < threshold * average[icol, irow], samples, average[icol, irow]) * valid[irow, iplane]
    return grid.MeanProfiles(samples)
}

// The radial profile of one diffraction, n_radii x 1, 8 bytes, in the units of the diffraction.
image RadialProfileWithoutOutliers(image diffraction, object grid, number threshold)
{
    image profile := RealImage("", 8, grid.Radii(), 1)
    image column := ProfilesWithoutOutliers(InDouble(ColumnOfImage(diffraction)), grid, threshold)
    profile = column[0, icol]
    return profile
}

// RAWOO: the rotational average of a diffraction, Bragg discs left out; 0 beyond the largest sampled radius. 8 bytes.
image RotationalAverageWithoutOutliers(image diffraction, object grid, number threshold)
{
    number nU, nV
    GetSize(diffraction, nU, nV)
    image profile := ProfilesWithoutOutliers(InDouble(ColumnOfImage(diffraction)), grid, threshold)
    return ImageOfColumn(grid.Spread(profile), nU, nV)
}

// RAWOO with the sum of the diffraction over good pixels, so that the two can be compared. 8 bytes.
image RotationalAverageAtEqualSum(image diffraction, object grid, number threshold)
{
    image rawoo := RotationalAverageWithoutOutliers(diffraction, grid, threshold)
    image good := grid.Good()
    number total = sum(diffraction * good)
    number average = sum(rawoo * good)
    if (!(total > 0 && average > 0))
        Throw("The diffraction sums to " + Format(total, "%g") + " and its rotational average to " + \
              Format(average, "%g") + ": both must be positive to be compared. Subtract less background, or check the centre.")
    rawoo = rawoo * (total / average)
    return rawoo
}

// How far a diffraction lies below a reference where pixels are good (1, else 0). 8 bytes.
image DepthBelow(image diffraction, image reference, image good)
{
    image depth := InDouble(reference)
    depth = depth - diffraction
    depth = tert(depth > 0, depth, 0) * good
    return depth
}

// How far a diffraction lies below its RAWOO, both compared at equal sum; in the units of the diffraction. 8 bytes.
image DarkPeaks(image diffraction, object grid, number threshold)
{
    return DepthBelow(diffraction, RotationalAverageAtEqualSum(diffraction, grid, threshold), grid.Good())
}

// Listing S4: each pixel below the rotational average is raised to it. The sum grows by what was filled. 8 bytes.
image RemoveDarkPeaks(image diffraction, object grid, number threshold)
{
    image filled := DarkPeaks(diffraction, grid, threshold)
    filled = diffraction + filled
    return filled
}

// [.]W of all columns of W: raises them to a lower bound made of their own radial reference.
//   "quantile"    margin x quantile over the angles of a ring, outside the central disc and inside the inscribed circle
//   "listing-s4"  RAWOO at the sum of the diffraction, everywhere, as printed in the paper
class NmfDarkPeakFill
{
    object grid
    string reference
    number quantile, margin, threshold
    image applies             // 1 x n_uv: 1 where the quantile's bound holds
    image good                // 1 x n_uv

    object Of(object self, object polarGrid, number centralRadius, string kind, number part, number reach, number limit)
    {
        if (kind != "quantile" && kind != "listing-s4")
            Throw("The reference " + kind + " is unknown: choose quantile or listing-s4.")
        if (!(part >= 0 && part <= 1 && reach >= 0 && reach <= 1))
            Throw("Quantile " + Format(part, "%g") + " and margin " + Format(reach, "%g") + " must lie between 0 and 1: " + \
                  "a diffraction must reach the margin's part of the quantile of its ring.")
        grid = polarGrid
        reference = kind
        quantile = part
        margin = reach
        threshold = limit
        image radius := ColumnOfImage(grid.Radius())
        good := ColumnOfImage(grid.Good())
        applies := NewMatrix(good, 1, good.ImageGetDimensionSize(1))
        number last = grid.Radii() - 1
        applies = (radius >= centralRadius) * (radius <= last) * good
        return self
    }

    image BoundOfListing(object self, image W)
    {
        image rawoo := grid.Spread(ProfilesWithoutOutliers(W, grid, threshold))
        rawoo = rawoo * good[0, irow]
        image average := ColumnSums(rawoo)
        image total := ColumnSums(ScaledRows(W, good))
        total = total / tert(average > 0, average, 1)
        rawoo = rawoo * total[icol, 0]
        return rawoo
    }

    image BoundOfQuantile(object self, image W)
    {
        image bound := grid.Spread(grid.QuantileProfiles(W, quantile))
        bound = bound * margin * applies[0, irow]
        return bound
    }

    // The least value that each pixel of W (n_k x n_uv) may have; columns of W at any scale.
    image LowerBound(object self, image W)
    {
        if (reference == "listing-s4") return self.BoundOfListing(W)
        return self.BoundOfQuantile(W)
    }

    // W with its dark peaks filled.
    image Apply(object self, image W)
    {
        image filled := self.LowerBound(W)
        filled = tert(W > filled, W, filled)
        return filled
    }
}

// reference, quantile, margin: see NmfDarkPeakFill. Pixels nearer to the centre than centralRadius [pixel] are left alone.
object MakeDarkPeakFill(object grid, number centralRadius, string reference, number quantile, number margin, number threshold)
{
    return alloc(NmfDarkPeakFill).Of(grid, centralRadius, reference, quantile, margin, threshold)
}

// With the listing's sampling (8) and threshold (2), and every pixel good.
object MakeDarkPeakFill(number nU, number nV, number centreU, number centreV, number centralRadius, string reference, \
                        number quantile, number margin)
{
    return MakeDarkPeakFill(MakePolarGrid(nU, nV, centreU, centreV), centralRadius, reference, quantile, margin, 2)
}
