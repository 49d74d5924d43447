/* Matrices
   What     Small matrix tools that DM lacks: new matrices, sums, scaling, products of factors, a guarded inverse.
   Input    Matrices are real 2D images: width = columns, height = rows.
   Output   New images of the byte size of the input (8 where it says so); no input is changed.
   Source   Kimoto et al. (2025), Supplement S1, equations S1 and S2 (the inverses)
   Needs    -
   Twin     offline_reference/numerics/nmf_steps.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// Bytes of a pixel for working images: 8 if the data are real 8, else 4.
number WorkingBytes(image like)
{
    if (like.ImageGetDataType() == 12) return 8
    return 4
}

image NewMatrix(image like, number width, number height)
{
    image m := RealImage("", WorkingBytes(like), width, height)
    m = 0
    return m
}

// Zeros of the size and byte size of m.
image SameSize(image m)
{
    number width, height
    GetSize(m, width, height)
    return NewMatrix(m, width, height)
}

// The same numbers in 8 bytes a pixel.
image InDouble(image m)
{
    number width, height
    GetSize(m, width, height)
    image d := RealImage("", 8, width, height)
    d = m
    return d
}

// Rows become columns; MatrixTranspose may not keep 8 bytes.
image Transposed(image m)
{
    number width, height
    GetSize(m, width, height)
    image t := NewMatrix(m, height, width)
    t = m[irow, icol]
    return t
}

// a b, in 8 bytes if both have 8, else in 4: MatrixMultiply gets two images of one type, and its result may be of any.
image Product(image a, image b)
{
    number widthA, heightA, widthB, heightB
    GetSize(a, widthA, heightA)
    GetSize(b, widthB, heightB)
    if (widthA != heightB)
        Throw("Matrices of " + widthA + " x " + heightA + " and " + widthB + " x " + heightB + " pixels cannot be " \
            + "multiplied: the width of the first must be the height of the second.")
    image left := a
    image right := b
    if (WorkingBytes(a) > WorkingBytes(b))
    {
        left := NewMatrix(b, widthA, heightA)
        left = a
    }
    if (WorkingBytes(b) > WorkingBytes(a))
    {
        right := NewMatrix(a, widthB, heightB)
        right = b
    }
    image p := NewMatrix(left, widthB, heightA)
    p = MatrixMultiply(left, right)
    return p
}

// [.]+ : negative elements become zero.
image Clipped(image m)
{
    image c := SameSize(m)
    c = tert(m > 0, m, 0)
    return c
}

// Sum of each column, width x 1, in 8 bytes: a sum of many 4-byte numbers in 4 bytes loses digits.
image ColumnSums(image m)
{
    number width, height
    GetSize(m, width, height)
    image sums := RealImage("", 8, width, 1)
    sums = 0
    sums[icol, 0] += m
    return sums
}

// Sum of each row, 1 x height, in 8 bytes.
image RowSums(image m)
{
    number width, height
    GetSize(m, width, height)
    image sums := RealImage("", 8, 1, height)
    sums = 0
    sums[0, irow] += m
    return sums
}

// Each column times its factor; factors: width x 1.
image ScaledColumns(image m, image factors)
{
    image s := SameSize(m)
    s = m * factors[icol, 0]
    return s
}

// Each row times its factor; factors: 1 x height.
image ScaledRows(image m, image factors)
{
    image s := SameSize(m)
    s = m * factors[0, irow]
    return s
}

// A B in 8 bytes, summed in double: for narrow A, such as factors times an inverse. One pass over the result a column
// of A.
image ProductInDouble(image a, image b)
{
    number widthA, heightA, widthB, heightB
    GetSize(a, widthA, heightA)
    GetSize(b, widthB, heightB)
    image p := RealImage("", 8, widthB, heightA)
    p = 0
    for (number k = 0; k < widthA; k++)
        p += a[k, irow] * b[icol, k]
    return p
}

// At B (width of B x width of A) in 8 bytes: inner products of columns, summed in double whatever the precision of A, B.
// One pass over the narrow matrix B a column; MatrixMultiply would leave 7 digits, too few for an inverse.
image ProductOfColumns(image a, image b)
{
    number widthA, widthB, height
    GetSize(a, widthA, height)
    GetSize(b, widthB, height)
    image wide := InDouble(b)
    image products := RealImage("", 8, widthB, widthA)
    products = 0
    image row := RealImage("", 8, widthB, 1)
    for (number k = 0; k < widthA; k++)
    {
        row = 0
        row[icol, 0] += wide * a[k, irow]
        products[k, 0, k + 1, widthB] = row
    }
    return products
}

// Mt M (width x width) in 8 bytes.
image GramOfColumns(image m)
{
    return ProductOfColumns(m, m)
}

// M Mt (height x height) in 8 bytes.
image GramOfRows(image m)
{
    return GramOfColumns(Transposed(m))
}

// Sum of the diagonal.
number TraceOf(image m)
{
    return sum(m * (icol == irow))
}

// Inverse by Gauss-Jordan elimination with pivots by column, in 8 bytes; MatrixInverse works in single precision.
// regular: 0 if a pivot is zero, and then the result is meaningless.
image InverseInDouble(image m, number &regular)
{
    number n, height
    GetSize(m, n, height)
    image work := RealImage("", 8, 2 * n, n)         // m beside the identity
    work = 0
    work[0, 0, n, n] = m
    work[0, n, n, 2 * n] = (icol == irow)
    image column := RealImage("", 8, 1, n)
    image pivotRow := RealImage("", 8, 2 * n, 1)
    image inverse := RealImage("", 8, n, n)
    inverse = 0
    regular = 1
    for (number k = 0; k < n; k++)
    {
        number x, pivot
        column = tert(irow >= k, abs(work[k, irow]), 0)
        number largest = max(column, x, pivot)           // pivot: row of the largest element not used yet
        if (!(largest > 0))
        {
            regular = 0
            return inverse
        }
        number divisor = GetPixel(work, k, pivot)
        pivotRow = work[pivot, 0, pivot + 1, 2 * n] / divisor
        if (pivot != k) work[pivot, 0, pivot + 1, 2 * n] = work[k, 0, k + 1, 2 * n]
        work[k, 0, k + 1, 2 * n] = pivotRow
        column = tert(irow == k, 0, work[k, irow])       // the pivot's own row stays
        work = work - column[0, irow] * pivotRow[icol, 0]
    }
    inverse = work[0, n, n, 2 * n]
    return inverse
}

// Whether products with m keep double precision: m has 8 bytes, and so has what this DM's MatrixMultiply computes in.
// Tried, not assumed: what DM does is not written down.
number ProductsAreDouble(image m)
{
    if (WorkingBytes(m) == 4) return 0
    image probe := RealImage("", 8, 1, 1)
    probe = 1 + 1e-12                                // single precision would make it 1
    image one := RealImage("", 8, 1, 1)
    one = 1
    return GetPixel(Product(probe, one), 0, 0) != 1
}

// Inverse of a Gram matrix in 8 bytes, to be multiplied with a product with X (X Ht or Wt X).
// nearSingular: 1 if two components, at equal size, are too alike to be told apart in the precision of that product;
// then a ridge is added first, a small part of the trace. In double, as in numerics: condition above 1e12, ridge 1e-12.
// In single precision the product is known to 1e-7 only, and the inverse multiplies that by the condition: a condition
// above 1e10, ridge 1e-7. (Measured: with 1e-12, exact data of fewer components end in factors of 1e8 and more; and
// n_k = 30 on counts stays below 1e10.) Numerics takes the condition in the 2-norm, this in the Frobenius norm, which is
// at most n times as large.
image GuardedInverse(image gram, image product, number &nearSingular)
{
    number worst = 1e10
    number ridge = 1e-7
    if (ProductsAreDouble(product))
    {
        worst = 1e12
        ridge = 1e-12
    }
    number n, height
    GetSize(gram, n, height)
    image inverse := RealImage("", 8, n, n)
    image size := RealImage("", 8, n, 1)
    size = sqrt(gram[icol, icol])
    number regular = 0
    if (min(size) > 0)
    {
        // Component scales are arbitrary, so they must not decide: the matrix is inverted at unit diagonal.
        image scaled := RealImage("", 8, n, n)
        scaled = gram / (size[icol, 0] * size[irow, 0])
        inverse = InverseInDouble(scaled, regular)
        if (regular) regular = sqrt(sum(scaled * scaled) * sum(inverse * inverse)) <= worst * n
    }
    nearSingular = !regular
    if (regular)
    {
        inverse = inverse / (size[icol, 0] * size[irow, 0])
        return inverse
    }
    image safe := RealImage("", 8, n, n)
    safe = gram + ridge * TraceOf(gram) * (icol == irow)
    inverse = InverseInDouble(safe, regular)
    if (!regular)
        Throw("All components are zero everywhere, so least squares cannot separate them: start from another seed, or " \
            + "ask for fewer components.")
    return inverse
}

image GuardedInverse(image gram)
{
    number nearSingular
    return GuardedInverse(gram, gram, nearSingular)
}
