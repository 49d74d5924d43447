/* Example data
   What     Small 4D-STEM data with a known truth: an amorphous halo and 1 to 6 crystals in a film of even thickness, the
            same counts as in NumPy for the same seed. The model, with its formulas, is in the twin's docstring.
   Input    Sizes [pixel], number of crystals, counts of a pattern, seed.
   Output   True factors W (n_k x n_uv, each column of sum 1; column 0 is amorphous) and H (n_xy x n_k) [counts], 8 bytes;
            a 4D image of counts (uint16) in either order.
   Source   -
   Needs    functions/random_start.s, functions/unfold.s, functions/messages.s
   Twin     offline_reference/numerics/example_data.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// Random numbers for the specimen: the turn of the first crystal, and a shift of all grains in y and in x.
number ExampleChoices()
{
    return 3
}

// Radius of the central and of all Bragg discs [pixel].
number ExampleDiscRadius(number nU, number nV)
{
    return 0.045 * min(nU, nV)
}

// Where the spectrum of a map ends [cycles per scan pixel].
number ExampleCutoff(number nX, number nY)
{
    return min(2 * sqrt(2) * 2.2 / min(nX, nY), 0.5)
}

// Refuses what the model is not made for.
void RefuseExampleSettings(number nX, number nY, number nU, number nV, number nCrystals, number dose, number seed)
{
    if (!(min(nX, nY) >= 8 && min(nU, nV) >= 8) || nX % 1 != 0 || nY % 1 != 0 || nU % 1 != 0 || nV % 1 != 0)
        Throw("A scan of " + Format(nX, "%g") + " x " + Format(nY, "%g") + " and a detector of " + Format(nU, "%g") + \
              " x " + Format(nV, "%g") + " cannot be simulated: give whole numbers of at least 8 pixels.")
    if (!(nCrystals >= 1 && nCrystals <= 6) || nCrystals % 1 != 0)
        Throw(Format(nCrystals, "%g") + " crystals cannot be simulated: choose 1 to 6.")
    if (!(seed >= 0 && seed < 1e9) || seed % 1 != 0)
        Throw("The seed " + Format(seed, "%g") + " is not a whole number from 0 to 999999999: give one.")
    if (!(dose > 0 && dose < 1e12))
        Throw("A dose of " + Format(dose, "%g") + " counts a pattern cannot be simulated: choose one above 0.")
}

// A disc with an edge of one pixel about (u, v) [pixel].
image ExampleDisc(number nU, number nV, number u, number v)
{
    number radius = ExampleDiscRadius(nU, nV)
    image disc := RealImage("", 8, nU, nV)
    disc = radius + 0.5 - sqrt((icol - u) ** 2 + (irow - v) ** 2)
    disc = tert(disc < 0, 0, tert(disc > 1, 1, disc))
    return disc
}

// Bragg discs of a square or hexagonal lattice (between its axes: 90 or 60 degrees), turned by an angle [radian].
image ExampleBraggDiscs(number nU, number nV, number isHexagonal, number angle)
{
    number size = min(nU, nV)
    number g = 0.20 * size
    number between = Pi() / 2
    if (isHexagonal)
    {
        g = 0.23 * size
        between = Pi() / 3
    }
    image discs := RealImage("", 8, nU, nV)
    discs = 0
    for (number h = -3; h < 4; h++)
        for (number k = -3; k < 4; k++)
        {
            number along = g * (h + k * cos(between))        // in the crystal's own axes
            number across = g * k * sin(between)
            number length = sqrt(along * along + across * across)
            if (length == 0 || length >= size / 2 - ExampleDiscRadius(nU, nV) - 1) continue    // whole discs only
            // two-fold: one lattice direction is unlike the others, so that a rotation can be told
            number strength = exp(-((length / (0.30 * size)) ** 2)) * (0.3 + 0.7 * (along / length) ** 2)
            number v = nV / 2 + along * cos(angle) - across * sin(angle)
            number u = nU / 2 + along * sin(angle) + across * cos(angle)
            discs = discs + strength * ExampleDisc(nU, nV, u, v)
        }
    return discs
}

// What is scattered out of the central disc, of sum 1: component 0 is amorphous.
image ExampleScattered(number nU, number nV, number which, number firstAngle)
{
    image part := RealImage("", 8, nU, nV)                   // radius in parts of the smaller side
    part = sqrt((icol - nU / 2) ** 2 + (irow - nV / 2) ** 2) / min(nU, nV)
    image scattered := RealImage("", 8, nU, nV)
    if (which == 0)
    {
        scattered = exp(-(((part - 0.30) / 0.06) ** 2)) + 0.6 * exp(-(((part - 0.17) / 0.05) ** 2))
        scattered = scattered + 0.5 * exp(-part / 0.15)
    }
    else
    {
        number angle = Pi() / 180 * (firstAngle + 34 * (which - 1))
        image discs := ExampleBraggDiscs(nU, nV, which % 3 == 0, angle)
        image diffuse := RealImage("", 8, nU, nV)
        diffuse = exp(-part / 0.2)
        scattered = 0.65 * discs / sum(discs) + 0.35 * diffuse / sum(diffuse)
    }
    scattered = scattered / sum(scattered)
    return scattered
}

// True diffractions, one a column (n_k x n_uv), each of sum 1, a quarter of it in the central disc.
image ExampleDiffractions(number nU, number nV, number nCrystals, number seed)
{
    number firstAngle = 180 * GetPixel(UniformRandomNumbers(ExampleChoices(), seed), 0, 0)
    image beam := ExampleDisc(nU, nV, nU / 2, nV / 2)
    beam = beam / sum(beam)
    image W := RealImage("", 8, nCrystals + 1, nU * nV)
    image diffraction := RealImage("", 8, nU, nV)
    for (number k = 0; k <= nCrystals; k++)
    {
        diffraction = 0.25 * beam + 0.75 * ExampleScattered(nU, nV, k, firstAngle)
        W[0, k, nU * nV, k + 1] = diffraction[irow % nU, (irow - irow % nU) / nU]
    }
    return W
}

// sinc(a (x - at))^4 along n pixels (n x 1); at: place in [0, 1) of the middle of the scan.
image ExampleGrainAlong(number n, number a, number at)
{
    image grain := RealImage("", 8, n, 1)
    grain = Pi() * a * (icol - (0.1 + 0.8 * at) * (n - 1))
    grain = tert(grain == 0, 1e-20, grain)
    grain = (sin(grain) / grain) ** 4
    return grain
}

// True maps, one a row (n_xy x n_k) [counts]: what is amorphous, then the crystals, two grains each.
image ExampleMaps(number nX, number nY, number nCrystals, number dose, number seed)
{
    image choices := UniformRandomNumbers(ExampleChoices(), seed)
    number a = 2.2 / min(nX, nY)
    image H := RealImage("", 8, nX * nY, nCrystals + 1)
    H = 0
    image total := RealImage("", 8, nX * nY, 1)
    total = 0
    for (number i = 0; i < 2 * nCrystals; i++)
    {
        number strength = (i < nCrystals) ? 1 : 0.7
        number which = 1 + i % nCrystals
        // i (1/p, 1/p^2) modulo 1 with p^3 = p + 1: points that keep apart
        number y = GetPixel(choices, 1, 0) + i * 0.7548776662466927
        number x = GetPixel(choices, 2, 0) + i * 0.5698402909980532
        image grainX := ExampleGrainAlong(nX, a, x - floor(x))
        image grainY := ExampleGrainAlong(nY, a, y - floor(y))
        image grain := RealImage("", 8, nX * nY, 1)
        grain = strength * grainY[(icol - icol % nX) / nX, 0] * grainX[icol % nX, 0]
        H[which, 0, which + 1, nX * nY] = H[which, 0, which + 1, nX * nY] + grain
        total = total + grain
    }
    H = H * (0.95 / max(total))
    total = 0
    total[icol, 0] += H
    H[0, 0, 1, nX * nY] = 1 - total
    H = H * dose
    return H
}

// Poisson counts of the given rates: of how many terms of the distribution the running sum does not exceed the number.
image PoissonCounts(image rate, image numbers)
{
    number width, height
    GetSize(rate, width, height)
    number highest = max(rate)
    number last = floor(highest + 12 * sqrt(highest) + 20)  // rounding may keep a running sum below 1 for ever
    image counts := RealImage("", 8, width, height)
    image term := RealImage("", 8, width, height)
    image total := RealImage("", 8, width, height)
    image above := RealImage("", 8, width, height)
    counts = 0
    term = exp(-rate)
    total = term
    for (number count = 1; count <= last; count++)
    {
        above = numbers >= total
        if (max(above) == 0) break
        counts = counts + above
        term = term * rate / count
        total = total + term
    }
    return counts
}

// Counts of the detector row v (n_xy x n_u): one random number a pixel, in the order v, u, y, x.
image ExampleCountsOfRow(image W, image H, number nU, number v, number seed)
{
    number nK, nUV, nXY, height
    GetSize(W, nK, nUV)
    GetSize(H, nXY, height)
    image rate := RealImage("", 8, nXY, nU)
    rate = 0
    for (number k = 0; k < nK; k++)
        rate = rate + W[k, irow + v * nU] * H[icol, k]
    image line := UniformRandomNumbersAfter(nXY * nU, seed, ExampleChoices() + v * nU * nXY)
    image numbers := RealImage("", 8, nXY, nU)
    numbers = line[icol + nXY * irow, 0]
    return PoissonCounts(rate, numbers)
}

// Refuses a dose at which a pixel would need hundreds of terms (and exp(-rate) would soon be 0). The film is evenly
// thick, so no pixel of W H is brighter than the brightest of W times the dose.
void RefuseExampleRate(image W, number dose)
{
    number highest = max(W) * dose
    if (highest > 500)
        Throw("At " + Format(dose, "%g") + " counts a pattern the brightest pixel expects " + Format(highest, "%.0f") + \
              ", and this simulation ends at 500: choose a dose of at most " + \
              Format(floor(dose * 500 / highest), "%.0f") + ".")
}

// The probe of numerics' calibration (1.5 mrad at 200 kV): its transfer function ends where the maps do, and its discs
// have the radius alpha / lambda.
void CalibrateExample(image data, string order, number nX, number nY, number nU, number nV)
{
    number radius = 1.5e-3 / 2.50793e-3                      // alpha / lambda [1/nm]
    number scanStep = ExampleCutoff(nX, nY) / (2 * radius)
    number pixel = radius / ExampleDiscRadius(nU, nV)
    number x = (order == "vuyx") ? 0 : 2
    number u = 2 - x
    data.ImageSetDimensionCalibration(x, 0, scanStep, "nm", 0)
    data.ImageSetDimensionCalibration(x + 1, 0, scanStep, "nm", 0)
    data.ImageSetDimensionCalibration(u, -nU / 2 * pixel, pixel, "1/nm", 0)
    data.ImageSetDimensionCalibration(u + 1, -nV / 2 * pixel, pixel, "1/nm", 0)
    TagGroup tags = data.ImageGetTagGroup()
    tags.TagGroupSetTagAsBoolean("Meta Data:Data Order Swapped", order == "yxvu")
    tags.TagGroupSetTagAsString("Meta Data:Format", "Diffraction image")
    tags.TagGroupSetTagAsNumber("Microscope Info:Voltage", 200000)
    tags.TagGroupSetTagAsNumber("EELS:Experimental Conditions:Convergence semi-angle (mrad)", 1.5)
}

// Poisson counts of W H as a 4D image. title: of the progress window, "" for none. The user may stop it; then the image
// that is returned is not valid.
image ExampleCounts(image W, image H, number nX, number nY, number nU, number nV, number seed, string order, string title)
{
    image data, nothing
    if (order == "vuyx") data := IntegerImage("", 2, 0, nX, nY, nU, nV)
    else data := IntegerImage("", 2, 0, nU, nV, nX, nY)
    for (number v = 0; v < nV; v++)
    {
        if (title != "")
        {
            if (IsCancelled()) return nothing
            ShowProgress(title, v + 1, nV, -1)
        }
        image counts := ExampleCountsOfRow(W, H, nU, v, seed)
        for (number y = 0; y < nY; y++)
        {
            image part := ScanRowOfDetectorRow(data, order, y, v, nX, nU)
            part = counts[0, y * nX, nU, (y + 1) * nX]
        }
    }
    return data
}

// All of it: counts for the settings, as a calibrated 4D image.
image ExampleData(number nX, number nY, number nU, number nV, number nCrystals, number dose, number seed, string order)
{
    RefuseExampleSettings(nX, nY, nU, nV, nCrystals, dose, seed)
    image W := ExampleDiffractions(nU, nV, nCrystals, seed)
    image H := ExampleMaps(nX, nY, nCrystals, dose, seed)
    RefuseExampleRate(W, dose)
    image data := ExampleCounts(W, H, nX, nY, nU, nV, seed, order, "")
    CalibrateExample(data, order, nX, nY, nU, nV)
    return data
}
