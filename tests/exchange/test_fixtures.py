"""Real files of other programs: how many questions are kept, changed and dropped, and what they say."""

import json
from pathlib import Path

import pytest

from dlquiz.exchange.detect import guess
from dlquiz.exchange.to_ours import as_quiz_fields
from dlquiz.exchange.yaml_writer import write_fields
from dlquiz.model.quiz import Quiz

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "quiz_fixtures"
COUNTS = {
    # file: read, kept, changed, of which lost something, dropped
    "gift/giftgrammar_numerical1.gift": (10, 0, 10, 1, 0),
    "gift/giftgrammar_options1.gift": (14, 0, 14, 7, 0),
    "jupyterquiz/jmshea_examples_questions.json": (8, 0, 8, 4, 0),
    "other/ai_for_beginners_lesson5_frameworks.json": (7, 0, 7, 0, 0),
    "other/mdbook_quiz_example.toml": (3, 0, 2, 0, 1),
}


def load(name):
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"the fixture {name} is not beside this checkout")
    data = path.read_bytes()
    return guess(data, path.name).reader()(data, path.name)


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_each_real_file_ends_in_these_counts(name):
    report = load(name).report
    assert (report.read, report.kept, report.changed, report.poorer, report.dropped) == COUNTS[name]


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_each_real_file_becomes_a_quiz_that_loads(name, tmp_path):
    from dlquiz.content.course import load_quiz

    imported = load(name)
    path = tmp_path / "quiz.yaml"
    path.write_text(write_fields(as_quiz_fields(imported)), encoding="utf-8")
    assert load_quiz(path) == Quiz.model_validate(as_quiz_fields(imported))


KIND = {"MC": ("choice", "multi"), "TF": ("truefalse",), "Short": ("short",), "Numerical": ("numeric",)}


def plain(text):
    for mark in ("**", "<p>", "</p>", "`"):
        text = text.replace(mark, "")
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["giftgrammar_numerical1", "giftgrammar_options1"])
def test_another_parser_reads_the_same_questions(name):
    """The oracle is what GIFT-grammar-PEG.js makes of the same files."""
    imported = load(f"gift/{name}.gift")
    expected = json.loads((FOLDER / "gift" / f"{name}.expected.json").read_text(encoding="utf-8"))
    assert len(imported.questions) == len(expected)
    for ours, theirs in zip(imported.questions, expected, strict=True):
        assert ours["kind"] in KIND[theirs["type"]]
        assert plain(ours["stem"]) == plain(theirs["stem"]["text"])
        agree(ours, theirs)


def agree(ours, theirs):
    choices = theirs.get("choices")
    if theirs["type"] == "TF":
        assert ours["answer"] == str(theirs["isTrue"]).lower()
    elif theirs["type"] == "Numerical":
        agree_on_numbers(ours, choices)
    elif theirs["type"] == "Short":
        right = [one["text"]["text"] for one in choices if one["weight"] in (None, 100)]
        assert ours["accept"] == right
        assert set(ours.get("reject", {})) == {one["text"]["text"] for one in choices} - set(right)
    else:
        options = [plain(one["text"]["text"]) for one in choices]
        right = ours["right"] if isinstance(ours["right"], list) else [ours["right"]]
        assert sorted([*right, *ours["wrong"]]) == sorted(options)
        wanted = [plain(one["text"]["text"]) for one in choices if one["isCorrect"]]
        positive = [plain(one["text"]["text"]) for one in choices if (one["weight"] or 0) > 0]
        assert sorted(right) == sorted(wanted or positive)
        for one in choices:
            said = plain(one["feedback"]["text"]) if one["feedback"] else ""
            if said and plain(one["text"]["text"]) in ours["wrong"]:
                assert plain(ours["wrong"][plain(one["text"]["text"])]) == said


def agree_on_numbers(ours, choices):
    first = choices
    if isinstance(choices, list):
        first = next(one for one in choices if one["weight"] in (None, 100))["text"]
        wrong = [one["text"]["number"] for one in choices if one["weight"] == 0]
        assert sorted(map(float, ours.get("near", {}))) == sorted(wrong)
    if first["type"] == "high-low":
        assert list(map(float, ours["tolerance"])) == [first["numberLow"], first["numberHigh"]]
    else:
        assert float(ours["answer"]) == first["number"]
        assert float(ours.get("tolerance", 0)) == first.get("range", 0)


@pytest.mark.parametrize(
    ("text", "name", "format_name"),
    [("1.  Who?\n*   Santa\n*   Nick\n", "a.txt", "text2qti"), ("1.  Write.\n____\n", "a.txt", "text2qti"),
     ("1.  Send.\n... Words.\n^^^^\n", "a.txt", "text2qti"), ("Text title:  T\nText:  Words.\n", "a.txt", "text2qti"),
     ("Quiz title: T\n\n1. Two?\na) 1\n*b) 2\n", "a.txt", "text2qti"),
     ("GROUP\npick: 1\n1. Two?\n*a) 2\n", "a.txt", "text2qti"),
     ("Who? {\n= Santa\n= Nick\n}\n", "a.txt", "gift"), ("1. Who?{=me ~you}\n\n2. What?{T}\n", "a.txt", "gift"),
     ("// note\nIt is {T}.\n", "a.txt", "gift"), ("::a::b {#3}", "a", "gift")],
)  # fmt: skip
def test_text_formats_are_told_apart(text, name, format_name):
    assert guess(text.encode(), name).name == format_name
