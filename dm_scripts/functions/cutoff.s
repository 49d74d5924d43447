/* Cut-off
   What     Where the maps end: the resolution limit from the probe, or from the data. Counting noise is white along the
            scan, so what rises above its level ends where the probe ends.
   Input    Voltage [kV] and convergence semi-angle [mrad]; or the data as NmfMatrix, their scan [pixel] and weights.
   Output   A frequency, [1/nm] from the probe, [cycles per scan pixel] from the data (0.5 = Nyquist).
   Source   Kimoto et al. (2025), constraint on maps; how to estimate it is ours
   Needs    functions/matrices.s, functions/random_start.s, functions/data_matrix.s,
            functions/map_constraint.s
   Twin     offline_reference/numerics/cutoff.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// Relativistic de Broglie wavelength [nm]; constants: h / sqrt(2 m e) and e / (2 m c^2), for nm and volts.
number ElectronWavelength(number voltageKv)
{
    number volts = 1000 * voltageKv
    return 1.226426 / sqrt(volts * (1 + 0.978476e-6 * volts))
}

// Highest frequency a map can hold, 2 alpha / lambda [1/nm]: the overlap of two apertures.
number CutoffOfProbe(number voltageKv, number convergenceMrad)
{
    return 0.002 * convergenceMrad / ElectronWavelength(voltageKv)
}

// Nanometres in a unit of length, 0 if it is none.
number NanometresOf(string unit)
{
    if (unit == "nm") return 1
    if (unit == "pm") return 0.001
    if (unit == "A" || unit == "Angstrom" || unit == "angstrom") return 0.1
    if (unit == "um") return 1000
    if (unit == "mm") return 1e6
    if (unit == "m") return 1e9
    // a micro sign or an Angstrom sign: a character beyond ASCII, whose number depends on the code page
    number isForeign = Len(unit) > 0 && (Asc(Left(unit, 1)) > 127 || Asc(Left(unit, 1)) < 0)
    if (isForeign && Right(unit, 1) == "m") return 1000
    if (isForeign && Len(unit) == 1) return 0.1
    return 0
}

// The coarser of the two scan steps of a 4D image [nm], 0 where the scan has no length units.
number ScanStepInNm(image data, string order)
{
    number x = (order == "vuyx") ? 0 : 2
    number coarser = 0
    for (number axis = x; axis < x + 2; axis++)
    {
        number step = abs(data.ImageGetDimensionScale(axis)) * NanometresOf(data.ImageGetDimensionUnitString(axis))
        if (step == 0) return 0
        coarser = max(coarser, step)
    }
    return coarser
}

// Makes the columns of a basis orthonormal, in place (Gram and Schmidt, each column taken from all later ones).
// basis: 8 bytes, so that the directions of noise survive beside the mean, which is a thousand times stronger.
void GramSchmidt(image basis)
{
    number n, height
    GetSize(basis, n, height)
    image one := RealImage("", 8, 1, height)
    image parts := RealImage("", 8, n, 1)
    for (number k = 0; k < n; k++)
    {
        one = basis[0, k, height, k + 1]
        number length = sqrt(sum(one * one))
        if (!(length > 0)) length = 1
        one = one / length
        parts = 0
        parts[icol, 0] += basis * one[0, irow]
        parts = parts * (icol > k)
        basis = basis - one[0, irow] * parts[icol, 0]
        basis[0, k, height, k + 1] = one
    }
}

// Once leaves a column with what rounding left of the earlier ones; twice is enough.
void Orthonormalize(image basis)
{
    GramSchmidt(basis)
    GramSchmidt(basis)
}

// The maps (n_xy x n, 8 bytes) of the n leading diffractions of the weighted data, by subspace iteration.
// noise: variance to be expected in them, which is what the other directions hold, shared out over detector pixels as
// counting noise is, in proportion to their mean.
image LeadingMaps(object X, image weights, number n, number &noise)
{
    number nUV = X.Height()
    number nXY = X.Width()
    image root := RealImage("", 8, 1, nUV)
    root = sqrt(weights)
    image numbers := UniformRandomNumbers(n * nUV, 0)
    image basis := RealImage("", 8, n, nUV)
    basis = numbers[icol + n * irow, 0] - 0.5
    image maps
    for (number pass = 0; pass < 4; pass++)
    {
        Orthonormalize(basis)
        maps := X.TransposedTimes(InBytesOf(ScaledRows(basis, root), X.Data()))
        basis = X.TimesTransposed(maps)
        basis = basis * root[0, irow]
    }
    Orthonormalize(basis)
    image leading := RealImage("", 8, nXY, n)
    leading = X.TransposedTimes(InBytesOf(ScaledRows(basis, root), X.Data()))
    number rest = X.WeightedSumOfSquares(weights) - sum(leading * leading)
    image share := RealImage("", 8, 1, nUV)
    share = weights * X.RowSumsOf()
    image squares := RealImage("", 8, n, nUV)
    squares = basis * basis * share[0, irow]
    noise = rest / nXY * sum(squares) / n / sum(share)
    return leading
}

// Adds the power spectrum of each map (rows of maps), tapered at the edges, along rings of equal frequency.
// power, count: nRings x 1, sum of the power and number of frequencies of each ring; one ring is 1 / min(nX, nY) wide.
// Returns the sum of the squared taper, by which white noise of variance 1 is multiplied.
number RingSpectrum(image maps, number nX, number nY, image power, image count)
{
    number nXY, nMaps
    GetSize(maps, nXY, nMaps)
    image taper := RealImage("", 8, nX, nY)
    // because the edges of a scan that does not wrap round look like high frequencies
    taper = (sin(Pi() * (icol + 0.5) / nX) * sin(Pi() * (irow + 0.5) / nY)) ** 2
    image one := RealImage("", 8, nX, nY)
    image squares := RealImage("", 8, nX, nY)
    image total := RealImage("", 8, nX, nY)
    total = 0
    for (number k = 0; k < nMaps; k++)
    {
        one = maps[icol + nX * irow, k]
        one = (one - mean(one)) * taper
        squares = modulus(RealFFT(one))
        total = total + squares * squares
    }
    // the centre of a spectrum of odd size is not documented: look where a constant has its frequency zero
    one = 1
    squares = modulus(RealFFT(one))
    number centreX, centreY
    max(squares, centreX, centreY)
    image ring := RealImage("", 8, nX, nY)
    ring = sqrt(((icol - centreX) / nX) ** 2 + ((irow - centreY) / nY) ** 2) * min(nX, nY)
    ring = floor(ring * (1 + 1e-6))    // a whole number of rings must not fall into the one below by rounding
    power = 0
    power[ring, 0] += total
    count = 0
    one = 1
    count[ring, 0] += one
    return sum(taper * taper)
}

// Median of the values from first to last (w x 1 image).
number MedianOfRange(image values, number first, number last)
{
    number n = last - first + 1
    number lower, upper                    // the two in the middle, or the one twice
    for (number i = first; i <= last; i++)
    {
        number value = GetPixel(values, i, 0)
        number below = sum(values[0, first, 1, last + 1] < value)
        number upTo = sum(values[0, first, 1, last + 1] <= value)
        if (below <= floor((n - 1) / 2) && floor((n - 1) / 2) < upTo) lower = value
        if (below <= floor(n / 2) && floor(n / 2) < upTo) upper = value
    }
    return (lower + upper) / 2
}

// Highest frequency of the maps [cycles per scan pixel], from the data themselves; 0.5 if the signal reaches Nyquist.
// X: NmfMatrix; weights: 1 x n_uv, 1 / variance of each row up to a factor; nK: how many directions to look at.
// It is the end of the last ring of the unbroken run, from zero, that stands 4 standard deviations and 25 % above the
// noise; the noise is the median ring beyond 0.35.
number EstimateCutoff(object X, number nX, number nY, image weights, number nK)
{
    number shorter = min(nX, nY)
    if (shorter < 8) return 0.5            // too few frequencies to tell
    number nUV = X.Height()
    number nXY = X.Width()
    number nMaps = min(nK, min(nUV, nXY))
    number noiseVariance
    image maps := LeadingMaps(X, weights, nMaps, noiseVariance)
    number nRings = ceil(0.5 * shorter)
    number nAll = floor(0.7072 * shorter) + 2           // as far as the corners
    image power := RealImage("", 8, nAll, 1)
    image count := RealImage("", 8, nAll, 1)
    number gain = RingSpectrum(maps, nX, nY, power, count)
    image spectrum := RealImage("", 8, nAll, 1)
    spectrum = power / (count + (count == 0)) / nMaps   // the last ring of all may be empty
    number first = 0                                    // the first ring beyond 0.35
    while (first * (1 / shorter) < 0.7 * 0.5) first++
    number noise = MedianOfRange(spectrum, first, nRings - 1)
    // Leading directions are those that fit noise best: of pure noise they hold up to this times their share.
    number overfit = (1 + sqrt(nUV / nXY)) ** 2
    if (noise > 1.5 * overfit * noiseVariance * gain) return 0.5
    number r = 1                                        // ring 0 is the mean, which was taken away
    while (r < nRings)
    {
        // a real map has each coefficient twice, and the taper ties neighbours together: so many independent ones
        number independent = GetPixel(count, r, 0) * nMaps / 4
        number above = max(0.25, 4 * sqrt(2 / independent))
        if (!(GetPixel(spectrum, r, 0) > noise * (1 + above))) break
        r++
    }
    return min(0.5, r * (1 / shorter))
}
