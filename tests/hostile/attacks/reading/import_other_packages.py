"""Import packages that the exercise does not allow.

item: packages not given
cause: forbidden
control: bare succeeds
"""

import importlib


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def attack():
    names = ("pydantic", "pytest", "yaml", "rich", "click", "psutil", "dlquiz.content", "dlquiz.grading")
    return first_success(*(lambda name=name: importlib.import_module(name) for name in names))
