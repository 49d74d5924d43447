/* Random start
   What     Random numbers that come back: the same for the same seed, in DM and in NumPy, digit by digit.
   Input    A seed, a whole number from 0. (DM's own Random has none.)
   Output   Numbers in [0, 1) in 8-byte images.
   Source   Generator of Wichmann and Hill, Applied Statistics 31 (1982) 188
   Needs    -
   Twin     offline_reference/numerics/random_start.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// state, multiplier x state, multiplier^2 x state, ... all modulo the modulus, without the first; count x 1, 8 bytes.
// Products stay below modulus^2 < 2^30, which a double holds exactly.
image MultiplicativeSequence(number state, number multiplier, number modulus, number count)
{
    image states := RealImage("", 8, count, 1)
    states = 0
    states[0, 0, 1, 1] = Mod(state * multiplier, modulus)
    number n = 1                                     // states known so far
    number jump = multiplier                         // multiplier^n modulo the modulus
    while (n < count)
    {
        number more = min(n, count - n)              // the next block is the last one, jumped ahead by its own length
        states[0, n, 1, n + more] = Mod(states[0, 0, 1, more] * jump, modulus)
        n = n + more
        jump = Mod(jump * jump, modulus)
    }
    return states
}

// base^exponent modulo the modulus, by squaring.
number PowerModulo(number base, number exponent, number modulus)
{
    number power = 1
    number factor = base                             // base, base^2, base^4, ...
    for (number rest = exponent; rest > 0; rest = floor(rest / 2))
    {
        if (Mod(rest, 2) == 1) power = Mod(power * factor, modulus)
        factor = Mod(factor * factor, modulus)
    }
    return power
}

// The same sequence, begun after skip of its numbers.
image SequenceAfter(number state, number multiplier, number modulus, number skip, number count)
{
    number later = Mod(state * PowerModulo(multiplier, skip, modulus), modulus)
    return MultiplicativeSequence(later, multiplier, modulus, count)
}

// count x 1 numbers, equally likely anywhere in [0, 1), after the first skip numbers of the seed.
image UniformRandomNumbersAfter(number count, number seed, number skip)
{
    if (count < 1 || seed < 0 || seed != floor(seed))
        Throw("The seed " + seed + " is no whole number from 0, or no numbers are wanted: give a seed such as 0.")
    image total := RealImage("", 8, count, 1)
    total = SequenceAfter(1 + Mod(seed * 7 + 11, 30268), 171, 30269, skip, count) / 30269
    total = total + SequenceAfter(1 + Mod(seed * 101 + 22, 30306), 172, 30307, skip, count) / 30307
    total = total + SequenceAfter(1 + Mod(seed * 1009 + 33, 30322), 170, 30323, skip, count) / 30323
    total = Mod(total, 1)
    return total
}

// count x 1 numbers, equally likely anywhere in [0, 1).
image UniformRandomNumbers(number count, number seed)
{
    return UniformRandomNumbersAfter(count, seed, 0)
}

// Fills W (n_k x n_uv) and H (n_xy x n_k): H is drawn first, row by row, then W.
void RandomFactors(image W, image H, number seed)
{
    number nK, nUV, nXY
    GetSize(W, nK, nUV)
    GetSize(H, nXY, nK)
    image numbers := UniformRandomNumbers(nK * (nXY + nUV), seed)
    H = numbers[icol + nXY * irow, 0]
    W = numbers[nK * nXY + icol + nK * irow, 0]
}
