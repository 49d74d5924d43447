/* Self-test facts
   What     Checks of what DM does where nobody has written it down: the list "To verify on your GMS" of install_to_dm.md.
   Input    A report (NmfReport). Each check names its fact by the word that stands in that list.
   Output   Lines of the report. PASS and FAIL: our scripts depend on it; NOTE: they do not, and it is good to know.
   Source   -
   Needs    functions/messages.s, functions/self_test_report.s, functions/settings.s, functions/unfold.s
   Twin     -
   Tested   virtual_dm in CI under every contested switch; GMS: not yet
*/

// -- the language -----------------------------------------------------------------------------------------------------

void CheckExitValue(object report)
{
    report.About("exit-value")
    report.Fact("exit-value", "a script run as text gives back the number it exits with", \
                ExecuteScriptString("exit(17)") == 17)
}

// How many of three turns of a loop are made whose catch ends in break.
number TurnsWithBreakInCatch()
{
    number nTurns = 0
    for (number i = 0; i < 3; i++)
    {
        try Throw("on purpose")
        catch break
        nTurns++
    }
    return nTurns
}

number LeftByReturnInCatch()
{
    try Throw("on purpose")
    catch return 1
    return 0
}

string TextOfException()
{
    string text = ""
    try Throw("on purpose")
    catch
    {
        text = GetExceptionString()
        break
    }
    return text
}

void CheckExceptions(object report)
{
    report.About("exceptions")
    report.Fact("break-in-catch", "break leaves the catch, and the loop around it goes on", TurnsWithBreakInCatch() == 3)
    report.Fact("return-in-catch", "return leaves the function from inside a catch", LeftByReturnInCatch() == 1)
    string text = TextOfException()
    report.Fact("exception-text", "GetExceptionString() gives what was thrown: " + text, Find(text, "on purpose") >= 0)
    string answer = "is over"
    // In a text of its own, because it may not be over.
    string code = "try { try Throw(\"a\")\n catch { Result(\"\") } }\n catch { SetPersistentNumberNote(" + \
                  "\"NMF 4D-STEM:Self-test:Thrown on\", 1)\n break }"
    number isThrownOn = 0
    SetPersistentNumberNote("NMF 4D-STEM:Self-test:Thrown on", 0)
    ExecuteScriptString(code)
    GetPersistentNumberNote("NMF 4D-STEM:Self-test:Thrown on", isThrownOn)
    if (isThrownOn) answer = "goes on outwards"
    report.Tell("catch-without-break", "an exception whose catch ends without break " + answer)
}

void BindToTwos(image &pixels)
{
    image twos := RealImage("", 4, 2, 1)
    twos = 2
    pixels := twos
}

class NmfFactHolder
{
    image kept

    object With(object self, image pixels)
    {
        kept := pixels
        return self
    }

    number Total(object self)
    {
        return sum(kept)
    }
}

image NoImage()
{
    image none
    return none
}

number IsAnImage(image pixels)
{
    return pixels.ImageIsValid()
}

void CheckReferences(object report)
{
    report.About("references")
    image pixels := RealImage("", 4, 1, 1)
    pixels = 1
    BindToTwos(pixels)
    report.Fact("reference-rebinding", ":= on an image & parameter reaches the caller", sum(pixels) == 4)
    object holder = alloc(NmfFactHolder).With(pixels)
    pixels = 3
    report.Fact("invalid-image", "a variable without an image can be returned and handed over", IsAnImage(NoImage()) == 0)
    object other = alloc(NmfReport).Begin()
    report.Fact("library-class", "a class of one library is known in another", other.Failed() == 0)
    report.Fact("object-chain", "a method may return its object, which keeps an image, not a copy of it", \
                holder.Total() == 6)
}

void CheckNumbers(object report)
{
    report.About("numbers")
    number third = 1 / 3
    report.Tell("number-text", "1/3 as text is " + third)
    report.Fact("remainder", "% is the remainder, of numbers and of pixels' indices", \
                7 % 3 == 1 && -7 % 7 == 0 && sum(ExprSize(6, 1, icol % 4)) == 7)
    report.Fact("text-functions", "Find counts from 0 and gives -1 where there is nothing; Mid counts from 0", \
                Find("abc", "a") == 0 && Find("abc", "d") == -1 && Mid("abc", 1, 1) == "b" && Right("abc", 1) == "c")
}

// -- pixels -----------------------------------------------------------------------------------------------------------

