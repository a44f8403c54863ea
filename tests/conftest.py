"""Properties are tried on the same examples in every run: a red run can be repeated, and a green one means the same.

``tools/explore.py`` looks for new ones.
"""

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in its background so, and every program that a test starts would not hear Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# As in an activated environment: without it every command that is named is a whole path (tests/cli/test_shell.py).
os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"

# GNU readline, which pytest loads, puts the terminal's size into the environment of every process that is started
# later, the ones of ``-n`` among them; a command takes that for a wish and breaks its lines there.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)

# Where tests run in parallel, NumPy's threads wait for each other by spinning: a training of 0.2 s took 19 s on two
# processors. What is graded has one thread in any case.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Half as many as usual: they are the same in every run, and the search for others has a tool of its own.
settings.register_profile("repeatable", max_examples=50, derandomize=True, deadline=None)
settings.register_profile(
    "explore", max_examples=1000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Where tests run in parallel (``-n``), those of a file stay together: they share what is costly to make.

    By file, and not by xdist's groups: with pytest 9.2 a group's name does not reach the nodeids, and each process
    certified the whole course.
    """
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "loadfile"
        config.option.loadscopereorder = False  # in the order below, not by the number of tests in a file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """``-n auto`` is half as many processes again as there are processors: a third of the time tests only wait.

    For a deadline, a process that starts, an answer from behind the wall. The variable of xdist still has its say.
    """
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ or not hasattr(os, "sched_getaffinity"):
        return None
    processors = len(os.sched_getaffinity(0))
    return processors + processors // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the one file whose few tests take minutes: at the end the other processes would wait for it."""
    items.sort(key=lambda item: item.path.name != "test_course.py" or item.path.parent.name != "tests")
