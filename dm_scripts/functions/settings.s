/* Settings
   What     One dialog for the settings of a command, which opens with the values used last.
   Input    Labels and first values; the persistent tags NMF 4D-STEM:<command>:<key>.
   Output   Values; they are remembered in those tags when a command reads them. While the self-test runs a command, no
            dialog opens: the values come from tags of the self-test's own, and nobody's settings change.
   Source   -
   Needs    -
   Twin     dm_python/bridge.py
   Tested   virtual_dm in CI; GMS: not yet
*/

// 1 while self_test.s runs a command. It notes when it began: should DM end in the middle of it, the mark wears off.
number IsSelfTest()
{
    number began = 0                       // [100 ns]
    if (!GetPersistentNumberNote("NMF 4D-STEM:Self-test:Running", began)) return 0
    return abs(GetCurrentTime() - began) < 3600 * 1e7
}

string PathOfSetting(string command, string key)
{
    if (IsSelfTest()) return "NMF 4D-STEM:Self-test:" + command + ":" + key
    return "NMF 4D-STEM:" + command + ":" + key
}

number RememberedNumber(string command, string key, number initial)
{
    number value = initial
    if (GetPersistentNumberNote(PathOfSetting(command, key), value)) return value
    return initial
}

TagGroup NewSettings(string title, TagGroup &items)
{
    return DLGCreateDialog(title, items)
}

// The fields stand at the right edge, one below the other, because their labels differ in length.
TagGroup AddNumber(TagGroup items, string command, string key, string label, number initial)
{
    TagGroup field
    TagGroup row = DLGCreateRealField(label + "  ", field, RememberedNumber(command, key, initial), 12, 6)
    items.DLGAddElement(row.DLGAnchor("East"))
    field.DLGIdentifier(key)
    return field
}

TagGroup AddCheck(TagGroup items, string command, string key, string label, number initial)
{
    TagGroup field = DLGCreateCheckBox(label, RememberedNumber(command, key, initial))
    items.DLGAddElement(field.DLGAnchor("West"))
    field.DLGIdentifier(key)
    return field
}

// A list to choose from; options are separated by |, and numbered from 1. What was chosen is not remembered: for lists
// of open images, which differ from time to time.
TagGroup AddPick(TagGroup items, string key, string label, string options, number chosen)
{
    TagGroup entries
    TagGroup field = DLGCreatePopup(entries, 1)
    string rest = options
    number nOptions = 0
    while (Len(rest) > 0)
    {
        number at = Find(rest, "|")
        if (at < 0) at = Len(rest)
        entries.DLGAddPopupItemEntry(Left(rest, at))
        nOptions++
        if (at + 1 >= Len(rest)) rest = ""
        else rest = Right(rest, Len(rest) - at - 1)
    }
    if (chosen < 1 || chosen > nOptions) chosen = 1    // remembered by a version that had more options
    field.DLGValue(chosen)
    TagGroup row = DLGGroupItems(DLGCreateLabel(label + "  "), field)
    row.DLGTableLayout(2, 1, 0)
    items.DLGAddElement(row.DLGAnchor("East"))
    field.DLGIdentifier(key)
    return field
}

// The same, opening with what was chosen last.
TagGroup AddChoice(TagGroup items, string command, string key, string label, string options, number initial)
{
    return AddPick(items, key, label, options, RememberedNumber(command, key, initial))
}

// Shows the dialog; 1 if the user chose OK.
number PoseSettings(TagGroup dialog)
{
    if (IsSelfTest()) return 1
    object frame = alloc(UIFrame).Init(dialog)
    return frame.Pose()
}

number NumberOf(TagGroup field, string command, string key)
{
    number value = field.DLGGetValue()
    if (IsSelfTest()) return RememberedNumber(command, key, value)
    SetPersistentNumberNote(PathOfSetting(command, key), value)
    return value
}

number CheckOf(TagGroup field, string command, string key)
{
    return NumberOf(field, command, key) != 0
}

number ChoiceOf(TagGroup field, string command, string key)
{
    return NumberOf(field, command, key)
}

// What was chosen in a list of AddPick, from 1.
number PickOf(TagGroup field)
{
    if (IsSelfTest()) return 1
    return field.DLGGetValue()
}
