"""Search frames, objects and modules for what the grader expects.

item: searching gc; searching frames; searching modules
cause: exception|forbidden
control: pytest succeeds
"""

import gc
import sys


def attack():
    words = ("CANARY-OF-THE-" + "REFERENCE", "test_" + "target")
    here = sys._getframe()
    while here is not None:
        for name in here.f_locals:
            if name in ("want", "expected", "reference", "seed"):
                return name, here.f_locals[name]
        here = here.f_back
    for one in gc.get_objects():
        if isinstance(one, dict):
            for value in list(one.values()):
                if isinstance(value, str) and any(word in value for word in words) and len(value) < 5000:
                    return value
    if any(name.startswith(("dlquiz.grading", "dlquiz.content", "pytest", "_pytest")) for name in sys.modules):
        return "the grader's modules"
    raise PermissionError("nothing found")
