"""What memory is free, and a refusal before more than that is read."""
import os
import sys

from offline_reference.numerics.errors import RefusedError


def available_bytes():
    """Memory that can be used now, or None where the system does not say. [byte]"""
    if sys.platform == "win32":
        return _windows_available()
    free = _linux_available()
    return free if free is None else min(free, _limit_of_container())


def refuse_if_too_large(needed, what, otherwise=""):
    """Raise RefusedError when ``needed`` bytes are more than are free; ``what`` begins the sentence, and ``otherwise``
    is one more thing that can be done."""
    free = available_bytes()
    if free is not None and needed > free:
        raise RefusedError(
            "{} takes {} of memory and {} are free: crop the scan or bin the detector first, save the counts as a "
            "smaller type (uint16), {}or use a computer with more memory.".format(
                what, in_words(needed), in_words(free), otherwise and otherwise + ", ")
        )


def in_words(n_bytes):
    """Bytes for a reader: '34 MB', '2.1 GB'."""
    if n_bytes < 1e6:
        return "{:.1f} kB".format(n_bytes / 1e3)
    return "{:.0f} MB".format(n_bytes / 1e6) if n_bytes < 1e9 else "{:.1f} GB".format(n_bytes / 1e9)


def _linux_available():
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            fields = dict(line.split(":", 1) for line in lines)
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return _unix_total()


def _unix_total():
    """All memory of the machine, where the system does not tell simply what is free (macOS)."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _limit_of_container():
    """What a container may still use, infinite where there is no limit."""
    try:
        with open("/sys/fs/cgroup/memory.max", encoding="ascii") as limit, \
                open("/sys/fs/cgroup/memory.current", encoding="ascii") as used:
            return int(limit.read()) - int(used.read())
    except (OSError, ValueError):  # no container, or the word "max"
        return float("inf")


def _windows_available():
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong)
            for name in ("total", "available", "total_page", "available_page", "total_virtual", "available_virtual",
                         "available_extended")
        ]

    status = Status(length=ctypes.sizeof(Status))
    try:
        known = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    except (AttributeError, OSError):  # a system that only looks like Windows
        return None
    return status.available if known else None
