"""Elements of custom dialogs: labels, fields, buttons, lists, boxes, and where they stand.

An element is a tag group, as in DM, with the tags Type, Title, Value, Identifier, Method and, for elements that hold
others, Items. What DM calls these tags is not known; scripts use the DLG functions.
"""

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.tags import TagGroup

POPUP_FROM_ONE = "values count from 1"


# -- what is inside an element ----------------------------------------------------------------------------------------


def new_element(kind, title="", value=None, method=""):
    """A dialog element; value is a number, a text or None."""
    element = TagGroup()
    element.set("Type", "string", kind)
    element.set("Title", "string", title)
    if method:
        element.set("Method", "string", method)
    if value is not None:
        set_value(element, value)
    return element


def text_of(element, name):
    return element.get_as(name, "string")[1]


def value_of(element):
    """The element's value: float, str, or 0.0 where it has none."""
    tag = _checked(element).find("Value")
    return 0.0 if tag is None else tag.value if tag.kind == "string" else float(tag.value)


def set_value(element, value):
    _checked(element).set("Value", "string" if isinstance(value, str) else "double", value)


def items_of(element):
    """The list of an element's children; a list handed over by itself is that list."""
    return element if _checked(element).is_list else element.group("Items", is_list=True)


def children_of(element):
    """Child elements, in order; an element that holds none has none."""
    if element.is_list:
        return [tag.value for tag in element.tags if tag.kind == "group"]
    found = element.find("Items")
    return [] if found is None else [tag.value for tag in found.value.tags if tag.kind == "group"]


def elements_below(element):
    """The element and all elements below it."""
    yield element
    for child in children_of(element):
        yield from elements_below(child)


def find_element(dialog, identifier):
    """The element with that identifier, or None."""
    return next((e for e in elements_below(dialog) if text_of(e, "Identifier") == identifier), None)


def _checked(element):
    if not isinstance(element, TagGroup):
        raise DMError("This dialog element is not valid: no element was created or found under that identifier.")
    return element


def with_items(kind, title="", value=None, method="", reference=None):
    """An element with an empty list of children, also handed to the caller's variable."""
    element = new_element(kind, title, value, method)
    items = items_of(element)
    if reference is not None:
        reference.set(items)
    return element


# -- holders ----------------------------------------------------------------------------------------------------------


@dm_function("taggroup DLGCreateDialog(string title)", "SEEN 55 f")
@dm_function("taggroup DLGCreateDialog(string title, taggroup? &items)", "SEEN 55 f")
def create_dialog(call, title, items=None):
    return with_items("Dialog", title, reference=items)


@dm_function("taggroup DLGCreateBox(string title)", "SEEN 2 f")
@dm_function("taggroup DLGCreateBox(string title, taggroup? &items)", "SEEN 23 f")
def create_box(call, title, items=None):
    return with_items("Box", title, reference=items)


@dm_function("taggroup DLGCreateBox(taggroup? &items)", "RECALLED")
def create_box_without_title(call, items):
    return with_items("Box", reference=items)


@dm_function("taggroup DLGCreateGroup()", "SEEN 3 f")
@dm_function("taggroup DLGCreateGroup(taggroup? &items)", "SEEN 3 f")
def create_group(call, items=None):
    return with_items("Group", reference=items)


@dm_function("taggroup DLGCreatePanel()", "SEEN 3 f")
@dm_function("taggroup DLGCreatePanel(taggroup? &items)", "SEEN 2 f")
def create_panel(call, items=None):
    return with_items("Panel", reference=items)


@dm_function("taggroup DLGCreatePanelList()", "SEEN 1 f")
@dm_function("taggroup DLGCreatePanelList(taggroup? &items)", "RECALLED")
@dm_function("taggroup DLGCreatePanelList(taggroup? &items, number value)", "RECALLED")
def create_panel_list(call, items=None, value=0.0):
    return with_items("PanelList", value=value, reference=items)