void CheckWriting(object report)
{
    report.About("slices, writing")
    image data := RealImage("", 4, 3, 4, 5, 6)
    data = 1
    image view := data.SliceN(4, 2, 0, 0, 2, 3, 0, 3, 1, 1, 4, 1)
    view = 5
    report.Fact("slice-view", "a slice of a 4D image bound with := writes into the image", sum(data) == 360 + 4 * 12)
    data.SliceN(4, 2, 1, 1, 0, 0, 2, 5, 1, 3, 6, 1) = 0
    report.Fact("slice-assign", "= on a slice, and no variable, writes into the image", sum(data) == 408 - 30 - 4)
}

image RowOfStack(image stack, number line)
{
    return stack.Slice2(0, line, 0, 0, 3, 1, 2, 5, 1)
}

void CheckSlices(object report)
{
    report.About("slices")
    image stack := RealImage("", 4, 3, 4, 5)
    stack = icol + 10 * irow + 100 * iplane
    report.Fact("iplane", "iplane is the index of the plane in a 3D expression", max(stack) == 432)
    image turned := stack.Slice2(0, 1, 0, 2, 5, 1, 0, 3, 1)
    report.Fact("slice-permuted", "a slice may name its dimensions in another order", \
                turned.ImageGetDimensionSize(0) == 5 && GetPixel(turned, 4, 2) == 412)
    image line := RowOfStack(stack, 2)
    line = 0
    report.Fact("slice-from-function", "a slice that a function returns still writes into its image", \
                sum(stack) == 60 * 216 - 15 * 221)
    image own := stack.Slice2(0, 0, 1, 0, 3, 1, 1, 4, 1).ImageClone()
    number before = sum(own)
    stack = 0
    report.Fact("slice-clone", "ImageClone of a slice is an image of its own", sum(own) == before && before > 0)
}

void CheckIndices(object report)
{
    report.About("indices")
    image target := RealImage("", 4, 6, 5)
    target = 0
    target[1, 2, 4, 6] = icol + 10 * irow
    report.Fact("sub-area-indices", "icol and irow start at 0 in the sub-area that is written", \
                GetPixel(target, 2, 1) == 0 && GetPixel(target, 5, 3) == 23 && sum(target) == 138)
    image sums := RealImage("", 8, 3, 1)
    image numbers := RealImage("", 4, 3, 1000)
    numbers = 1 / 3
    sums = 0
    sums[icol, 0] += numbers
    number third = GetPixel(numbers, 0, 0)            // as 4 bytes hold it
    report.Fact("scatter-add", "[icol, 0] += adds up rows, in double where the sums are 8-byte", \
                abs(GetPixel(sums, 2, 0) - 1000 * third) < 1e-9)
    image places := RealImage("", 8, 4, 2)
    places = irow + 2 * icol
    image source := RealImage("", 4, 5, 8)
    source = icol + 100 * irow
    image looked := RealImage("", 4, 5, 4, 2)
    looked = source[icol, places[irow, iplane]]
    report.Fact("lookup-in-lookup", "a lookup whose index is a lookup fills a stack", \
                sum(looked) == 80 + 100 * 28 * 5)
}

void CheckContestedPixels(object report)
{
    report.About("contested pixels")
    image ramp := RealImage("", 4, 4, 1)
    ramp = icol + 1
    image read := RealImage("", 4, 4, 1)
    string code = "image r := RealImage(\"\", 4, 4, 1)\n r = icol + 1\n image o := RealImage(\"\", 4, 4, 1)\n " + \
                  "o = r[icol + 1, 0]\n exit(GetPixel(o, 3, 0))"
    string outside = "is an error"
    try outside = "gives " + Format(ExecuteScriptString(code), "%g")
    catch break
    report.Tell("outside-read", "[x, y] one pixel beyond 1 2 3 4 " + outside)
    read = ramp[icol * 0 + 1.6, 0]
    report.Tell("fractional-index", "[1.6, 0] of 1 2 3 4 gives " + Format(GetPixel(read, 0, 0), "%g"))
    image product := ramp * 0.1
    report.Tell("expression-type", "a 4-byte image times a number is of type " + product.ImageGetDataType() + \
                " (2 = 4 bytes, 12 = 8 bytes)")
    image whole := IntegerImage("", 2, 0, 1, 1)
    whole = 2.7
    report.Tell("integer-conversion", "2.7 in an integer image becomes " + Format(GetPixel(whole, 0, 0), "%g"))
    string answer = "different sizes for ="
    try
    {
        ExecuteScriptString("image a := RealImage(\"\", 4, 3)\n image b := RealImage(\"\", 4, 3, 1)\n b = 1\n a = b")
        answer = "the same size for ="
    }
    catch break
    report.Tell("one-dimension", "a 1D image of 3 pixels and a 2D image of 3 x 1 are " + answer)
}

