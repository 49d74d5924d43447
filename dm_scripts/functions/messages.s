/* Messages
   What     What the user sees while a command works: progress, cancel, lines in the Results window.
   Input    Texts and numbers; no image.
   Output   Progress window, Results window.
   Source   -
   Needs    -
   Twin     -
   Tested   virtual_dm in CI; GMS: not yet
*/

// One line in the Results window.
void Say(string text)
{
    Result(text + "\n")
}

// Opens or updates the progress window. iteration counts from 1; a negative mse [counts^2] is not shown.
void ShowProgress(string title, number iteration, number nIterations, number mse)
{
    string error = ""
    if (mse >= 0) error = "mean squared error " + Format(mse, "%.6g")
    OpenAndSetProgressWindow(title, "step " + Format(iteration, "%.0f") + " of " + Format(nIterations, "%.0f"), \
                             error + "   (Esc, or Shift + Space: stop)")
}

// 1 if the user wants to stop: escape, or shift and space held together. Ask once a step: each call costs time.
number IsCancelled()
{
    DoEvents()                            // a foreground script hears of no key without it
    if (GetKey() == 27) return 1          // escape; 27 is not documented, so there is a second way
    if (ShiftDown() && SpaceDown()) return 1
    return 0
}

void EndProgress()
{
    CloseProgressWindow()
}

// Ends a command that failed after its guards: no progress window stays open, and the reason is told once.
void StopWith(string reason)
{
    EndProgress()
    Throw(reason)
}
