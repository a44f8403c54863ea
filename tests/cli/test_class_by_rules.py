"""``dlquiz class grade --rules`` and ``dlquiz class grades``, through the real program, its wall and its database."""

import csv
from datetime import UTC, datetime

import pytest

from dlquiz.cli._app import App
from tests.classroom.test_rules import RULES
from tests.cli.conftest import RIGHT
from tests.cli.test_class import HALF, gradings, hand_in

pytestmark = pytest.mark.sandbox

OTHER = RIGHT.replace("a / 2", "a")
ADA = "L_ada_attempt_2026-10-{}_adder.py"
WITH_RUBRIC = RULES.replace("weight: 2}", "weight: 2, rubric: {style: 2}}")
for first in ("Ada Lovelace", "Eve Low"):
    WITH_RUBRIC = WITH_RUBRIC.replace(f"name: {first},", f"name: {first}, login: {first[:3].lower()},")


@pytest.fixture
def class_(person, monkeypatch):
    rules = WITH_RUBRIC.replace("late: {grace", "attempts: best\n    late: {grace")
    (person.here / "class.yaml").write_text(rules, encoding="utf-8")
    hand_in(person, {
        ADA.format("24-10-00-00"): OTHER,  # 3 of 4 points, on time for Bob's section
        ADA.format("28-10-00-00"): RIGHT,  # 4 of 4 points, 4 days begun
        "exercise2/eve/halver.py": HALF,
        "bob/halver.py": RIGHT,
    })  # fmt: skip
    monkeypatch.setattr(App, "now", lambda self: datetime(2026, 11, 20, tzinfo=UTC))
    return person


def rows(path):
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_every_attempt_is_graded_and_counts_by_the_rules(class_):
    (class_.here / "times.csv").write_text("id,exercise,time\n8,exercise2,2026-10-30 12:00\n")
    typed = ("class", "grade", "handed-in", "--rules", "class.yaml", "--times", "times.csv")
    result = class_.type(*typed, "--csv", "grades.csv")
    assert (result.code, result.err) == (0, "")
    assert "A time is known of 3 of 4 hand-ins." in result.out
    assert "Eve Low, exercise2: handed-in/exercise2/eve/halver.py: no time is known" in result.out
    assert len(gradings(class_.here / "class.sqlite3")) == 4
    found = {(row["learner"], row["work"]): row for row in rows(class_.here / "grades.csv")}
    for name in ("Ada Lovelace", "Bob Roy"):
        one = found[name, "exercise1"]
        assert (one["grade"], one["possible"], one["state"], one["taken off %"]) == ("3", "4", "counted", "0")
        assert one["handed in"] == "Sat 24 Oct 2026 10:00"
        assert one["file"].endswith(ADA.format("24-10-00-00"))
        assert one["reckoning"].startswith("Of 2 attempts the best counts: ")
    assert found["Eve Low", "exercise1"]["state"] == "nothing handed in"
    assert found["Bob Roy", "exercise2"]["to decide"] == "not marked by a person yet: style"
    document = class_.type(*typed, "--json").json
    ada = document["learners"][0]
    assert ada["work"][0]["attempts"][0]["counts_as"] == 3
    assert [row["points"] for row in document["rows"] if row["exercise"] == "exercise1"] == [3, 4]


def test_a_dry_run_tells_the_times_and_grades_nothing(class_):
    result = class_.type("class", "grade", "handed-in", "--rules", "class.yaml", "--dry-run")
    assert result.code == 0
    assert "A time is known of 2 of 4 hand-ins." in result.out
    assert "Nothing was run." in result.out
    assert "To decide" not in result.out
    assert not (class_.here / "class.sqlite3").exists()


def test_points_of_programs_people_and_quizzes_become_totals(class_):
    (class_.here / "times.csv").write_text("id,exercise,time\n8,,2026-10-24 10:00\n9,,2026-10-24 10:00\n")
    (class_.here / "manual.csv").write_text(
        "learner,id,work,row,points,possible,comment,reason,who\n"
        ",8,exercise2,style,1,2,fine,,TA\n,9,exercise2,style,2,2,,,TA\n,7,exercise2,override,3,,,orally,Prof\n"
    )
    (class_.here / "scores.csv").write_text("id,quiz,points,possible,handed in\n7,words,1,1,2026-10-05 08:00Z\n")
    assert class_.type("class", "grade", "handed-in", "--rules", "class.yaml").code == 0
    typed = ("class", "grades", "handed-in", "--rules", "class.yaml", "--times", "times.csv", "--scores", "scores.csv")
    result = class_.type(*typed, "--csv", "totals.csv", "--works", "works.csv")
    assert (result.code, result.err) == (0, "")
    found = {row["learner"]: row for row in rows(class_.here / "totals.csv")}
    bob = found["Bob Roy"]
    assert (bob["exercise1"], bob["exercise2"], bob["words"]) == ("4", "5", "nothing handed in")
    assert float(bob["total %"]) == pytest.approx(100 * (4 / 4 + 2 * 5 / 6) / 4, abs=0.01)
    assert found["Ada Lovelace"]["exercise2"] == "3"
    assert found["Eve Low"]["words"] == "excused"
    assert len(rows(class_.here / "works.csv")) == 9
    told = class_.type(*typed, "--learner", "bob")
    assert told.code == 0
    assert "    style: 1 of 2 points: fine" in told.out
    assert "  exercise2: 5 of 6 points" in told.out
    assert class_.type(*typed, "--learner", "nobody").code == 2
    document = class_.type(*typed, "--json").json
    assert (document["released"], document["learners"][0]["to_decide"]) == (False, [])


def test_learners_see_a_table_from_the_release_on_and_maybe_no_names(class_, monkeypatch):
    assert class_.type("class", "grade", "handed-in", "--rules", "class.yaml").code == 0
    typed = ("class", "grades", "handed-in", "--rules", "class.yaml", "--public", "public.csv")
    early = class_.type(*typed)
    assert (early.code, "from Tue 1 Dec 2026 00:00 on" in early.err) == (2, True)
    assert not (class_.here / "public.csv").exists()
    monkeypatch.setattr(App, "now", lambda self: datetime(2026, 12, 1, tzinfo=UTC))
    assert class_.type(*typed).code == 1  # somebody has to decide
    assert [row["learner"] for row in rows(class_.here / "public.csv")] == ["Ada Lovelace", "Bob Roy", "Eve Low"]
    text = (class_.here / "class.yaml").read_text()
    (class_.here / "class.yaml").write_text(text + "anonymous: true\n")
    class_.type(*typed, "--csv", "totals.csv")
    hidden = rows(class_.here / "public.csv")
    own = {row["public id"]: row for row in rows(class_.here / "totals.csv")}
    assert {row["learner"] for row in hidden} == set(own)
    assert all(row["total %"] == own[row["learner"]]["total %"] for row in hidden)
    assert "Ada" not in (class_.here / "public.csv").read_text()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["grade", "handed-in", "--times", "times.csv"], "--times needs --rules"),
        (["grades", "--rules", "class.yaml"], "Name what was handed in"),
        (["grades", "handed-in", "--rules", "class.yaml"], "There are no gradings"),
        (["grades", "--rules", "class.yaml", "--scores", "gone.csv"], "gone.csv cannot be read"),
        (["grade", "handed-in", "--rules", "class.yaml", "--csv", "class.yaml"], "is there already"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_graded(class_, typed, said):
    result = class_.type("class", *typed)
    assert (result.code, said in result.err) == (2, True)
    assert not (class_.here / "class.sqlite3").exists()
