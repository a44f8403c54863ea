"""The command closes its own memory where Landlock does not, and only there."""

import subprocess
import sys

import pytest

from dlquiz.sandbox import landlock
from dlquiz.sandbox.open import start_server

_GET_DUMPABLE = 3


@pytest.mark.parametrize(("isolation", "left_open"), [("process", False), ("kernel", True), (None, True)])
def test_a_process_is_closed_only_where_workers_could_read_it(isolation, left_open):
    code = (
        "import ctypes; from dlquiz.sandbox.hiding import hide_process\n"
        f"hide_process({isolation!r}); print(ctypes.CDLL(None).prctl({_GET_DUMPABLE}, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(int(left_open and landlock.abi() > 0))


@pytest.mark.parametrize("isolation", ["kernel", "process"])
def test_whoever_starts_a_server_is_closed_first(isolation, monkeypatch):
    """Also the command that runs a quiz's code, and a program that opens a submission."""
    asked = []

    class Begun(Exception):
        pass

    def begun(*_):
        raise Begun

    monkeypatch.setattr("dlquiz.sandbox.open.hide_process", asked.append)
    monkeypatch.setattr("dlquiz.sandbox.fork_server.ForkServer", begun)
    monkeypatch.setattr("dlquiz.sandbox.spawn_server.SpawnServer", begun)
    with pytest.raises(Begun):
        start_server(["numpy"], isolation)
    assert asked == [isolation]