@dm_function("taggroup DLGCreateTab(string label)", "SEEN 2 f")
def create_tab(call, label):
    return with_items("Tab", label)


@dm_function("taggroup DLGCreateTab(taggroup? &items, string label)", "SEEN 1 f")
def create_tab_with_items(call, items, label):
    return with_items("Tab", label, reference=items)


@dm_function("taggroup DLGCreateTab(string label, taggroup? &items)", "RECALLED")
def create_tab_with_label_first(call, label, items):
    return with_items("Tab", label, reference=items)


@dm_function("taggroup DLGCreateTabList(number value)", "SEEN 1 f")
@dm_function("taggroup DLGCreateTabList(number value, string method)", "SEEN 1 f")
def create_tab_list(call, value, method=""):
    return with_items("TabList", value=value, method=method)


@dm_function("taggroup DLGCreateTabList(taggroup? &items, number value)", "SEEN 3 f")
@dm_function("taggroup DLGCreateTabList(taggroup? &items, number value, string method)", "SEEN 3 f")
def create_tab_list_with_items(call, items, value, method=""):
    return with_items("TabList", value=value, method=method, reference=items)


def _add(holder, element):
    items_of(holder).append("group", _checked(element))
    return element


@dm_function("taggroup DLGAddElement(taggroup holder, taggroup element)", "SEEN 55 f", "gives the added element")
@dm_function("taggroup DLGAddTab(taggroup tabs, taggroup tab)", "SEEN 2 f", "gives the added element")
@dm_function("taggroup DLGAddPanel(taggroup panels, taggroup panel)", "SEEN 1 f", "gives the added element")
def add_element(call, holder, element):
    return _add(holder, element)


@dm_function("taggroup DLGGroupItems(taggroup a, taggroup b)", "SEEN 32 f")
@dm_function("taggroup DLGGroupItems(taggroup a, taggroup b, taggroup c)", "SEEN 32 f")
@dm_function("taggroup DLGGroupItems(taggroup a, taggroup b, taggroup c, taggroup d)", "SEEN 8 f")
def group_items(call, *elements):
    """Elements put side by side."""
    group = with_items("Group")
    for element in elements:
        _add(group, element)
    return group


@dm_function("void DLGRemoveElement(taggroup holder, number index)", "SEEN 2 f")
def remove_element(call, holder, index):
    items_of(holder).delete_indexed(index)


@dm_function("taggroup DLGGetElement(taggroup holder, number index)", "SEEN 1 f", "not valid where there is none")
def get_element(call, holder, index):
    children = children_of(_checked(holder))
    return children[int(index)] if 0 <= index < len(children) else None


# -- labels, buttons, fields ------------------------------------------------------------------------------------------


@dm_function("taggroup DLGCreateLabel(string text)", "SEEN 32 f")
@dm_function("taggroup DLGCreateLabel(string text, number width)", "SEEN 3 f")
def create_label(call, text, width=None):
    return new_element("Label", text)


@dm_function("taggroup DLGCreateTextBox(number width, number height, number length)", "SEEN 1 f")
def create_text_box(call, width, height, length):
    return new_element("TextBox", value="")


@dm_function("taggroup DLGCreatePushButton(string label, string method)", "SEEN 32 f")
def create_push_button(call, label, method):
    return new_element("PushButton", label, method=method)


@dm_function("taggroup DLGCreateBevelButton(image on, image off, string method)", "SEEN 1 f")
def create_bevel_button(call, on, off, method):
    return new_element("PushButton", method=method)


@dm_function("taggroup DLGCreateDualStateBevelButton(string id, image on, image off, string method)", "SEEN 1 f")
def create_dual_state_bevel_button(call, identifier, on, off, method):
    element = new_element("DualStateButton", value=0.0, method=method)
    element.set("Identifier", "string", identifier)
    return element


