"""Clocks and pauses: what a script sleeps passes at once, and its clocks show it."""

import re

import pytest

from tests.virtual_dm.builtins.scripts import error_of, run, text_of, value_of


@pytest.mark.parametrize(
    "start, seconds",
    [
        ("number t0 = GetHighResTickCount()", "CalcHighResSecondsBetween(t0, GetHighResTickCount())"),
        ("number t0 = GetHighResTickCount()", "(GetHighResTickCount() - t0) / GetHighResTicksPerSecond()"),
        ("number t0 = GetOSTickCount()", "CalcOSSecondsBetween(t0, GetOSTickCount())"),
        ("number t0 = GetTicks()", "(GetTicks() - t0) / GetTicksPerSecond()"),
        ("number t0 = GetCurrentTime()", "(GetCurrentTime() - t0) / 1e7"),
    ],
)
def test_every_clock_shows_what_was_slept(start, seconds):
    found = value_of(seconds, before=start + "\nSleep(1000)\nDelay(600)")
    assert 1009.9 <= found < 1070  # 1000 s and 600 ticks of 1/60 s; the rest is the run itself


def test_sleeping_does_not_take_real_time():
    assert run("Sleep(1e6)").slept == 1e6


def test_a_time_falls_apart_into_its_parts():
    day = 130000 * 864e9  # days after 1 January 1601, in units of 100 ns
    code = (
        f"number y, m, d, h, min_, s, ns\n"
        f"DeconstructLocalGregorianDate({day + 36e9 * 13 + 6e8 * 5 + 1e7 * 7}, y, m, d, h, min_, s, ns)\n"
        'Result(y + "-" + m + "-" + d + " " + h + ":" + min_ + ":" + s)'
    )
    assert run(code).results == "1956-12-6 13:5:7"


def test_dates_and_times_have_the_usual_look():
    assert re.fullmatch(r"\d{1,2}/\d\d/\d{4}", text_of("GetDate(0)"))
    assert re.fullmatch(r"\d{1,2}:\d\d:\d\d [AP]M", text_of("GetTime(1)"))
    assert re.fullmatch(r"\d{1,2}:\d\d [AP]M", text_of("GetTime(0)"))
    assert text_of("FormatTimeString(0, 33)") == "1/01/1601 12:00:00 AM"
    assert text_of("FormatTimeString(0, 17)") == "1/01/1601 12:00 AM"


def test_impossible_times_are_refused():
    assert "no time" in error_of("result(FormatTimeString(1e30, 17))")
