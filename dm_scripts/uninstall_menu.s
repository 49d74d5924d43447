/* Remove this menu
   What     Removes what install_menu.s installed for the present user: all items of the menu "NMF 4D-STEM" and its libraries.
   Input    The persistent tags NMF 4D-STEM:Installed, which install_menu.s wrote; it needs no library and no file.
   Output   The menu without these items; lines in the Results window. Remembered settings stay, unless asked to go, too.
   Source   -
   Needs    -
   Twin     -
   Tested   virtual_dm in CI; GMS: not yet
*/

void RemoveMenu()
{
    TagGroup installed
    if (!GetPersistentTagGroup().TagGroupGetTagAsTagGroup("NMF 4D-STEM:Installed", installed))
    {
        Result("Remove menu: nothing is installed for this user. A package (.gtk) is removed by deleting its file.\n")
        return
    }
    if (!OkCancelDialog("Remove the menu NMF 4D-STEM, with its commands and libraries? The files stay where they are."))
        return

    string kept = ""
    number nItems = installed.TagGroupCountTags()
    for (number i = 0; i < nItems; i++)
    {
        TagGroup item
        installed.TagGroupGetIndexedTagAsTagGroup(i, item)
        string command, submenu
        item.TagGroupGetTagAsString("Command", command)
        item.TagGroupGetTagAsString("Submenu", submenu)
        try RemoveScriptFromMenu(command, "NMF 4D-STEM", submenu)
        catch
        {
            kept = kept + "    " + command + ": " + GetExceptionString() + "\n"
            break
        }
    }
    if (TwoButtonDialog("Also forget the settings that the commands remember?", "Forget", "Keep"))
        GetPersistentTagGroup().TagGroupDeleteTagWithLabel("NMF 4D-STEM")
    else
        GetPersistentTagGroup().TagGroupDeleteTagWithLabel("NMF 4D-STEM:Installed")

    Result("Remove menu: removed " + nItems + " items.\n")
    if (kept != "") Result("Remove menu: DM did not remove these; use File > Remove Script:\n" + kept)
    Result("    Restart DigitalMicrograph: until then it keeps the libraries.\n")
}

RemoveMenu()