void CheckStatistics(object report)
{
    report.About("statistics")
    image data := RealImage("", 4, 2, 3, 4, 5)
    data = -1
    data.SliceN(4, 2, 0, 0, 1, 2, 0, 2, 1, 1, 3, 1) = 7
    report.Fact("statistics-4d", "sum, min, max, mean and MeanSquare take 4D images", sum(data) == -72 && \
                min(data) == -1 && max(data) == 7 && abs(mean(data) + 0.6) < 1e-6 && abs(MeanSquare(data) - 3.4) < 1e-5)
    data = tert(data < 0, 0, data)
    report.Fact("tert-4d", "tert clips a 4D image in place", sum(data) == 42 && min(data) == 0)
    image column := RealImage("", 8, 1, 5)
    column = tert(irow == 3, 9, irow)
    number x, y
    max(column, x, y)
    report.Fact("maximum-position", "max(image, x, y) gives the place of the largest pixel", x == 0 && y == 3)
    image broken := RealImage("", 4, 2, 1)
    broken = 0
    broken = broken / broken
    number total = sum(broken)
    string answer = Format(total, "%g") + ", and "
    if (abs(total) < 1e300) answer = answer + "counts as a finite number"
    else answer = answer + "is found to be not finite"
    report.Tell("not-a-number", "0 / 0 of pixels sums to " + answer)
}

// -- matrices and Fourier transforms ----------------------------------------------------------------------------------

void CheckMatrices(object report)
{
    report.About("matrices")
    number n = 2000
    image row := RealImage("", 4, n, 3)
    row = 1 + (icol % 7) / 7 + irow
    image column := RealImage("", 4, 2, n)
    column = 1 - (irow % 5) / 10 + icol
    image product := MatrixMultiply(row, column)
    number exact = 0                                  // one element in double
    for (number i = 0; i < n; i++) exact = exact + GetPixel(row, i, 2) * GetPixel(column, 1, i)
    number apart = abs(GetPixel(product, 1, 2) / exact - 1)
    report.Fact("matrix-product", "MatrixMultiply over 2000 elements is right to " + Format(apart, "%.1e"), \
                product.ImageGetDimensionSize(0) == 2 && product.ImageGetDimensionSize(1) == 3 && apart < 1e-4)
    image left := RealImage("", 8, n, 3)
    left = row
    image right := RealImage("", 8, 2, n)
    right = column
    image fine := MatrixMultiply(left, right)
    apart = abs(GetPixel(fine, 1, 2) / exact - 1)
    report.Fact("matrix-of-8-bytes", "MatrixMultiply takes 8-byte images", apart < 1e-4)
    report.Tell("matrix-precision", "of 8-byte images the product is of type " + fine.ImageGetDataType() + \
                ", right to " + Format(apart, "%.1e"))
    image transposed := MatrixTranspose(left)
    report.Fact("matrix-transpose", "MatrixTranspose turns rows into columns", \
                transposed.ImageGetDimensionSize(0) == 3 && abs(GetPixel(transposed, 2, 5) - GetPixel(left, 5, 2)) < 1e-6)
}

void CheckMatrixSpeed(object report)
{
    report.About("matrix-speed")
    image X := RealImage("", 4, 1024, 1024)
    X = icol % 3
    image Ht := RealImage("", 4, 10, 1024)
    Ht = 1
    number start = GetHighResTickCount()
    image product := MatrixMultiply(X, Ht)
    number seconds = CalcHighResSecondsBetween(start, GetHighResTickCount())
    report.Tell("matrix-speed", "MatrixMultiply of 1024 x 1024 by 10 columns took " + Format(seconds, "%.3f") + \
                " s (" + Format(sum(product) / 1e6, "%.3f") + ")")
}

// Where RealFFT has the frequency zero of an image of that size, and how large it is for pixels of 1.
void ZeroFrequency(number width, number height, number &x, number &y, number &size)
{
    image ones := RealImage("", 4, width, height)
    ones = 1
    image spectrum := RealImage("", 4, width, height)
    spectrum = modulus(RealFFT(ones))
    size = max(spectrum, x, y)
}

void CheckFourier(object report)
{
    report.About("Fourier transforms")
    number x, y, size
    ZeroFrequency(16, 8, x, y, size)
    report.Fact("fft-centre", "RealFFT has frequency zero at (width / 2, height / 2), as the sum of the pixels", \
                x == 8 && y == 4 && abs(size / 128 - 1) < 1e-5)
    ZeroFrequency(15, 9, x, y, size)
    report.Tell("fft-odd-centre", "for 15 x 9 pixels it stands at (" + x + ", " + y + "), and is " + Format(size, "%.6g"))
    image pixels := RealImage("", 4, 15, 10)
    pixels = (icol * 7 + irow * 5) % 11
    image back := RealImage("", 4, 15, 10)
    back = RealIFFT(RealFFT(pixels)) - pixels
    report.Fact("fft-inverse", "RealIFFT undoes RealFFT, also where sizes are no powers of two", max(abs(back)) < 1e-4)
}

