"""Moodle XML as Moodle itself exports it: HTML everywhere, plugins, files."""

import re
from pathlib import Path

import pytest

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.formats.moodle import read, write
from dlquiz.model.quiz import Quiz

EXPORT = Path(__file__).with_name("moodle_export.xml")


@pytest.fixture(scope="module")
def imported():
    return read(EXPORT.read_bytes(), "m.xml")


def question(imported, name):
    return next(dict(fields) for fields in imported.questions if fields["id"] == name)


def losses(imported, name):
    return {change.what for change in imported.report.changes if change.question_id == name and change.loss}


def test_every_question_is_accounted_for(imported):
    report = imported.report
    assert (report.read, report.kept, report.changed, report.poorer, report.dropped) == (11, 0, 7, 4, 4)
    assert imported.title == "Default for ML"


def test_a_choice_keeps_its_texts_hints_points_and_formulas(imported):
    found = question(imported, "sgd")
    assert found["stem"].startswith(r"What does **SGD** use per step? $\theta\leftarrow\theta-\eta g$")
    assert (found["right"], found["wrong"]) == ("A mini-batch", {"The whole set": "That is batch GD."})
    assert (found["hints"], found["points"], found["tags"]) == (["Think small"], 2.0, ["sgd"])
    assert found["explain"] == "One mini-batch."
    assert losses(imported, "sgd") == {"a picture", "files"}


def test_embedded_answers_become_blanks(imported):
    found = question(imported, "c")
    assert found["stem"] == "Paris is in [[France]], 2+2=[[4]], sky is [[blue]]"
    assert found["reject"]["red"] == "no"
    assert {"tolerance", "partial credit", "lists to choose from", "weights"} <= losses(imported, "c")


def test_a_match_with_a_shared_meaning_becomes_groups(imported):
    assert question(imported, "m")["groups"] == {"animal": ["cat", "dog"], "plant": ["rose"]}
    assert losses(imported, "m") == set()


def test_an_ordering_is_an_order(imported):
    assert question(imported, "o")["items"] == ["one", "two", "three"]


def test_words_to_drag_become_a_bank(imported):
    found = question(imported, "d")
    assert (found["stem"], list(found["wrong"])) == ("The [[cat]] sat on the [[mat]].", ["car"])


def test_a_wildcard_becomes_a_pattern(imported):
    assert question(imported, "s")["accept"] == ["/col.*r/"]
    assert losses(imported, "s") == {"capital letters"}


def test_what_cannot_be_ours_is_dropped_with_its_reason(imported):
    dropped = {change.what: change.why for change in imported.report.changes if change.kind == "dropped"}
    assert list(dropped) == ["description", "essay", "stack", "calculated"]
    assert "not known" in dropped["stack"]


@pytest.mark.parametrize(
    ("single", "weights", "partial", "lost"),
    [
        ("false", ("50", "50", "-50"), "net", set()),
        ("0", ("50", "50", "0"), "net", {"partial credit"}),
        ("false", ("33.33333", "66.66667", "-100"), "net", {"weights", "partial credit"}),
    ],
)
def test_several_answers_with_weights(single, weights, partial, lost):
    answers = "".join(
        f'<answer fraction="{weight}" format="html"><text>{name}</text></answer>'
        for name, weight in zip("abc", weights, strict=True)
    )
    imported = read(
        f'<quiz><question type="multichoice"><name><text>q</text></name><questiontext format="html"><text>Pick</text>'
        f"</questiontext><single>{single}</single>{answers}</question></quiz>".encode(),
        "m.xml",
    )
    found = question(imported, "q")
    assert (found["right"], list(found["wrong"]), found["partial"]) == (["a", "b"], ["c"], partial)
    assert losses(imported, "q") == lost


def exported(**question):
    fields = {"kind": "numeric", "id": "n", "stem": "How much?", "explain": "So.", "source": "A book", **question}
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [fields]})
    written = write(quiz, "quiz")
    return written.content.decode(), written.report, read(written.content, "m.xml")


@pytest.mark.parametrize(
    ("unit", "names"),
    [
        ("ms", {"ms", "millisecond", "milliseconds"}),
        ("epochs", {"epochs", "epoch"}),
        ("MiB", {"MiB", "mebibyte", "mebibytes"}),
    ],
)
def test_other_names_of_a_unit_go_with_it(unit, names):
    text, report, back = exported(answer="4", unit=unit)
    assert set(re.findall("<unit_name>(.*?)</unit_name>", text)) == names
    assert [change.what for change in report.changes if change.loss] == ["unit"]
    assert back.questions[0]["unit"] == unit
    assert back.report.lossless


@pytest.mark.parametrize("name", ["gift", "moodle"])
@pytest.mark.parametrize("answer", ["2.98e-09", "1e-30", "6.02e23", "0.1", "-2.5e-7"])
def test_a_number_is_written_without_an_exponent(name, answer):
    fields = {"kind": "numeric", "id": "n", "stem": "How much?", "explain": "So.", "source": "A", "answer": answer,
              "tolerance": "1%"}  # fmt: skip
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [fields]})
    content = FORMATS[name].writer()(quiz, "quiz").content
    assert not re.search(rb"\d[eE][+-]?\d", content)
    assert float(FORMATS[name].reader()(content, "q").questions[0]["answer"]) == float(answer)
