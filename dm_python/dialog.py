"""One dialog for all settings of a command, as a text of DM-script; and what comes back from it.

A field is (key, label, default). The default says what kind of field it is: a bool a check box, an int or a float a
number, a str a text, a list of texts a menu of which the first is the default.
"""
from .text import script_text

NUMBERS, TEXT_WIDTH = {"Integer": "10", "Real": "12, 6"}, 24


def first(default):
    """The default of a field itself."""
    return default[0] if isinstance(default, (list, tuple)) else default


def typed(value, default):
    """A number as the kind of number that the default is."""
    if isinstance(default, bool):
        return bool(value)
    return int(round(value)) if isinstance(default, int) else float(value)


def entry(number, choices):
    """The entry of that number, counted from 1 as DM does."""
    return choices[min(max(int(round(number)), 1), len(choices)) - 1]


def script_of(title, fields, values, tag):
    """DM-script that poses the dialog and leaves the answers in application-wide tags.

    Parameters
    ----------
    title : str
    fields : list of (key, label, default)
    values : dict
        What each field shows at first.
    tag : str
        Path of the tags: `tag`:OK is 1 or 0, `tag`:Field 0, `tag`:Field 1 ... hold the values.
    """
    lines = ["TagGroup items", 'TagGroup box = DLGCreateDialog("{}", items)'.format(script_text(title))]
    for number, (key, label, default) in enumerate(fields):
        lines += _field("field{}".format(number), script_text(label), default, values[key])
    lines += ["number accepted = alloc(UIFrame).Init(box).Pose()", "TagGroup tags = GetPersistentTagGroup()",
              'tags.TagGroupSetTagAsDouble("{}:OK", accepted)'.format(tag)]
    for number, (_, _, default) in enumerate(fields):
        kind, read = ("String", "DLGGetStringValue") if isinstance(default, str) else ("Double", "DLGGetValue")
        lines.append('tags.TagGroupSetTagAs{}("{}:Field {}", field{}.{}())'.format(kind, tag, number, number, read))
    return "\n".join(lines) + "\n"


def _field(name, label, default, value):
    """Lines that declare a field and add it to the dialog."""
    lines = ["TagGroup {}".format(name)]
    if isinstance(default, bool):
        made = ['{} = DLGCreateCheckBox("{}", {:d})'.format(name, label, value),
                'items.DLGAddElement({}.DLGAnchor("West"))'.format(name)]
    elif isinstance(default, (list, tuple)):
        made = ["TagGroup {}Entries".format(name),
                "{0} = DLGCreatePopup({0}Entries, {1})".format(name, list(default).index(value) + 1)]
        made += ['{}Entries.DLGAddPopupItemEntry("{}")'.format(name, script_text(choice)) for choice in default]
        made.append('items.DLGAddElement(DLGGroupItems(DLGCreateLabel("{}  "), {}).DLGAnchor("East"))'.format(
            label, name))
    else:
        kind = "String" if isinstance(default, str) else "Integer" if isinstance(default, int) else "Real"
        shown = '"{}"'.format(script_text(value)) if kind == "String" else repr(value)
        made = ['TagGroup {}Row = DLGCreate{}Field("{}  ", {}, {}, {})'.format(
            name, kind, label, name, shown, NUMBERS.get(kind, TEXT_WIDTH)),
            'items.DLGAddElement({}Row.DLGAnchor("East"))'.format(name)]
    return lines + made


def question(title, label, default, value):
    """(prompt, number to start from) where a field must be asked for as a single number."""
    prompt = "{}: {}".format(title, label)
    if isinstance(default, (list, tuple)):
        listed = ", ".join("{} = {}".format(number + 1, choice) for number, choice in enumerate(default))
        return "{} ({})".format(prompt, listed), list(default).index(value) + 1.0
    return prompt + " (1 = yes, 0 = no)" if isinstance(default, bool) else prompt, float(value)
