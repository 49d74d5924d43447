"""How much memory a run needs, and whether that is there: said before a long run, refused when it cannot fit."""
import os
import sys

from offline_reference.numerics.errors import RefusedError

GIGABYTE = 1e9


def available_bytes():
    """Memory that can be used now, or None where the system does not say. [byte]"""
    if sys.platform == "win32":
        return _windows_available()
    free = _linux_available()
    return free if free is None else min(free, _limit_of_container())


def refuse_if_too_large(needed, what="this run"):
    """Raise RefusedError when `needed` bytes are more than there are."""
    free = available_bytes()
    if free is not None and needed > free:
        raise RefusedError(
            "{} needs about {} of memory and {} are free: crop the scan, bin the detector, store the counts as integers "
            "(uint16), or use a computer with more memory.".format(what, size(needed), size(free))
        )


def size(n_bytes):
    """Bytes in words: '34 MB', '2.1 GB'."""
    return "{:.0f} MB".format(n_bytes / 1e6) if n_bytes < GIGABYTE else "{:.1f} GB".format(n_bytes / GIGABYTE)


def _linux_available():
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            fields = dict(line.split(":", 1) for line in lines)
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return _unix_total()


def _unix_total():
    """All memory of the machine (macOS does not tell simply what is free)."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _limit_of_container():
    """What a container may use, where there is one."""
    try:
        with open("/sys/fs/cgroup/memory.max", encoding="ascii") as limit, \
                open("/sys/fs/cgroup/memory.current", encoding="ascii") as used:
            return int(limit.read()) - int(used.read())
    except (OSError, ValueError):  # no container, or "max": no limit
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
    return status.available if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else None
