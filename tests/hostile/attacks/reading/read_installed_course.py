"""Read the graders and references that are installed with dlquiz, wherever that is.

item: hidden tests; references
cause: forbidden|exception
control: bare succeeds
level: kernel
"""

import os
import sys


def attack():
    roots = [
        os.path.dirname(getattr(sys.modules.get(name), "__file__", None) or "/x/y") for name in ("dlquiz", "numpy")
    ]
    refusal = FileNotFoundError("no such place")
    for root in [*roots, *(os.path.dirname(root) for root in roots), *sys.path]:
        for name in (
            "_course",
            "graders",
            "pydantic/__init__.py",
            "pytest/__init__.py",
            "graders/exercise3/solution.py",
            "_course/graders/exercise3/solution.py",
            "dlquiz/_course/graders/exercise3/solution.py",
        ):
            try:
                os.close(os.open(os.path.join(root, name), os.O_RDONLY))
                return os.path.join(root, name)
            except OSError as error:
                if not isinstance(error, FileNotFoundError):
                    refusal = error
    raise refusal
