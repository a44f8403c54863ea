"""Raise KeyboardInterrupt, which many runners pass on.

item: exit
cause: exception
control: pytest ends
"""


def double(x):
    raise KeyboardInterrupt
