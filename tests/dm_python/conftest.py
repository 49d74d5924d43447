"""Modules after a test are those before it: a menu wrapper forgets them and loads others, maybe from a test's folder."""
import sys

import pytest

import dm_python  # noqa: F401 - so that there is one before the first test
import offline_reference.numerics  # noqa: F401


@pytest.fixture(autouse=True)
def the_same_modules_afterwards():
    before, path = ours(), list(sys.path)
    yield
    if any(sys.modules.get(name) is not module for name, module in before.items()):
        for name in ours():
            del sys.modules[name]
        sys.modules.update(before)
    sys.path[:] = path


def ours():
    """What a wrapper forgets: see PythonTextOfCommand."""
    return {name: module for name, module in sys.modules.items() if name == "offline_reference"
            or (name + ".").startswith(("dm_python.", "offline_reference.numerics."))}