// -- tags and calibrations --------------------------------------------------------------------------------------------

void CheckTags(object report)
{
    report.About("tags")
    image owner := RealImage("", 4, 1, 1)
    TagGroup tags = owner.ImageGetTagGroup()
    TagGroup note = tags.TagGroupGetOrCreateTagList("Processing").TagGroupCreateGroupTagAtEnd()
    note.TagGroupSetTagAsString("Operation", "test")
    string found = ""
    tags.TagGroupGetTagAsString("Processing[0]:Operation", found)
    report.Fact("tag-list", "a group added to a list of an image's tags is part of them: Processing[0]:Operation", \
                found == "test" && tags.TagGroupGetOrCreateTagList("Processing").TagGroupIsList())
    TagGroup more = NewTagGroup()
    more.TagGroupSetTagAsNumber("Seed", 7)
    note.TagGroupCopyTagsFrom(more)
    number seed = 0
    found = ""
    note.TagGroupGetTagAsNumber("Seed", seed)
    note.TagGroupGetTagAsString("Operation", found)
    report.Fact("tag-copy", "TagGroupCopyTagsFrom adds tags and keeps those that were there", seed == 7 && found == "test")
    more.TagGroupSetTagAsNumber("Group:Inner", 1)
    more.TagGroupDeleteTagWithLabel("Group:Inner")
    report.Fact("tag-delete", "TagGroupDeleteTagWithLabel deletes by a path, and nothing beside it", \
                !more.TagGroupDoesTagExist("Group:Inner") && more.TagGroupDoesTagExist("Seed"))
    SetPersistentNumberNote("NMF 4D-STEM:Self-test:Digits", 123456789.25)
    number back = 0
    GetPersistentNumberNote("NMF 4D-STEM:Self-test:Digits", back)
    report.Fact("persistent-digits", "a persistent number keeps all its digits", back == 123456789.25)
}

void CheckCalibration(object report)
{
    report.About("calibration")
    image a := RealImage("", 4, 4, 4)
    a.ImageSetDimensionCalibration(0, 2, 0.5, "nm", 1)          // zero at pixel 2
    number origin, scale
    string units
    a.ImageGetDimensionCalibration(0, origin, scale, units, 0)
    image b := RealImage("", 4, 4, 4)
    b.ImageSetDimensionCalibration(0, origin, scale, units, 0)
    b.ImageGetDimensionCalibration(0, origin, scale, units, 1)
    report.Fact("calibration-format", "what ImageGetDimensionCalibration gives, ImageSetDimensionCalibration takes", \
                abs(origin - 2) < 1e-5 && abs(scale - 0.5) < 1e-6 && units == "nm")
    a.ImageGetDimensionCalibration(0, origin, scale, units, 0)
    report.Tell("calibration-origin", "a zero at pixel 2 of 0.5 nm has, in format 0, the origin " + Format(origin, "%g") + \
                "; ImageGetDimensionOrigin gives " + Format(a.ImageGetDimensionOrigin(0), "%g"))
    report.Fact("micro-sign", "a unit with a micro sign is known as a length", KindOfUnit(Chr(181) + "m") == "scan")
}

// -- images and windows -----------------------------------------------------------------------------------------------

void CheckWindows(object report)
{
    report.About("windows")
    image first := RealImage("self-test, first", 4, 8, 8)
    first = icol
    image second := RealImage("self-test, second", 4, 8, 8)
    second = irow
    first.ShowImage()
    second.ShowImage()
    image front := FindFrontImage()
    image behind := FindNextImage(front)
    report.Fact("front-image", "the image shown last is in front, the one before it is next", \
                front.ImageGetID() == second.ImageGetID() && behind.ImageGetID() == first.ImageGetID())
    number id = first.ImageGetID()
    image found := FindImageByID(id)
    report.Fact("image-by-id", "FindImageByID finds an image by its number", found.GetName() == "self-test, first")
    DeleteImage(second)
    DeleteImage(first)
    image after := FindFrontImage()
    number isGone = 1
    if (after.ImageIsValid()) isGone = after.ImageGetID() != id
    report.Fact("delete-image", "DeleteImage closes a window without a question", isGone)
}

