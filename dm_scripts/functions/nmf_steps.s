/* NMF steps
   What     Half steps of primitive NMF: W or H improved by MU (S3, S4), ALS (S1, S2) or HALS.
   Input    Products already made, so that X is passed over once for each half:
            X Ht (n_k x n_uv) and H Ht for W (n_k x n_uv); Wt X (n_xy x n_k) and Wt W for H (n_xy x n_k).
   Output   The new factor, nonnegative, byte size of the product with X. No input is changed.
   Source   Kimoto et al. (2025), Supplement S1, Listings S1 and S2; HALS after Cichocki and Phan (2009)
   Needs    functions/matrices.s
   Twin     offline_reference/numerics/nmf_steps.py
   Tested   virtual_dm in CI; GMS: not yet

   Gram matrices H Ht and Wt W (n_k x n_k) are made by GramOfRows and GramOfColumns in 8 bytes: the inverse of a Gram
   matrix in 4 bytes is noise as soon as two components resemble each other, and with n_k = 30 some always do.
   For the same reason products with an inverse are summed in double: in 4 bytes they cost more digits than all else.
   (W H) Ht is computed as W (H Ht), so W H (n_xy x n_uv) is never formed.
*/

// a * (b / c), 0 where c is not positive (the listing would write 0/0).
image ScaledByRatio(image a, image b, image c)
{
    number width, height
    GetSize(a, width, height)
    image scaled := NewMatrix(b, width, height)
    scaled = tert(c > 0, a * (b / tert(c > 0, c, 1)), 0)
    return scaled
}

// Equation S3: W <- W * X Ht / W H Ht.
image MuDiffractions(image W, image XHt, image HHt)
{
    return ScaledByRatio(W, XHt, Product(W, HHt))
}

// Equation S4: H <- H * Wt X / Wt W H.
image MuMaps(image H, image WtX, image WtW)
{
    return ScaledByRatio(H, WtX, Product(WtW, H))
}

// Equation S1: W <- [X Ht (H Ht)^-1]+ ; the old W plays no part. nearSingular: 1 if the inverse needed a ridge.
image AlsDiffractions(image XHt, image HHt, number &nearSingular)
{
    image W := SameSize(XHt)
    W = ProductInDouble(XHt, GuardedInverse(HHt, XHt, nearSingular))
    return Clipped(W)
}

image AlsDiffractions(image XHt, image HHt)
{
    number nearSingular
    return AlsDiffractions(XHt, HHt, nearSingular)
}

// Equation S2: H <- [(Wt W)^-1 Wt X]+ ; the old H plays no part.
image AlsMaps(image WtX, image WtW)
{
    number nearSingular
    image H := SameSize(WtX)
    H = ProductInDouble(GuardedInverse(WtW, WtX, nearSingular), WtX)
    return Clipped(H)
}

// Improves each column of the nonnegative factor (n_k x n) in turn by exact clipped least squares, the others held.
// target: X Ht for W, (Wt X)t for Ht; gram: H Ht or Wt W.
image HalsSweep(image factor, image target, image gram)
{
    number nK, height
    GetSize(factor, nK, height)
    image better := NewMatrix(target, nK, height)
    better = factor
    image fit := RealImage("", 8, 1, height)
    for (number k = 0; k < nK; k++)
    {
        number own = GetPixel(gram, k, k)
        if (own <= 0) continue                       // the other factor is dead and says nothing about this one
        fit = 0
        fit[0, irow] += better * gram[k, icol]       // better gram(:, k), added up in double
        fit = better[k, irow] + (target[k, irow] - fit) / own
        better[0, k, height, k + 1] = tert(fit > 0, fit, 0)
    }
    return better
}

// Each diffraction in turn, the others held.
image HalsDiffractions(image W, image XHt, image HHt)
{
    return HalsSweep(W, XHt, HHt)
}

// Each map in turn, the others held.
image HalsMaps(image H, image WtX, image WtW)
{
    return Transposed(HalsSweep(Transposed(H), Transposed(WtX), WtW))
}
