"""Free memory on each system, with nothing but the standard library."""
import ctypes
import types

import pytest

from offline_reference.numerics import memory
from offline_reference.numerics.errors import RefusedError


def windows(monkeypatch, answers):
    def status_ex(pointer):
        assert pointer._obj.length == ctypes.sizeof(pointer._obj) == 64  # or Windows refuses
        pointer._obj.available = 12345678
        return answers

    monkeypatch.setattr(memory.sys, "platform", "win32")
    kernel = types.SimpleNamespace(GlobalMemoryStatusEx=status_ex)
    monkeypatch.setattr(ctypes, "windll", types.SimpleNamespace(kernel32=kernel), raising=False)
    # c_ulong has 4 bytes on Windows and 8 on other 64-bit systems
    monkeypatch.setattr(ctypes, "c_ulong", ctypes.c_uint32)


def test_windows_is_asked_for_what_is_available(monkeypatch):
    windows(monkeypatch, answers=1)
    assert memory.available_bytes() == 12345678


def test_where_windows_does_not_answer_nothing_is_known_and_nothing_refused(monkeypatch):
    windows(monkeypatch, answers=0)
    assert memory.available_bytes() is None
    monkeypatch.delattr(ctypes, "windll")
    assert memory.available_bytes() is None
    memory.refuse_if_too_large(1e18, "a giant")


def test_here_some_memory_is_free():
    assert 1e6 < memory.available_bytes() < 1e15


def test_what_does_not_fit_is_refused_with_both_numbers_and_advice(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 2.5e9)
    memory.refuse_if_too_large(2.4e9, "the copy")
    with pytest.raises(RefusedError, match="the copy takes 3.0 GB of memory and 2.5 GB are free: crop the scan or bin"):
        memory.refuse_if_too_large(3e9, "the copy")
