"""Write docs/reference/attacks.md from the corpus in tests/hostile; a test compares them.

``python tools/make_attacks.py`` rewrites the page, ``--check`` only says whether it differs (exit code 1).
"""

import argparse
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "attacks.md"
HOSTILE = ROOT / "tests" / "hostile"

TITLES = {
    "forgery": "Forging the score",
    "reading": "Reading",
    "writing": "Writing, the network and other processes",
    "resources": "Resources",
    "reader": "Whoever reads the report",
}

HEAD = """\
# Attacks

This page is made from the hostile corpus in `tests/hostile` (`tools/make_attacks.py`); a test compares the two.

Each attack is one small file, graded at every test run at the levels `kernel` and `process`
([threat model](../explanation/threat-model.md)). Outcome *wrong value* means that the case is simply failed. No
attack gets the points of the case that it attacks, and none is excused as a fault of ours.

Each attack has a **control**: the same file against something careless, where it must do harm. So no test passes
because an attack is broken.

| control | what it is |
|---|---|
| bare | the attack alone in an ordinary process |
| queue | the same after `leave_something_behind`, as in a class that one process grades |
| script | a script that imports the file, compares carelessly, and whose exit status counts |
| unittest | the same as unittest methods |
| pytest | plain pytest in one process, with the same cases |
| unpickle | a parent that unpickles what the submission's process has pickled |
| naive | dlquiz's own worker without its confinement, and a parent that believes everything and has no deadline |
| reader | the raw output, and a sentence about the answer, as people or programs would be shown them |
| replay | dlquiz with the seed of the earlier grading |

There it *succeeds* (it gets the points, or what it was looking for), or the grader *ends* before all cases are
graded, *hangs*, or *breaks* (a right case is lost); a reader suffers what the word says.

"""

CAUSES = {"none": "wrong value"}


def load(stem: str) -> ModuleType:
    """Return a module of the corpus, which is not a package."""
    spec = importlib.util.spec_from_file_location(f"hostile_{stem}", HOSTILE / f"{stem}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def outcome(attack: Any) -> str:
    """Return what the report says, in words."""
    causes = " or ".join(CAUSES.get(cause, f"`{cause}`") for cause in attack.causes)
    return causes + ("; level `kernel` only" if attack.level == "kernel" else "")


def cell(text: str) -> str:
    """Return text for a cell of a table."""
    return text.replace("|", " or ").replace("\n", " ").rstrip(".")


def page() -> str:
    """Return the whole page."""
    attacks = load("batch").attacks()
    files = load("files").FILE_ATTACKS
    counts = Counter(one.group for one in attacks)
    lines = [HEAD + "| group | attacks |", "|---|---|"]
    lines += [f"| {title} | {counts[group]} |" for group, title in TITLES.items()]
    lines += [f"| Files | {len(files)} |", f"| all | {len(attacks) + len(files)} |", ""]
    for group, title in TITLES.items():
        lines += [f"## {title}", "", "| attack | what is tried | outcome | control |", "|---|---|---|---|"]
        lines += [
            f"| `{one.name}` | {cell(one.title)} | {outcome(one)} | {cell(one.control)} |"
            for one in attacks
            if one.group == group
        ]
        lines.append("")
    lines += [
        "## Files",
        "",
        "Handed to `dlquiz grade --file`. The control is a careless program that does with the file",
    ]
    lines += ["what its first word says.", "", "| attack | what it is | outcome | control |", "|---|---|---|---|"]
    for one in files:
        result = "refused with a sentence" if one.earns is None else f"graded, {one.earns:g} of 3 points, no harm"
        lines.append(f"| `{one.name}` | {cell(one.title)} | {result} | {cell(one.control)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write or check the page."""
    parser = argparse.ArgumentParser(description="Write docs/reference/attacks.md.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if the page is out of date")
    options = parser.parse_args()
    wanted = page()
    if not options.check:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        sys.stderr.write(f"{PAGE.relative_to(ROOT)} is out of date; run: python tools/make_attacks.py\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
