"""Write a file that lives in memory.

item: /dev/shm
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
        file.write("x")
    os.unlink(path)
    return path


def attack():
    places = [
        "/dev/shm/dlquiz-attack-@VICTIM@",
    ]
    return first_success(*(lambda place=place: plant(place) for place in places))
