"""Modules after a test are those before it: a menu wrapper forgets them and may load those of a test's folder."""
import importlib
import pkgutil
import sys

import pytest

import dm_python
import offline_reference.numerics

for package in (dm_python, offline_reference.numerics):  # all of them, so that there is nothing new to keep
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)


@pytest.fixture(autouse=True)
def the_same_modules_afterwards():
    before, path = ours(), list(sys.path)
    yield
    if ours() != before:
        for name in ours():
            del sys.modules[name]
        sys.modules.update(before)
    sys.path[:] = path


def ours():
    """What a wrapper forgets: see PythonTextOfCommand."""
    return {name: module for name, module in sys.modules.items() if name == "offline_reference"
            or (name + ".").startswith(("dm_python.", "offline_reference.numerics."))}
