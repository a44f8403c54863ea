"""Raise SystemExit(0), which many runners take for success.

item: exit
cause: exception
control: script succeeds
"""


def double(x):
    raise SystemExit(0)