@dm_function("taggroup DLGCreateCheckBox(string label)", "RECALLED")
@dm_function("taggroup DLGCreateCheckBox(string label, number value)", "SEEN 10 f")
@dm_function("taggroup DLGCreateCheckBox(string label, number value, string method)", "SEEN 10 f")
def create_check_box(call, label, value=0.0, method=""):
    return new_element("CheckBox", label, value, method)


def _labelled(label, reference, field):
    """A label and its field side by side; the field goes to the caller's variable."""
    reference.set(field)
    field.set("Title", "string", label)
    group = with_items("Group")
    _add(group, new_element("Label", label))
    _add(group, field)
    return group


def _register_field(word, kind, dm_type, layouts):
    """DLGCreate<word>Field in all its forms; layouts are the numbers after the value (width, digits)."""

    def alone(call, value, *rest):
        method = rest[-1] if rest and isinstance(rest[-1], str) else ""
        return new_element(kind, value=value, method=method)

    def with_label(call, label, reference, value, *rest):
        method = rest[-1] if rest and isinstance(rest[-1], str) else ""
        return _labelled(label, reference, new_element(kind, value=value, method=method))

    for layout in layouts:
        numbers = "".join(f", number {name}" for name in layout)
        for method in ("", ", string method"):
            if method and not layout:
                continue
            dm_function(f"taggroup DLGCreate{word}Field({dm_type} value{numbers}{method})", "SEEN 19 f")(alone)
            dm_function(
                f"taggroup DLGCreate{word}Field(string label, taggroup? &field, {dm_type} value{numbers}{method})",
                "SEEN 19 f",
            )(with_label)


_register_field("Real", "RealField", "number", ((), ("width",), ("width", "digits")))
_register_field("Integer", "IntegerField", "number", ((), ("width",)))
_register_field("String", "StringField", "string", ((), ("width",)))


@dm_function("taggroup DLGCreateProgressBar(string id)", "SEEN 2 f")
def create_progress_bar(call, identifier):
    element = new_element("ProgressBar", value=0.0)
    element.set("Identifier", "string", identifier)
    return element


@dm_function("void DLGBitmapData(taggroup element, image bitmap)", "SEEN 1 f", "the picture is not kept")
def bitmap_data(call, element, bitmap):
    _checked(element)


@dm_function("taggroup DLGCreateGraphic(number width, number height)", "RECALLED")
def create_graphic(call, width, height):
    return with_items("Graphic")


@dm_function("taggroup DLGAddBitmap(taggroup element, image bitmap)", "RECALLED", "the picture is not kept")
def add_bitmap(call, element, bitmap):
    return _add(element, new_element("Bitmap"))


# -- choices ----------------------------------------------------------------------------------------------------------


def _register_choice(word, kind):
    def alone(call, value=1.0):
        return with_items(kind, value=value)

    def with_reference(call, items, value=1.0, method=""):
        return with_items(kind, value=value, method=method, reference=items)

    dm_function(f"taggroup DLGCreate{word}()", "SEEN 1 f", POPUP_FROM_ONE)(alone)
    dm_function(f"taggroup DLGCreate{word}(number value)", "SEEN 1 f", POPUP_FROM_ONE)(alone)
    dm_function(f"taggroup DLGCreate{word}(taggroup? &items)", "SEEN 5 f", POPUP_FROM_ONE)(with_reference)
    dm_function(f"taggroup DLGCreate{word}(taggroup? &items, number value)", "SEEN 5 f", POPUP_FROM_ONE)(with_reference)
    dm_function(f"taggroup DLGCreate{word}(taggroup? &items, number value, string method)", "SEEN 2 f", POPUP_FROM_ONE)(
        with_reference
    )


_register_choice("Popup", "Popup")
_register_choice("Choice", "Choice")


@dm_function("taggroup DLGCreateRadioList(taggroup? &items)", "RECALLED")
@dm_function("taggroup DLGCreateRadioList(taggroup? &items, number value)", "SEEN 7 f")
@dm_function("taggroup DLGCreateRadioList(taggroup? &items, number value, string method)", "SEEN 2 f")
def create_radio_list(call, items, value=0.0, method=""):
    return with_items("RadioList", value=value, method=method, reference=items)


