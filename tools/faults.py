"""The long run of tests/faults: ``python tools/faults.py --points 1000``, about a second each.

Prints how the points ended, and every rule that was broken with the number that repeats it
(``--first NUMBER --points 1`` under the same ``--seed``). Exit 1 if there is one.
"""

import argparse
import collections
import json
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = Path(__file__).parents[1] / "tests" / "faults" / "points.py"


def main() -> int:
    """Run the schedule and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3600, help="begin no further point after so long")
    options = parser.parse_args()
    ended: collections.Counter[tuple[str, str]] = collections.Counter()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="dlquiz-faults-") as scratch:
        numbers = [f"--{name}={value}" for name, value in vars(options).items()]
        command = [sys.executable, str(PROGRAM), str(Path(scratch) / "scene"), *numbers]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for line in process.stdout:
                point = json.loads(line)
                ended[point["hit"] or "nobody (it was over)", point["outcome"]] += 1
                if point["wrong"]:
                    bad += 1
                    sys.stdout.write(line)
    for (hit, outcome), count in sorted(ended.items()):
        sys.stdout.write(f"{count:6}  {hit:22}  {outcome}\n")
    sys.stdout.write(f"{sum(ended.values()):6}  points, {bad} of them broke a rule\n")
    return int(bool(bad) or process.returncode != 0)


if __name__ == "__main__":
    raise SystemExit(main())
