"""``dlquiz class quiz``: everybody has other numbers, and answers are marked here, not by the learner."""

import csv
import re
import zipfile

import pytest
import yaml

from dlquiz.classroom.rules import load_rules
from dlquiz.classroom.scores import read_scores
from dlquiz.content.course import load_course
from dlquiz.errors import ContentError
from tests.classroom.test_rules import RULES

SUMS = """\
format_version: 1
title: Sums
topic: basics
questions:
  - kind: numeric
    id: s-sum
    params: {a: [1, 2, 3, 4, 5, 6, 7, 8], b: [10, 20, 30, 40, 50, 60, 70, 80]}
    stem: "How much is {{a}} and {{b}}?"
    answer: a + b
    explain: One more than before.
    source: A book
    points: 3
  - kind: choice
    id: s-first
    stem: Which of these is a number of layers?
    right: two
    wrong:
      red: This is a colour.
      sweet: This is a taste.
      loud: This is a sound.
    explain: The others are none.
    source: A book
"""


@pytest.fixture
def class_(person):
    (person.course / "quizzes/sums.yaml").write_text(SUMS, encoding="utf-8")
    (person.here / "class.yaml").write_text(
        RULES.replace("  words:", "  sums: {weight: 1}\n  words:"), encoding="utf-8"
    )
    return person


def rules_of(person):
    return load_rules(person.here / "class.yaml", load_course(person.course))


def right_answers(sheet):
    """Do what a learner does who knows everything: fill the sheet in."""
    a, b = re.search(r"How much is (\d+) and (\d+)", sheet).groups()
    number = re.search(r"(\d)\. two", sheet)[1]
    return sheet.replace("\ns-sum:", f"\ns-sum: {int(a) + int(b)}").replace("\ns-first:", f"\ns-first: {number}")


def sheets(person):
    result = person.type("class", "quiz", "sums", "--rules", "class.yaml", "--sheets", "sheets")
    assert (result.code, result.err) == (0, "")
    return {path.name: path.read_text() for path in (person.here / "sheets").iterdir()}


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_everybody_gets_a_sheet_of_their_own_and_it_is_marked_by_it(class_):
    made = sheets(class_)
    assert sorted(made) == ["ada-lovelace_sums.yaml", "bob-roy_sums.yaml", "eve-low_sums.yaml"]
    assert len({re.search(r"How much is (\d+) and (\d+)", text).groups() for text in made.values()}) == 3
    assert all(yaml.safe_load(text) == {"s-sum": None, "s-first": None} for text in made.values())
    for name, text in made.items():
        (class_.here / "sheets" / name).write_text(right_answers(text))
    # Eve handed in what Ada wrote.
    copied = right_answers(made["ada-lovelace_sums.yaml"])
    (class_.here / "sheets/eve-low_sums.yaml").write_text(copied)
    (class_.here / "sheets/zoe_sums.yaml").write_text(copied)
    result = class_.type("class", "quiz", "sums", "sheets", "--rules", "class.yaml", "--csv", "scores.csv")
    assert result.code == 1
    assert "zoe (sheets/zoe_sums.yaml): not one person of the roster" in result.out
    found = {row["learner"]: row for row in rows(class_.here / "scores.csv")}
    assert [(found[name]["points"], found[name]["possible"]) for name in ("Ada Lovelace", "Bob Roy")] == [
        ("4", "4")
    ] * 2
    assert float(found["Eve Low"]["points"]) < 4
    assert found["zoe"]["points"] == ""


def test_an_archive_of_an_lms_is_read_and_its_times_are_told(class_):
    made = sheets(class_)
    with zipfile.ZipFile(class_.here / "in.zip", "w") as archive:
        name = "Quiz_bob_attempt_2026-10-05-14-30-10_answers.yaml"
        archive.writestr(name, right_answers(made["bob-roy_sums.yaml"]))
        archive.writestr("lovelaceada_LATE_7_90_answers.json", '{"s-sum": 1, "s-first": "two"}')
        archive.writestr("lowevee_9_91_answers.yaml", "s-sum: [\n")
    result = class_.type("class", "quiz", "sums", "in.zip", "--rules", "class.yaml", "--json")
    assert result.code == 1
    found = {row["learner"]: row for row in result.json["rows"]}
    assert found["Bob Roy"]["points"] == 4
    assert found["Bob Roy"]["handed_in_at"] == "2026-10-05T12:30:10+00:00"
    assert found["Bob Roy"]["source"] == "in Blackboard's name of the file"
    assert (found["Ada Lovelace"]["points"], found["Ada Lovelace"]["handed_in_at"]) == (1, None)
    assert "answers.yaml:" in found["Eve Low"]["problem"]


def test_a_progress_of_the_learner_is_never_looked_at(class_):
    made = sheets(class_)
    folder = class_.here / "in/Ada Lovelace"
    (folder / ".dlquiz").mkdir(parents=True)
    (folder / ".dlquiz/progress.sqlite3").write_bytes(b"SQLite format 3\0 all points")
    (folder / "progress.json").write_text('{"score": 100}')
    assert class_.type("class", "quiz", "sums", "in", "--rules", "class.yaml").code == 1
    (folder / "progress.json").write_text(made["ada-lovelace_sums.yaml"].replace("s-sum:", "s-sum: 0"))
    (folder / "progress.json").rename(folder / "answers.yaml")
    result = class_.type("class", "quiz", "sums", "in", "--rules", "class.yaml", "--json")
    assert [(row["learner"], row["points"]) for row in result.json["rows"]] == [("Ada Lovelace", 0)]


