"""What other graders run: the files of an autograder for Gradescope and for Classroom 50 (pure).

Both install the wheel (`dlquiz.classroom.wheel`) with pinned versions, and then run ``dlquiz grade --format``. The
wall is ours, inside their container: where its kernel cannot build it, nothing is graded and the reason is told, unless
the level ``process`` was chosen.
"""

from dataclasses import dataclass
from string import Template


@dataclass(frozen=True, slots=True)
class Autograder:
    """What is to be graded, and how."""

    exercise: str
    wheel: str
    extras: str
    """What is installed of the wheel beside its own needs, such as ``torch``; empty for nothing."""
    level: str
    isolation: str

    def command(self) -> list[str]:
        """Return the arguments after ``dlquiz grade`` that do not name a file."""
        return [self.exercise, "--feedback", self.level, "--isolation", self.isolation]


def gradescope_files(one: Autograder) -> dict[str, tuple[str, bool]]:
    """Return the texts of Gradescope's autograder, and whether each can be run; the wheel and the pins lie beside."""
    names = {"wheel": one.wheel, "extras": one.extras, "command": repr(one.command())}
    return {
        "setup.sh": (Template(_SETUP).substitute(names), True),
        "run_autograder": (Template(_RUN).substitute(names), True),
    }


def classroom50_files(one: Autograder) -> dict[str, tuple[str, bool]]:
    """Return the texts of Classroom 50's autograder; the wheel and the pins lie beside."""
    names = {"wheel": one.wheel, "extras": repr(one.extras.split()), "command": repr(one.command())}
    return {"autograder.py": (Template(_AUTOGRADER).substitute(names), False)}


_SETUP = """\
#!/usr/bin/env bash
# Written by dlquiz. Gradescope runs this once, when it builds the image.
set -euo pipefail
home="$${AUTOGRADER:-/autograder}"
apt-get update -qq
apt-get install -y -qq libseccomp2
python=""
for name in python3.13 python3.12 python3.11 python3; do
    if "$$name" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        python="$$name"
        break
    fi
done
if [ -z "$$python" ]; then
    apt-get install -y -qq python3.11 python3.11-venv || apt-get install -y -qq python3 python3-venv
    python="$$(command -v python3.11 || command -v python3)"
fi
"$$python" -m venv "$$home/venv"
"$$home/venv/bin/pip" install --quiet --constraint "$$home/source/pins.txt" "$$home/source/$wheel" $extras
"$$home/venv/bin/dlquiz" doctor || true
"""

_RUN = """\
#!/usr/bin/env python3
# Written by dlquiz. Gradescope runs this for each submission.
import json
import os
import subprocess
import sys
from pathlib import Path

home = Path(os.environ.get("AUTOGRADER", "/autograder"))
command = [str(home / "venv" / "bin" / "dlquiz"), "grade", *$command]
done = subprocess.run(
    [*command, "--file", str(home / "submission"), "--format", "gradescope"],
    stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=home,
)
sys.stderr.write(done.stderr)
try:
    document = json.loads(done.stdout)
except ValueError:
    # No score: Gradescope says that the autograder failed, and the reason can be read by staff.
    document = {"output": "The autograder could not grade this. Your teacher can read why, and run it again."}
results = home / "results"
results.mkdir(exist_ok=True)
(results / "results.json").write_text(json.dumps(document))
"""

_AUTOGRADER = """\
#!/usr/bin/env python3
# Written by dlquiz. Classroom 50 runs this in the learner's repository; it writes result.json.
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

here = Path(__file__).resolve().parent
home = Path(os.environ.get("DLQUIZ_VENV") or tempfile.mkdtemp()) / "venv"
if not (home / "bin" / "dlquiz").exists():
    venv.create(home, with_pip=True)
    install = [str(home / "bin" / "pip"), "install", "--quiet", "--constraint", str(here / "pins.txt")]
    subprocess.run([*install, str(here / "$wheel"), *$extras], check=True)
command = [str(home / "bin" / "dlquiz"), "grade", *$command]
done = subprocess.run(
    [*command, "--file", str(Path.cwd()), "--format", "classroom50"],
    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
)
if done.returncode not in (0, 1):
    sys.exit("dlquiz could not grade this (exit code %d); nothing was written." % done.returncode)
Path("result.json").write_text(json.dumps(json.loads(done.stdout), indent=1))
"""
