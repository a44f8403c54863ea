"""Send every attack through the command line, one process each; by hand, for it takes minutes.

``python tests/hostile/every_attack.py [--only sources|files] [--all] [FOLDER]`` prints one line for each
that did not end as its header says (``--all``: for each file attack), and a table of outcomes. Run it as root and
as an ordinary user (then FOLDER must be theirs).
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import batch
import files

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-m", "dlquiz", "--course", str(HERE / "course"), "--trust-course", "grade", "target"]


def grade(attack: Any, places: dict[str, str], folder: Path) -> str:
    """Return "" if the attack ended as its header says, and otherwise how it ended."""
    path = folder / f"{attack.name}.py"
    path.write_bytes(batch.source(attack, places))
    done = subprocess.run(
        [*COMMAND, "--file", str(path), "--json"], env=os.environ | {"DLQUIZ_STATE": str(folder), "HOME": str(folder)},
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout.decode("utf-8"))
    case = next(case for case in report["cases"] if case["id"].endswith("::test_double"))
    fine = (
        (done.returncode, report["outcome"], report["complete"]) == (1, "failed", True)
        and (case["cause"] or "none") in attack.causes
        and report["points"]["earned"] in attack.earns
        and not any("BREACH" in one["output"] for one in report["cases"])
    )
    facts = {key: report[key] for key in ("outcome", "complete", "points", "isolation", "identity")}
    return "" if fine else f"{attack.name}: {facts} {case['cause']} {case['message'][:200]}"


def hand_in(attack: Any, folder: Path) -> tuple[str, str]:
    """Hand in one of the file attacks; return how it ended, and "" or what about that is wrong."""
    place, home = folder / attack.name, folder / f"home-{attack.name}"
    place.mkdir()
    home.mkdir()
    (place / "secret.txt").write_text(f"# {files.SECRET}\n")
    here = Path.cwd()
    try:
        path = attack.build(place)
    finally:
        os.chdir(here)
    before = contents(place)
    done = subprocess.run(
        [*COMMAND, "--verbose", "--file", str(path)], env=os.environ | {"DLQUIZ_STATE": str(home), "HOME": str(home)},
        cwd=home, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    said = (done.stdout + done.stderr).decode("utf-8")
    words = re.search(attack.says, said)
    faults = {
        f"says something else: {said[:300]}": words is None,
        f"exit code {done.returncode}": done.returncode != (0 if attack.earns == 3 else 1),
        "shows the secret": files.SECRET in said,
        "runs what it must not": "BREACH" in said,
        "shows a traceback": "Traceback" in said,
        "shows control characters": any(ord(letter) < 32 and letter not in "\n\t" for letter in said),
        "passes": attack.earns is None and "checks pass" in said,
        "changes files": contents(place) != before,
    }
    return words[0] if words else "?", "; ".join(text for text, wrong in faults.items() if wrong)


def contents(place: Path) -> list[tuple[str, int, int]]:
    """Return what lies below ``place``: names, kinds and sizes."""
    return sorted((str(path), path.lstat().st_mode, path.lstat().st_size) for path in place.rglob("*"))


def sources(base: str | None) -> bool:
    """Grade the attacks by source, two at a time; say whether all were without effect."""
    attacks = batch.attacks()
    with tempfile.TemporaryDirectory(dir=base) as name, batch.witness(Path(name) / "scene") as seen:
        places = {**seen.places(), "REPLAY": batch.replay_table("process")}
        before = seen.state()
        with ThreadPoolExecutor(2) as pool:
            ends = list(pool.map(lambda one: grade(one, places, Path(name)), attacks))
        changed = {key for key, value in seen.state().items() if value != before[key]}
    lost: Counter[str] = Counter()
    for attack, end in zip(attacks, ends, strict=True):
        lost[attack.group] += bool(end)
        print(end, end="\n" if end else "")
    for group, count in Counter(one.group for one in attacks).items():
        print(f"{group:10} {count:4} attacks, {count - lost[group]:4} without effect")
    print(f"changed outside: {', '.join(changed) or 'nothing'}")
    return not changed and not sum(lost.values())


def handed_in(base: str | None, *, every: bool) -> bool:
    """Hand in the file attacks one after the other; say whether all were without effect."""
    with tempfile.TemporaryDirectory(dir=base, prefix="dlq") as name:
        ends = [hand_in(one, Path(name)) for one in files.FILE_ATTACKS]
    for attack, (words, wrong) in zip(files.FILE_ATTACKS, ends, strict=True):
        if every or wrong:
            print(f"{attack.name:30} {words!r:34} {wrong or 'as it should be'}")
    lost = sum(bool(wrong) for _, wrong in ends)
    print(f"{'files':10} {len(ends):4} attacks, {len(ends) - lost:4} without effect")
    return not lost


def main() -> int:
    """Run what was asked for; 0 if no attack had an effect."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--only", choices=["sources", "files"])
    parser.add_argument("--all", action="store_true")
    wanted = parser.parse_args()
    fine = [sources(wanted.folder)] if wanted.only != "files" else []
    fine += [handed_in(wanted.folder, every=wanted.all)] if wanted.only != "sources" else []
    print(f"uid {os.getuid()}")
    return 0 if all(fine) else 1


if __name__ == "__main__":
    raise SystemExit(main())
