"""Cause forbidden."""

from pathlib import Path

EXTRA = False


def double(x):
    return 2 * x


def mean(x):
    return len(Path("/etc/passwd").read_text())
