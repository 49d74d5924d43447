/* Self-test report
   What     The table of the self-test: one line a check, PASS, FAIL or NOTE. It is written to the Results window at the
            end, in one piece, because the commands that are tested write their own lines meanwhile.
   Input    Names, what was found, what is expected.
   Output   Lines of text and counts.
   Source   -
   Needs    functions/self_test_numbers.s
   Twin     tests/golden/make_self_test_numbers.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// A text cut or filled with blanks to n characters, so that columns of the table stand below each other.
string InColumn(string text, number n)
{
    string filled = text
    while (Len(filled) < n) filled = filled + " "
    return filled
}

// Sum of all pixels of a 2D image or a stack.
number TotalOfPixels(image pixels)
{
    return sum(pixels)
}

// Where the pixels lie: their mean of 1 + x / width + 2 y / height + 3 z / depth, weighted with the pixels and divided by
// the mean of their absolute values. A pixel that moves, or a plane that changes its place, changes it.
number PlaceOfPixels(image pixels)
{
    number width = pixels.ImageGetDimensionSize(0)
    number height = pixels.ImageGetDimensionSize(1)
    number nPlanes = 1
    if (pixels.ImageGetNumDimensions() > 2) nPlanes = pixels.ImageGetDimensionSize(2)
    image plane := RealImage("", 8, width, height)
    number weighted = 0, total = 0
    for (number k = 0; k < nPlanes; k++)
    {
        if (pixels.ImageGetNumDimensions() > 2) plane = pixels.Slice2(0, 0, k, 0, width, 1, 1, height, 1)
        else plane = pixels
        total = total + sum(abs(plane))
        plane = plane * (1 + icol / width + 2 * irow / height + 3 * k / nPlanes)
        weighted = weighted + sum(plane)
    }
    if (total == 0) return 0
    return weighted / total
}

string Verdict(number isTrue)
{
    if (isTrue) return "PASS"
    return "FAIL"
}

class NmfReport
{
    number nPassed, nFailed, nNotes
    string table, failures
    number start                           // [ticks]
    image data                             // on which most checks are made
    string subject                         // what is being checked, in case it stops

    object Begin(object self)
    {
        nPassed = 0
        nFailed = 0
        nNotes = 0
        table = ""
        failures = ""
        start = GetHighResTickCount()
        return self
    }

    void KeepData(object self, image pixels)
    {
        data := pixels
    }

    // A copy, which a check may show and close.
    image CopyOfData(object self)
    {
        return data.ImageClone()
    }

    // What comes next.
    void About(object self, string what)
    {
        subject = what
        OpenAndSetProgressWindow("NMF 4D-STEM self-test", what, "")
    }

    void Headline(object self, string text)
    {
        table = table + "\n-- " + text + "\n"
    }

    void Write(object self, string verdict, string name, string text)
    {
        table = table + verdict + "  " + InColumn(name, 42) + text + "\n"
        if (verdict == "PASS") nPassed++
        if (verdict == "NOTE") nNotes++
        if (verdict == "FAIL")
        {
            nFailed++
            failures = failures + "    " + name + "\n"
        }
    }

    // What must hold, or our scripts are wrong on this GMS.
    void Fact(object self, string name, string sentence, number isTrue)
    {
        self.Write(Verdict(isTrue), name, sentence)
    }

    // What may be either way: our scripts do not depend on it, and we should like to know.
    void Tell(object self, string name, string sentence)
    {
        self.Write("NOTE", name, sentence)
    }

    // The present check could not be made to its end.
    void Broke(object self, string reason)
    {
        self.Write("FAIL", subject, "stopped: " + reason)
    }

    // A number against the one that NumPy found; they may differ by this part of it.
    void CompareNumber(object self, string name, number found, number tolerance)
    {
        number expected = StoredNumber(name)
        number apart = abs(found - expected)
        if (abs(expected) > 0) apart = apart / abs(expected)
        string text = Format(found, "%.9g") + ", NumPy " + Format(expected, "%.9g") + ", apart " + Format(apart, "%.1e") + \
                      " of " + Format(tolerance, "%.0e")
        self.Write(Verdict(apart <= tolerance), name, text)
    }

    // An image against what NumPy found: the sum of its pixels, and where they lie.
    void ComparePixels(object self, string name, image found, number tolerance)
    {
        self.CompareNumber(name + ", sum", TotalOfPixels(found), tolerance)
        self.CompareNumber(name + ", place", PlaceOfPixels(found), tolerance)
    }

    number Failed(object self)
    {
        return nFailed
    }

    // Writes the table below its first line.
    void End(object self, string firstLine)
    {
        number seconds = CalcHighResSecondsBetween(start, GetHighResTickCount())
        Result("\n" + firstLine + "\n" + table)
        Result("\nRESULT: " + nPassed + " passed, " + nFailed + " failed, " + nNotes + " notes, in " + \
               Format(seconds, "%.0f") + " s.\n")
        if (nFailed > 0) Result("Please mail this whole table to us. Failed:\n" + failures)
        else Result("All numbers are NumPy's. Please mail this table to us all the same, for its notes.\n")
    }
}
