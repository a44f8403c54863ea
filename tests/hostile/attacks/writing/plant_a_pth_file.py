"""Plant a .pth file that runs at every start of Python.

item: .pth
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
        file.write("import os\n")
    return path


def attack():
    # The scratch folder comes first: without a wall nothing else is ever touched.
    places = [
        "@SCRATCH@/site-packages/dlquiz-attack.pth",
        "@PACKAGE@/../dlquiz-attack.pth",
    ]
    return first_success(*(lambda place=place: plant(place) for place in places))