// One dialog that the user confirms: the only way to see what a dialog gives.
void CheckDialog(object report)
{
    report.About("dialog-values")
    TagGroup items
    TagGroup dialog = NewSettings("NMF 4D-STEM self-test: leave all as it is and choose OK", items)
    TagGroup field = AddNumber(items, "Self-test", "number", "This number stays 12345.5", 12345.5)
    TagGroup list = AddPick(items, "list", "This list stays at second", "first|second|third", 2)
    TagGroup check = AddCheck(items, "Self-test", "check", "This box stays ticked", 1)
    number isConfirmed = PoseSettings(dialog)
    string found = Format(field.DLGGetValue(), "%.9g") + ", " + Format(list.DLGGetValue(), "%g") + ", " + \
                   Format(check.DLGGetValue(), "%g")
    report.Fact("dialog-values", "OK is 1, and the fields give 12345.5, 2, 1: " + Format(isConfirmed, "%g") + " with " + found, \
                isConfirmed == 1 && found == "12345.5, 2, 1")
}

void CheckProgressWindow(object report)
{
    report.About("progress-window")
    ShowProgress("NMF 4D-STEM self-test", 1, 2, 0.5)
    ShowProgress("NMF 4D-STEM self-test", 2, 2, -1)
    EndProgress()
    report.Fact("progress-window", "the progress window opens, changes and closes", 1)
}

void CheckEscape(object report)
{
    report.About("escape-key")
    string answer = "no key was pressed"
    for (number i = 0; i < 30; i++)
    {
        OpenAndSetProgressWindow("NMF 4D-STEM self-test", "Press Esc now, once", "(goes on by itself after 3 seconds)")
        DoEvents()
        number key = GetKey()
        if (key != 0)
        {
            answer = "the key pressed has the code " + Format(key, "%g")
            break
        }
        Sleep(0.1)
    }
    EndProgress()
    report.Tell("escape-key", answer + "; Esc should be 27 (Shift + Space stops, too)")
}

// -- other scripts, files, menu, Python -------------------------------------------------------------------------------

void CheckOtherScripts(object report)
{
    report.About("other scripts")
    report.Fact("function-exists", "DoesFunctionExist tells a function that is there from one that is not", \
                DoesFunctionExist("RealImage") != 0 && DoesFunctionExist("NoSuchFunctionAnywhere") == 0)
    string answer = "nothing"
    try
    {
        string code = "DocumentWindow w = GetDocumentWindow(0)\n if (w.WindowIsValid()) SetPersistentStringNote(" + \
                      "\"NMF 4D-STEM:Self-test:Window\", w.WindowGetCurrentFile())"
        SetPersistentStringNote("NMF 4D-STEM:Self-test:Window", "nothing")
        ExecuteScriptString(code)
        GetPersistentStringNote("NMF 4D-STEM:Self-test:Window", answer)
    }
    catch
    {
        answer = "an error: " + GetExceptionString()
        break
    }
    report.Tell("own-window", "the file of the front window is " + answer)
    answer = "is not there"
    try answer = "is " + GetApplicationDirectory(1008, 0)
    catch break
    report.Tell("plugin-folder", "the folder of this user's packages " + answer)
    if (DoesFunctionExist("ExecutePythonScriptString")) answer = "there: run NMF 4D-STEM > Python > Self-test, too"
    else answer = "not there"
    report.Tell("python", "Python is " + answer)
}

// A menu item that leaves a mark, chosen, removed, chosen again.
void CheckMenuItems(object report)
{
    report.About("menu-items")
    string mark = "NMF 4D-STEM:Self-test:Menu"
    string code = "number n = 0\n GetPersistentNumberNote(\"" + mark + "\", n)\n SetPersistentNumberNote(\"" + mark + \
                  "\", n + 1)"
    string answer = ""
    number n = 0
    SetPersistentNumberNote(mark, 0)
    try
    {
        AddScriptToMenu(code, "Self-test item", "NMF 4D-STEM", "", 0)
        ChooseMenuItem("NMF 4D-STEM", "", "Self-test item")
        GetPersistentNumberNote(mark, n)
        answer = "chosen it ran " + Format(n, "%g") + " time(s)"
        RemoveScriptFromMenu("Self-test item", "NMF 4D-STEM", "")
        ChooseMenuItem("NMF 4D-STEM", "", "Self-test item")
        GetPersistentNumberNote(mark, n)
        answer = answer + ", after removal " + Format(n, "%g") + " in all"
    }
    catch
    {
        answer = answer + " and then: " + GetExceptionString()
        break
    }
    report.Tell("menu-items", "a menu item was installed; " + answer + " (at once: 1 and 1)")
}
