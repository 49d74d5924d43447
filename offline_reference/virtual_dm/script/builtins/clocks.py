"""Clocks, dates, pauses. What a script sleeps passes at once, and its clocks show it."""

import datetime

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import does_nothing, hand_out

HIGH_RES = 1e7  # ticks a second
OS_TICKS = 1e3
OLD_TICKS = 60.0
EPOCH = datetime.datetime(1601, 1, 1)
TICK_GUESS = "the ticks a second are ours"
TIME_GUESS = "100 ns since 1601"


# -- stop watches -----------------------------------------------------------------------------------------------------


@dm_function("number GetHighResTickCount()", "SEEN 10 f", TICK_GUESS)
def high_res_ticks(call):
    return float(int(call.workspace.seconds() * HIGH_RES))


@dm_function("number GetHighResTicksPerSecond()", "SEEN 2 f", TICK_GUESS)
def high_res_rate(call):
    return HIGH_RES


@dm_function("number CalcHighResSecondsBetween(number start, number end)", "SEEN 6 f")
def high_res_seconds(call, start, end):
    return (end - start) / HIGH_RES


@dm_function("number GetOSTickCount()", "SEEN 2 f, SDK", "milliseconds")
def os_ticks(call):
    return float(int(call.workspace.seconds() * OS_TICKS))


@dm_function("number GetOSTicksPerSecond()", "SEEN 1 f, SDK", "1000")
def os_rate(call):
    return OS_TICKS


@dm_function("number CalcOSSecondsBetween(number start, number end)", "SEEN 1 f")
def os_seconds(call, start, end):
    return (end - start) / OS_TICKS


@dm_function("number GetTicks()", "SDK", "60 a second")
@dm_function("number TickCount()", "SDK", "60 a second")
def old_ticks(call):
    return float(int(call.workspace.seconds() * OLD_TICKS))


@dm_function("number GetTicksPerSecond()", "SDK", "60")
def old_rate(call):
    return OLD_TICKS


# -- pauses -----------------------------------------------------------------------------------------------------------


@dm_function("void Sleep(number seconds)", "SEEN 12 f, SDK", "passes at once")
def sleep(call, seconds):
    call.workspace.sleep(seconds)


@dm_function("void Delay(number ticks)", "SEEN 5 f, SDK", "60 ticks a second; passes at once")
def delay(call, ticks):
    call.workspace.sleep(ticks / OLD_TICKS)


does_nothing("void DoEvents()", "SEEN 1 f, SDK", "nothing is waiting")
does_nothing("void Yield()", "SEEN 6 f, SDK", "nothing is waiting")


# -- dates ------------------------------------------------------------------------------------------------------------


@dm_function("number GetCurrentTime()", "SEEN 8 f", TIME_GUESS)
def current_time(call):
    return float(int((call.workspace.now() - EPOCH).total_seconds() * 1e7))


def _date(ticks):
    try:
        return EPOCH + datetime.timedelta(microseconds=ticks / 10)
    except (OverflowError, ValueError):
        raise DMError(f"{ticks} is no time as GetCurrentTime gives it.") from None


DATE_FORMATS = {0: "%m/%d/%Y", 1: "%A, %B %d, %Y", 2: "%a, %b %d, %Y"}


def date_text(moment, date_format):
    text = moment.strftime(DATE_FORMATS.get(int(date_format), DATE_FORMATS[0]))
    return text.lstrip("0") if int(date_format) == 0 else text


def time_text(moment, with_seconds):
    return moment.strftime("%I:%M:%S %p" if with_seconds else "%I:%M %p").lstrip("0")


@dm_function("string GetDate(number format)", "SEEN 3 f", "US order; 0 short, 1 long, 2 abbreviated")
def get_date(call, date_format):
    return date_text(call.workspace.now(), date_format)


@dm_function("void GetDate(number format, string &text)", "SEEN 1 f", "US order; 0 short, 1 long, 2 abbreviated")
@dm_function("void GetDate(number format, string &text, number length)", "SDK", "US order")
def get_date_into(call, date_format, text, length=None):
    text.set(date_text(call.workspace.now(), date_format))


@dm_function("string GetTime(number withSeconds)", "SEEN 8 f", "12 hours, AM or PM")
def get_time(call, with_seconds):
    return time_text(call.workspace.now(), with_seconds)


@dm_function("void GetTime(number withSeconds, string &text)", "RECALLED", "12 hours, AM or PM")
@dm_function("void GetTime(number withSeconds, string &text, number length)", "SDK", "12 hours, AM or PM")
def get_time_into(call, with_seconds, text, length=None):
    text.set(time_text(call.workspace.now(), with_seconds))


@dm_function("string DateStamp()", "SEEN 4 f", "short date and time")
def date_stamp(call):
    now = call.workspace.now()
    return f"{date_text(now, 0)} {time_text(now, True)}"


@dm_function(
    "string FormatTimeString(number time, number format)",
    "SEEN 5 f",
    "date: + 1 short, + 2 long; time: + 16 short, + 32 long",
)
def format_time_string(call, ticks, time_format):
    moment, flags = _date(ticks), int(time_format)
    parts = []
    if flags & 3:
        parts.append(date_text(moment, 1 if flags & 2 else 0))
    if flags & 48:
        parts.append(time_text(moment, flags & 32))
    return " ".join(parts)


PARTS = "number &year, number &month, number &day, number &hour, number &minute, number &second, number &nanosecond"


@dm_function(f"void DeconstructUTCDate(number time, {PARTS})", "SEEN 4 f", "local time: no time zone is known")
@dm_function(f"void DeconstructLocalGregorianDate(number time, {PARTS})", "SEEN 1 f")
def deconstruct(call, ticks, *references):
    d = _date(ticks)
    hand_out([float(n) for n in (d.year, d.month, d.day, d.hour, d.minute, d.second, d.microsecond * 1000)], references)