@dm_function("taggroup DLGCreateRadioList(number value)", "SEEN 2 f")
@dm_function("taggroup DLGCreateRadioList(number value, string method)", "RECALLED")
def create_radio_list_alone(call, value, method=""):
    return with_items("RadioList", value=value, method=method)


@dm_function("taggroup DLGCreateList(taggroup? &items, number width, number height)", "SEEN 4 f")
@dm_function("taggroup DLGCreateList(taggroup? &items, number width, number height, string method)", "RECALLED")
def create_list(call, items, width, height, method=""):
    return with_items("List", value=0.0, method=method, reference=items)


@dm_function("taggroup DLGCreateList(number width, number height)", "SEEN 3 f")
def create_list_alone(call, width, height):
    return with_items("List", value=0.0)


@dm_function("taggroup DLGCreateList(string method, number width, number height)", "SEEN 1 f")
def create_list_with_method(call, method, width, height):
    return with_items("List", value=0.0, method=method)


def _entry(items, label, value=None):
    return _add(items, new_element("Entry", label, value))


@dm_function("taggroup DLGAddPopupItemEntry(taggroup items, string label)", "SEEN 4 f")
@dm_function("taggroup DLGAddPopupItemEntry(taggroup items, string label, number selected)", "SEEN 2 f")
@dm_function("taggroup DLGAddChoiceItemEntry(taggroup items, string label)", "SEEN 3 f")
@dm_function("taggroup DLGAddChoiceItemEntry(taggroup items, string label, number selected)", "RECALLED")
@dm_function("taggroup DLGAddListItem(taggroup items, string label)", "RECALLED")
@dm_function("taggroup DLGAddListItem(taggroup items, string label, number selected)", "SEEN 4 f")
def add_entry(call, items, label, selected=0.0):
    return _entry(items, label, selected)


@dm_function("taggroup DLGAddRadioItem(taggroup items, string label, number value)", "SEEN 5 f")
def add_radio_item(call, items, label, value):
    return _entry(items, label, value)


@dm_function("taggroup DLGCreateRadioItem(string label, number value)", "SEEN 2 f")
def create_radio_item(call, label, value):
    return new_element("Entry", label, value)


@dm_function("number DLGGetNthLabel(taggroup element, number index, string &label)", "SEEN 3 f", "counts from 0")
def get_nth_label(call, element, index, label):
    children = children_of(_checked(element))
    if 0 <= index < len(children):
        label.set(text_of(children[int(index)], "Title"))
    return 0 <= index < len(children)


# -- values and texts -------------------------------------------------------------------------------------------------


def as_number(value):
    """A field's value as a number; texts that hold none are 0."""
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return 0.0


def as_text(value):
    return value if isinstance(value, str) else f"{value:g}"


@dm_function("number DLGGetValue(taggroup element)", "SEEN 31 f")
def get_value(call, element):
    return as_number(value_of(element))


@dm_function("number DLGGetValue(taggroup element, number &value)", "SEEN 3 f")
def get_value_into(call, element, value):
    value.set(as_number(value_of(element)))
    return 1


@dm_function("number DLGGetValue(taggroup element, string &value)", "RECALLED")
def get_text_into(call, element, value):
    value.set(as_text(value_of(element)))
    return 1


@dm_function("string DLGGetStringValue(taggroup element)", "SEEN 11 f")
def get_string_value(call, element):
    return as_text(value_of(element))


@dm_function("taggroup DLGValue(taggroup element, number value)", "SEEN 19 f")
@dm_function("taggroup DLGValue(taggroup element, string value)", "SEEN 19 f")
def dlg_value(call, element, value):
    is_text = text_of(_checked(element), "Type") in ("StringField", "TextBox")
    set_value(element, as_text(value) if is_text else value)
    return element


