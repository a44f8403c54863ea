"""Grade every scenario and write down what matters: ``python -m tests.scenarios.observe`` renews expected.json.

Read the difference before you keep it: each line is what a learner is told.
"""

import json
from pathlib import Path
from typing import Any

from dlquiz.content.course import load_course
from dlquiz.grading.run import grade_many, in_order
from dlquiz.model.report import Report
from dlquiz.submission import submission_from_bytes

HERE = Path(__file__).parent
EXPECTED = HERE / "expected.json"
SEED = 20


def files(exercise: str) -> list[Path]:
    """The submissions of one exercise; the number in a name is the score that it deserves.

    One is no Python and is therefore called ``.txt``: tools that read the repository would stumble over it.
    """
    return sorted((HERE / "submissions" / exercise).glob("[0-9]*"))


def reports(exercise: str) -> dict[str, Report]:
    """Grade them all, by file name."""
    course = load_course(HERE / "course")
    module = course.stub_path(exercise).stem
    submissions = [
        submission_from_bytes(file.read_bytes(), name=f"{file.stem}.py", module_name=module) for file in files(exercise)
    ]
    graded = in_order(grade_many(course, exercise, submissions, seed=SEED))
    return dict(zip((file.name for file in files(exercise)), graded, strict=True))


def summary(report: Report) -> dict[str, Any]:
    """What must not change unnoticed; times, versions and digests may."""
    kept = ("outcome", "cause", "message", "where", "expected", "got", "diagnosis", "inputs", "hint", "remarks")
    cases = {}
    for case in report.cases:
        fields = case.model_dump(mode="json", include=set(kept))
        cases[case.id] = {name: fields[name] for name in kept if fields[name]}
    return {
        "outcome": report.outcome.value,
        "complete": report.complete,
        "points": report.points.model_dump(),
        "cases": cases,
    }


def main() -> None:
    """Write expected.json anew."""
    document = {
        exercise: {name: summary(report) for name, report in reports(exercise).items()}
        for exercise in ("faulty", "tiny")
    }
    EXPECTED.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
