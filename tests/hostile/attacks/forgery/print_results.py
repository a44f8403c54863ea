"""Print a perfect result for every case on stdout and stderr, in the grader's own format.

item: results on stdout and stderr
cause: none
control: naive succeeds
"""

import json
import sys


def double(x):
    for case in ("test_target.py::test_double", "test_target.py::test_mean"):
        event = {
            "event": "case",
            "submission": 0,
            "id": case,
            "title": "t",
            "visibility": "public",
            "outcome": "passed",
            "possible": 100,
            "bonus": 100,
            "hint": None,
            "message": "",
            "remarks": [],
            "seconds": 0,
            "output": "",
        }
        print(json.dumps(event))
        print(json.dumps(event), file=sys.stderr)
    print(json.dumps({"event": "usage", "submission": 0, "cpu_s": 0, "peak_kib": 0, "calls": 0}))
    print(json.dumps({"event": "end", "code": 0}), flush=True)
    return x