@dm_function("taggroup DLGTitle(taggroup element, string title)", "SEEN 9 f")
def dlg_title(call, element, title):
    _checked(element).set("Title", "string", title)
    return element


@dm_function("string DLGGetTitle(taggroup element)", "SEEN 1 f")
def dlg_get_title(call, element):
    return text_of(_checked(element), "Title")


@dm_function("string DLGGetType(taggroup element)", "SEEN 1 f", "the words are ours")
def dlg_get_type(call, element):
    return text_of(_checked(element), "Type")


@dm_function("taggroup DLGIdentifier(taggroup element, string id)", "SEEN 27 f")
def dlg_identifier(call, element, identifier):
    _checked(element).set("Identifier", "string", identifier)
    return element


@dm_function("number DLGGetIdentifier(taggroup element, string &id)", "SEEN 2 f")
def dlg_get_identifier(call, element, identifier):
    identifier.set(text_of(_checked(element), "Identifier"))
    return element.exists("Identifier")


@dm_function("taggroup DLGChangedMethod(taggroup element, string method)", "SEEN 7 f")
@dm_function("taggroup DLGActionMethod(taggroup element, string method)", "SEEN 1 f")
@dm_function("taggroup DLGMethod(taggroup element, string method)", "RECALLED")
def dlg_changed_method(call, element, method):
    """Name of the dialog object's method that hears of a new value."""
    _checked(element).set("Method", "string", method)
    return element


# -- layout: remembered as tags, nothing is drawn ---------------------------------------------------------------------


def _register_layout(name, parameters, evidence):
    def run(call, element, *values):
        for number, value in enumerate(values):
            suffix = f" {number + 1}" if len(values) > 1 else ""
            if isinstance(value, TagGroup):
                _checked(element).set(name, "group", value.clone())
            elif value is not None:
                _checked(element).set(name + suffix, "string" if isinstance(value, str) else "double", value)
        return element

    dm_function(f"taggroup DLG{name}(taggroup element, {parameters})", evidence)(run)


for _name, _parameters, _evidence in (
    ("Anchor", "string where", "SEEN 32 f"),
    ("Side", "string side", "SEEN 22 f"),
    ("Fill", "string xy", "SEEN 15 f"),
    ("Expand", "string xy", "SEEN 5 f"),
    ("Width", "number width", "SEEN 11 f"),
    ("Height", "number height", "SEEN 2 f"),
    ("Enabled", "number on", "SEEN 5 f"),
    ("Invalid", "number on", "SEEN 4 f"),
    ("InternalPadding", "number x, number y", "SEEN 12 f"),
    ("ExternalPadding", "number x, number y", "SEEN 24 f"),
    ("InternalPadding", "number left, number top, number right, number bottom", "RECALLED"),
    ("ExternalPadding", "number left, number top, number right, number bottom", "RECALLED"),
    ("TableLayout", "number columns, number rows, number uniform", "SEEN 42 f"),
    ("Layout", "taggroup layout", "SEEN 1 f"),
    ("Position", "taggroup position", "SEEN 18 f"),
):
    _register_layout(_name, _parameters, _evidence)


@dm_function("taggroup DLGCreateTableLayout(number columns, number rows, number uniform)", "SEEN 1 f")
def create_table_layout(call, columns, rows, uniform):
    layout = TagGroup()
    for name, value in (("Columns", columns), ("Rows", rows), ("Uniform", uniform)):
        layout.set(name, "double", value)
    return layout


@dm_function("taggroup DLGBuildAutoSize()", "SEEN 4 f")
@dm_function("taggroup DLGBuildPositionFromApplication()", "SEEN 18 f")
def build_position(call):
    return TagGroup()


@dm_function("taggroup DLGBuildRelativePosition(string where, number offset)", "SEEN 4 f")
def build_relative_position(call, where, offset):
    position = TagGroup()
    position.set("Where", "string", where)
    position.set("Offset", "double", offset)
    return position
