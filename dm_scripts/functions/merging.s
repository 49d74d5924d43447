/* Merging
   What     Components that show the same Bragg discs are one component found twice: they are merged, and the freed one
            starts again without discs.
   Input    W (n_k x n_uv), diffractions of sum 1; H (n_xy x n_k). Centre u0, v0 and radius of the central disc [pixel].
   Output   How many were merged; W and H become new images then, the old ones keep their pixels.
   Source   -
   Needs    functions/matrices.s, functions/polar.s, functions/rings.s
   Twin     offline_reference/numerics/merging.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// What lies above the azimuthal median, between the central disc, which all patterns share, and the inscribed circle.
image DiscsOf(image W, object rings, number nU, number nV, number u0, number v0, number centralRadius)
{
    number nK, nUV
    GetSize(W, nK, nUV)
    image radius := ColumnOfImage(RadiusOfPixels(nU, nV, u0, v0))
    image used := RealImage("", 8, 1, nUV)
    used = (radius >= centralRadius) * (radius <= min(nU, nV) / 2 - 1)
    image discs := RealImage("", 8, nK, nUV)
    image medians := rings.Medians(W)
    discs = (W - medians) * used[0, irow]
    return discs
}

// similarity (n_k x n_k): cosine of the discs of every two diffractions. strength (n_k x 1): how much of a diffraction is
// discs, norm over sum.
void DiscSimilarity(image W, object rings, number nU, number nV, number u0, number v0, number centralRadius, \
                    image &similarity, image &strength)
{
    number nK, nUV
    GetSize(W, nK, nUV)
    image gram := GramOfColumns(DiscsOf(W, rings, nU, nV, u0, v0, centralRadius))
    image size := RealImage("", 8, nK, 1)
    size = sqrt(gram[icol, icol])
    strength := ColumnSums(W)
    strength = size / strength
    size = tert(size > 0, size, 1)
    similarity := RealImage("", 8, nK, nK)
    similarity = gram / (size[icol, 0] * size[irow, 0])
}

// The two components that are most alike; returns their similarity.
number MostSimilarPair(image similarity, number &first, number &second)
{
    number nK, height
    GetSize(similarity, nK, height)
    number best = -2
    for (number i = 0; i < nK; i++)
        for (number j = i + 1; j < nK; j++)
            if (GetPixel(similarity, j, i) > best)
            {
                best = GetPixel(similarity, j, i)
                first = i
                second = j
            }
    return best
}

// The component with the least part of discs, but not the one left out.
number RoundestComponent(image strength, number leftOut)
{
    number nK, height
    GetSize(strength, nK, height)
    number roundest = -1
    for (number k = 0; k < nK; k++)
        if (k != leftOut && (roundest < 0 || GetPixel(strength, k, 0) < GetPixel(strength, roundest, 0))) roundest = k
    return roundest
}

// Merges component freed into kept. The freed one starts again as the azimuthal median of the mean diffraction: round,
// it can only share the amorphous part, so the crystal is not torn again. It takes a part of the roundest one's map.
void MergePair(image W, image H, object rings, number kept, number freed, number roundest)
{
    number share = 0.3
    number nK, nUV, nXY
    GetSize(W, nK, nUV)
    GetSize(H, nXY, nK)
    image mapSums := RowSums(H)
    number partKept = GetPixel(mapSums, 0, kept)
    number partFreed = GetPixel(mapSums, 0, freed)
    image weights := RealImage("", 8, nK, 1)
    weights = mapSums[0, icol]
    weights[kept, 0] = partKept + partFreed
    image average := RowSums(ScaledColumns(W, weights))
    average = average / sum(weights)
    average = rings.Medians(average)

    number total = partKept + partFreed
    W[0, kept, nUV, kept + 1] = W[0, kept, nUV, kept + 1] * (partKept / total) \
                              + W[0, freed, nUV, freed + 1] * (partFreed / total)
    W[0, freed, nUV, freed + 1] = average / sum(average)
    H[kept, 0, kept + 1, nXY] = H[kept, 0, kept + 1, nXY] + H[freed, 0, freed + 1, nXY]
    H[freed, 0, freed + 1, nXY] = share * H[roundest, 0, roundest + 1, nXY]
    H[roundest, 0, roundest + 1, nXY] = (1 - share) * H[roundest, 0, roundest + 1, nXY]
}

// Two diffractions whose discs have a cosine of at least 0.9 are taken for one.
number MergeSamePatterns(image &W, image &H, number nU, number nV, number u0, number v0, number centralRadius)
{
    number nK, nUV, nXY, kept, freed
    GetSize(W, nK, nUV)
    GetSize(H, nXY, nK)
    if (nK < 2) return 0
    object rings = MakeRings(nU, nV, u0, v0)
    image similarity, strength
    number nMerged = 0
    while (nMerged < nK - 1)
    {
        DiscSimilarity(W, rings, nU, nV, u0, v0, centralRadius, similarity, strength)
        if (!(MostSimilarPair(similarity, kept, freed) >= 0.9)) return nMerged
        if (nMerged == 0)
        {
            W := W.ImageClone()
            H := H.ImageClone()
        }
        MergePair(W, H, rings, kept, freed, RoundestComponent(strength, freed))
        nMerged++
    }
    return nMerged
}
