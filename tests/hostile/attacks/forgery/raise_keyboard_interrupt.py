"""Raise KeyboardInterrupt, which many runners pass on.

item: exit
cause: exception
control: pytest ends
patience: 5
"""


def double(x):
    raise KeyboardInterrupt
