"""Settings whose only effect is to be remembered: pairs of a Set and a Get function, made from one line each."""

from offline_reference.virtual_dm.registry import dm_function

DRAWN = "remembered; nothing is drawn"


def remember(handle, prefix, name, values, default, evidence="SDK", getter="", extra=""):
    """Register <prefix>Set<name> and <prefix>Get<name> over the handle's ``settings``.

    Parameters
    ----------
    handle : str
        DM type of the first argument, such as "imagedisplay".
    values : str
        Types and names of what is set, such as "number low, number high".
    default : tuple
        What Get gives before anything was set.
    getter : str
        Name of the reading function where it is not <prefix>Get<name>; "none" for none.
    extra : str
        Further leading parameters that choose which setting is meant, such as "number slice".
    """
    typed = [part.split() for part in values.split(",")]
    n_keys = len([part for part in extra.split(",") if part.strip()])
    keys = f", {extra}" if extra else ""

    def write(call, thing, *arguments):
        thing.settings[(name, *map(_key, arguments[:n_keys]))] = arguments[n_keys:]

    def read(call, thing, *arguments):
        return thing.settings.get((name, *map(_key, arguments)), default)[0]

    def read_into(call, thing, *arguments):
        found = thing.settings.get((name, *map(_key, arguments[:n_keys])), default)
        for reference, value in zip(arguments[n_keys:], found, strict=True):
            reference.set(value)

    dm_function(f"void {prefix}Set{name}({handle} thing{keys}, {values})", evidence, DRAWN)(write)
    if getter == "none":
        return
    reader = getter or f"{prefix}Get{name}"
    if len(typed) == 1:
        dm_function(f"{typed[0][0]} {reader}({handle} thing{keys})", evidence, DRAWN)(read)
    else:
        references = ", ".join(f"{kind} &{value}" for kind, value in typed)
        dm_function(f"void {reader}({handle} thing{keys}, {references})", evidence, DRAWN)(read_into)


def _key(argument):
    return argument if isinstance(argument, str | float | int) else id(argument)


def attribute(handle, prefix, name, attribute_name, dm_type="number", evidence="SDK", getter="", guess=DRAWN):
    """Register <prefix>Set<name> and <prefix>Get<name> over an attribute of the handle."""

    def write(call, thing, value):
        setattr(thing, attribute_name, bool(value) if isinstance(getattr(thing, attribute_name), bool) else value)

    def read(call, thing):
        return getattr(thing, attribute_name)

    dm_function(f"void {prefix}Set{name}({handle} thing, {dm_type} value)", evidence, guess)(write)
    dm_function(f"{dm_type} {getter or f'{prefix}Get{name}'}({handle} thing)", evidence, guess)(read)


def attributes(handle, prefix, name, attribute_name, names, evidence="SDK"):
    """Register Set and Get over an attribute that holds several numbers, such as a rectangle or a colour."""
    given = ", ".join(f"number {one}" for one in names.split())
    wanted = ", ".join(f"number &{one}" for one in names.split())

    def write(call, thing, *numbers):
        setattr(thing, attribute_name, tuple(numbers))

    def read(call, thing, *references):
        hand_out(getattr(thing, attribute_name), references)

    dm_function(f"void {prefix}Set{name}({handle} thing, {given})", evidence, DRAWN)(write)
    dm_function(f"void {prefix}Get{name}({handle} thing, {wanted})", evidence, DRAWN)(read)


def hand_out(values, references):
    """Set references to values, one by one."""
    for reference, value in zip(references, values, strict=True):
        reference.set(value)


def does_nothing(signature, evidence="SDK", guess="no effect"):
    """Register a function that changes nothing that can be seen here."""

    def run(call, *arguments):
        return 0 if not signature.startswith("void") else None

    dm_function(signature, evidence, guess)(run)
