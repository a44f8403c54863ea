"""The command closes its own memory where Landlock does not, and only there."""

import subprocess
import sys

import pytest

from dlquiz.sandbox import landlock

_GET_DUMPABLE = 3


@pytest.mark.parametrize(("isolation", "left_open"), [("process", False), ("kernel", True), (None, True)])
def test_a_process_is_closed_only_where_workers_could_read_it(isolation, left_open):
    code = (
        "import ctypes; from dlquiz.sandbox.hiding import hide_process\n"
        f"hide_process({isolation!r}); print(ctypes.CDLL(None).prctl({_GET_DUMPABLE}, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(int(left_open and landlock.abi() > 0))