def test_the_seed_of_a_sheet_shows_the_same_in_the_program(class_):
    text = sheets(class_)["ada-lovelace_sums.yaml"]
    rules = rules_of(class_)
    seed = rules.own_seed(rules.roster.people[0], "sums")
    (class_.here / "answers.yaml").write_text(right_answers(text).replace("s-first: ", "s-first: two #"))
    result = class_.type("quiz", "sums", "--seed", str(seed), "--answers", "answers.yaml", "--json")
    assert result.json["score"] == {"earned": 4, "possible": 4}


def test_scores_are_read_as_they_were_written(class_):
    made = sheets(class_)
    (class_.here / "sheets/ada-lovelace_sums.yaml").write_text(right_answers(made["ada-lovelace_sums.yaml"]))
    (class_.here / "times.csv").write_text("id,time\n7,2026-10-05 10:00\n")
    typed = ("class", "quiz", "sums", "sheets", "--rules", "class.yaml", "--times", "times.csv", "--csv", "scores.csv")
    assert class_.type(*typed).code == 0
    ada, bob, _ = read_scores(str(class_.here / "scores.csv"), rules_of(class_))
    assert (ada.person.name, ada.attempt.points, ada.attempt.possible, ada.quiz) == ("Ada Lovelace", 4, 4, "sums")
    assert (ada.attempt.at.isoformat(), ada.attempt.source) == ("2026-10-05T08:00:00+00:00", "in times.csv, line 2")
    assert (bob.attempt.points, bob.attempt.at) == (0, None)


def test_all_mistakes_in_a_table_of_scores_are_told_with_their_lines(class_):
    path = class_.here / "scores.csv"
    path.write_text("name,quiz,points,possible,handed in\nZoe,sums,1,2,\nBob Roy,sums,x,2,\nEve Low,sums,1,,soon\n")
    with pytest.raises(ContentError) as caught:
        read_scores(str(path), rules_of(class_))
    assert [(one.line, one.code) for one in caught.value.findings] == [
        (2, "DLQ042"), (3, "DLQ024"), (4, "DLQ041"), (4, "DLQ024"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "typed", "said"),
    [
        ("seed: 5", ["sums", "--sheets", "sheets"], "no 'seed'"),
        ("", ["sums"], "either answers to mark, or --sheets"),
        ("", ["sumz", "--sheets", "sheets"], "There is no quiz 'sumz'"),
        ("", ["sums", "sheets", "--csv", "class.yaml"], "is there already"),
    ],
)
def test_what_cannot_be_is_told(class_, change, typed, said):
    text = (class_.here / "class.yaml").read_text()
    (class_.here / "class.yaml").write_text(text.replace(change, "") if change else text)
    (class_.here / "sheets").mkdir()
    result = class_.type("class", "quiz", *typed, "--rules", "class.yaml")
    assert (result.code, said in result.err) == (2, True)


def test_the_answers_of_a_class_say_how_well_the_questions_work(class_):
    people = "\n".join(f"Learner {number},{number},l{number}@x,A" for number in range(100, 112))
    (class_.here / "many.csv").write_text(f"name,id,email,section\n{people}\n")
    (class_.here / "class.yaml").write_text("format_version: 1\ntitle: A class\ntimezone: UTC\nseed: 5\n")
    rules = ("--rules", "class.yaml", "--roster", "many.csv")
    assert class_.type("class", "quiz", "sums", "--sheets", "sheets", *rules).code == 0
    for number, path in enumerate(sorted((class_.here / "sheets").iterdir())):
        right = right_answers(path.read_text())
        # A third does not know the sum, and one of these answers nothing else.
        wrong = re.sub(r"\ns-sum: \d+", "\ns-sum: 1", right)
        path.write_text(right if number % 3 else wrong if number else re.sub(r"\ns-first: \d", "\ns-first:", wrong))
    typed = ("class", "quiz", "sums", "sheets", *rules, "--items", "items.json")
    assert [class_.type(*typed).code for _ in range(2)] == [0, 0], "a file of ours is replaced"
    assert "Learner 1" not in (class_.here / "items.json").read_text()
    found = class_.type("quiz", "analyse", "sums", "items.json", "--json").json
    shown = [(item["question"], item["learners"], round(item["difficulty"], 3)) for item in found["items"]]
    assert shown == [("s-sum", 12, 0.667), ("s-first", 11, 1.0)]
    options = {use["text"]: use["chosen"] for use in found["items"][1]["options"]}
    assert options == {"two": 11, "red": 0, "sweet": 0, "loud": 0}
    (class_.here / "own.json").write_text("{}")
    refused = class_.type(*typed[:-1], "own.json")
    assert (refused.code, (class_.here / "own.json").read_text()) == (2, "{}")
