"""Send every attack through the command line, one process each; by hand, for it takes minutes.

``python tests/hostile/every_attack.py [FOLDER]`` prints one line for each that did not end as its header
says, and a table of outcomes. Run it as root and as an ordinary user (then FOLDER must be theirs).
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import batch  # noqa: E402  beside this file


def grade(attack: Any, places: dict[str, str], folder: Path) -> str:
    """Return "" if the attack ended as its header says, and otherwise how it ended."""
    path = folder / f"{attack.name}.py"
    path.write_bytes(batch.source(attack, places))
    command = [sys.executable, "-m", "dlquiz", "--course", str(HERE / "course"), "--trust-course", "grade", "target"]
    done = subprocess.run(
        [*command, "--file", str(path), "--json"], env=os.environ | {"DLQUIZ_STATE": str(folder), "HOME": str(folder)},
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


def main() -> int:
    """Grade all of them, two at a time."""
    base = sys.argv[1] if len(sys.argv) > 1 else None
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
    print(f"changed outside: {', '.join(changed) or 'nothing'}; uid {os.getuid()}")
    return 1 if changed or sum(lost.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
