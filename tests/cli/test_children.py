"""Programs that we start at the terminal: Ctrl-C is theirs, from the first moment on."""

import signal
import sys

from dlquiz.cli._children import start

LIFTS = """
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
print("ready", flush=True)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
signal.pause()
"""


def test_an_interrupt_at_once_waits_until_the_program_can_answer_it(tmp_path, capfd):
    child = start([sys.executable, "-c", LIFTS], cwd=tmp_path)
    child.send_signal(signal.SIGINT)  # the interpreter has not read its first file
    assert child.wait(timeout=60) == 7
    out, err = capfd.readouterr()
    assert (out, err) == ("ready\n", "")


def test_dlquiz_itself_lifts_the_block(tmp_path, capfd):
    child = start([sys.executable, "-m", "dlquiz", "--help"], cwd=tmp_path)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=60) in (-signal.SIGINT, 130)
    out, err = capfd.readouterr()
    assert "Traceback" not in out + err


def test_our_own_ctrl_c_is_as_it_was(tmp_path):
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set())
    assert start([sys.executable, "-c", "pass"], cwd=tmp_path).wait(timeout=60) == 0
    assert signal.pthread_sigmask(signal.SIG_BLOCK, set()) == before
