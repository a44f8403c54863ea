"""Spoil what somebody else has handed in.

item: another submission
cause: forbidden
control: bare succeeds
"""

import os


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def plant(path):
    with open(path, "w") as file:
        file.write("raise SystemExit\n")
    return path


def attack():
    # The scratch folder comes first: without a wall nothing else is ever touched.
    places = [
        "@SCRATCH@/submissions/somebody/target.py",
    ]
    return first_success(*(lambda place=place: plant(place) for place in places))
