/* Sorting
   What     Sorts all columns of numbers of a stack at once, by whole-image comparisons: DM has no sort, and a
            loop over pixels would take minutes.
   Input    Real 3D image (width, height, n), n a power of two; a column is what lies at one place of all n planes.
   Output   The same image, each column in ascending order: plane 0 holds the smallest values.
   Source   Bitonic network of Batcher (AFIPS Spring Joint Computer Conference 32 (1968) 307), wired by the perfect
            shuffle of Stone (IEEE Trans. Comput. C-20 (1971) 153)
   Needs    -
   Twin     -
   Tested   virtual_dm in CI; GMS: not yet

   A shuffle deals the upper half of the planes between those of the lower half, as a deck of cards: plane i goes to
   plane 2 i, and plane i + n/2 to 2 i + 1. n = 2^m planes are back in their order after m shuffles, and in between every
   pair of planes whose numbers differ in one bit has met as i and i + n/2. So each step of the network is the same
   two statements, whichever planes it compares: 2 m^2 statements in all, 128 for 256 planes.
*/

// The smallest power of two that is not below n.
number PowerOfTwoFrom(number n)
{
    number power = 1
    while (power < n) power *= 2
    return power
}

// nPlanes x log2(nPlanes) signs: with column l of them, the blocks of 2^l planes that must fall are negated, and those
// of the level before are turned back.
image SignsOfLevels(number nPlanes, number bytes)
{
    number nLevels = 0
    while (2 ** nLevels < nPlanes) nLevels++
    image signs := RealImage("", bytes, nPlanes, nLevels)
    signs = (1 - 2 * (floor(icol / 2 ** (irow + 1)) % 2)) * (1 - 2 * (floor(icol / 2 ** irow) % 2) * (irow > 0))
    return signs
}

// One step of the network: the smaller one of each two pixels goes to the even plane, the larger one to the odd plane.
void CompareAndShuffle(image low, image high, image even, image odd)
{
    even = tert(low < high, low, high)
    odd = tert(low < high, high, low)
}

// A shuffle alone, to bring the planes together that a later step compares.
void Shuffle(image low, image high, image even, image odd)
{
    even = low
    odd = high
}

// count planes of a stack from first on, every step-th: a view.
image PlanesOf(image stack, number first, number count, number step)
{
    number width, height, nPlanes
    Get3DSize(stack, width, height, nPlanes)
    return stack.Slice3(0, 0, first, 0, width, 1, 1, height, 1, 2, count, step)
}

void SortPlanes(image stack)
{
    number width, height, nPlanes
    Get3DSize(stack, width, height, nPlanes)
    if (nPlanes != PowerOfTwoFrom(nPlanes)) Throw("A stack of " + nPlanes + " planes cannot be sorted: fill it up to " + \
                                                  PowerOfTwoFrom(nPlanes) + " planes with values larger than all.")
    if (nPlanes < 2) return
    number bytes = 4
    if (stack.ImageGetDataType() == 12) bytes = 8
    image other := RealImage("", bytes, width, height, nPlanes)
    number half = nPlanes / 2
    // A step goes from one of the two stacks to the other; the views are made once.
    image low := PlanesOf(stack, 0, half, 1)
    image high := PlanesOf(stack, half, half, 1)
    image even := PlanesOf(stack, 0, half, 2)
    image odd := PlanesOf(stack, 1, half, 2)
    image otherLow := PlanesOf(other, 0, half, 1)
    image otherHigh := PlanesOf(other, half, half, 1)
    image otherEven := PlanesOf(other, 0, half, 2)
    image otherOdd := PlanesOf(other, 1, half, 2)
    image signs := SignsOfLevels(nPlanes, bytes)
    number level = 0
    number isInOther = 0
    for (number size = 2; size <= nPlanes; size *= 2)
    {
        // Each level merges two sorted blocks into one, and needs the second of them to fall. Instead of comparing
        // the other way round there, signs are changed: exact, and all comparisons are alike.
        if (isInOther) other = other * signs[iplane, level]
        else stack = stack * signs[iplane, level]
        level++
        for (number distance = half; distance >= 1; distance /= 2)
        {
            if (distance >= size && isInOther) Shuffle(otherLow, otherHigh, even, odd)
            else if (distance >= size) Shuffle(low, high, otherEven, otherOdd)
            else if (isInOther) CompareAndShuffle(otherLow, otherHigh, even, odd)
            else CompareAndShuffle(low, high, otherEven, otherOdd)
            isInOther = !isInOther
        }
    }
    if (isInOther) stack = other
}
