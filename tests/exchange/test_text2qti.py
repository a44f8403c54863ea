"""text2qti's text format: its own examples, and the program itself as the oracle for what we read and write."""

import io
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from dlquiz.errors import ContentError
from dlquiz.exchange.formats import text2qti
from dlquiz.exchange.formats.qti import qti12
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.marking import mark, right_answer_value
from tests.exchange import two_way
from tests.quiz.strategies import PARAMETRIC, quizzes

RELAXED = settings(
    deadline=None,
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],  # shrinking whole quizzes takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SAME_KIND = ("choice", "multi", "truefalse", "numeric", "short")
EXAMPLES = {
    # file: read, kept, changed, dropped, and what the question is
    "essay": (1, 0, 0, 1, []),
    "feedback_mc": (1, 0, 1, 0, ["choice"]),
    "group": (2, 0, 2, 0, ["truefalse", "truefalse"]),
    "multiple_answers": (1, 0, 1, 0, ["multi"]),
    "numerical": (3, 0, 3, 0, ["numeric", "numeric", "numeric"]),
    "short_answer": (1, 0, 1, 0, ["short"]),
    "text_region": (1, 0, 0, 1, []),
    "upload": (1, 0, 0, 1, []),
}


def program(text):
    """Return the package that the program text2qti makes of a text."""
    quiz = pytest.importorskip("text2qti.quiz")
    from text2qti.config import Config
    from text2qti.qti import QTI

    stream = io.BytesIO()
    QTI(quiz.Quiz(text, config=Config())).write(stream)
    return stream.getvalue()


def alike(question):
    """Return a question without what Python-Markdown's typography changes."""
    plain = re.sub("[“”]", '"', re.sub("[‘’]", "'", repr(question)))  # typographic quotes
    plain = plain.replace("–", "--").replace("—", "---").replace("…", "...")  # and dashes
    return plain.replace("```python", "```").replace("\\n\\n```", "\\n```").replace('"', "'").replace("\\'", "'")


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_each_example_of_its_readme_ends_in_these_counts(name):
    imported = text2qti.read(two_way.fixture(f"text2qti/readme_{name}.txt"), name)
    *counted, kinds = EXAMPLES[name]
    assert two_way.counts(imported.report) == tuple(counted)
    assert [question["kind"] for question in imported.questions] == kinds


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_program_makes_the_same_questions_of_each_example(name):
    data = two_way.fixture(f"text2qti/readme_{name}.txt")
    ours, theirs = text2qti.read(data, name), qti12.read(program(data.decode()), name)
    assert ours.questions == theirs.questions
    assert two_way.counts(ours.report) == two_way.counts(theirs.report)


def test_the_examples_say_what_they_mean():
    [question] = text2qti.read(two_way.fixture("text2qti/readme_feedback_mc.txt"), "x").questions
    assert (question["right"], question["points"], question["id"]) == ("5", 2.0, "an-addition-question")
    assert question["wrong"]["6"] == "Feedback for this particular answer.\n\nFeedback for incorrect answer."
    numbers = text2qti.read(two_way.fixture("text2qti/readme_numerical.txt"), "x").questions
    assert [(one["answer"], one.get("tolerance")) for one in numbers] == [
        ("1.4142", "0.0001"),
        ("1.2599", ["1.2598", "1.26"]),
        ("5", None),
    ]


@pytest.mark.parametrize("kind", SAME_KIND)
def test_a_question_comes_back_as_it_was_up_to_declared_losses(kind):
    excuses = {"pattern": {"accept"}, "unit": {"unit", "stem"}, "stem": {"stem"}, "points": {"points"}}

    @RELAXED
    @given(quiz=quizzes(kinds=(kind,), most=2))
    def check(quiz):
        quiz = two_way.with_anchor(quiz)
        report, content = two_way.there(quiz, "text2qti")
        back = two_way.back(content, "text2qti")
        for (ours, variant), theirs in zip(two_way.survivors(quiz, report), back.questions, strict=True):
            declared = two_way.declared(report, ours.id)
            assert theirs.kind == ours.kind
            if not ours.params:
                different = {name for name in type(ours).model_fields if getattr(ours, name) != getattr(theirs, name)}
                allowed = {field for what in declared for field in excuses.get(what, {what})}
                assert different <= allowed | {"tolerance"}
            if not declared & {"pattern", "unit"}:
                assert mark(theirs, right_answer_value(variant)).correct

    check()


WORDS = {"explain": "Because.", "source": "A book"}
PLAIN = [
    {"kind": "choice", "id": "c", "stem": "Which?", "right": "a `x`", "wrong": {"b $x^2$": "No.", "d < e": "Nor."}},
    {"kind": "multi", "id": "m", "stem": "Which two?", "right": ["a", "b"], "wrong": {"c": "Not *this*."}},
    {"kind": "truefalse", "id": "t", "stem": "Is it?\n\nReally?", "answer": "false"},
    {"kind": "numeric", "id": "n", "stem": "How many?", "answer": "12.5", "tolerance": "0.25"},
    {"kind": "numeric", "id": "r", "stem": "How long?", "answer": "3", "tolerance": ["2", "4"]},
    {"kind": "short", "id": "s", "stem": "What?\n\n```\na = 1\n  b\n```", "accept": ["one", "two words"]},
    {"kind": "match", "id": "p", "stem": "Match.", "pairs": {"a": "1", "b": "2"}},
    {"kind": "cloze", "id": "z", "stem": "An [[epoch]] has [[steps]]."},
]


def test_the_program_makes_the_same_questions_of_what_we_write():
    questions = [{**one, **WORDS} for one in PLAIN]
    quiz = Quiz.model_validate({"format_version": 1, "title": "Words", "questions": [*questions, PARAMETRIC]})
    content = two_way.there(quiz, "text2qti")[1]
    ours, theirs = text2qti.read(content, "x"), qti12.read(program(content.decode()), "x")
    assert [alike(one) for one in ours.questions] == [alike(one) for one in theirs.questions]
    assert ours.title == theirs.title == "Words"
    assert "GROUP\npick: 1" in content.decode()


def test_what_the_program_would_refuse_is_not_written():
    questions = [
        {"kind": "numeric", "id": "zero", "stem": "How many?", "answer": "0"},
        {"kind": "truefalse", "id": "one", "stem": "Is it?", "answer": "true", "points": "0.3"},
        {"kind": "truefalse", "id": "two", "stem": "Is it?", "answer": "true"},
    ]
    quiz = Quiz.model_validate(
        {"format_version": 1, "title": "T", "questions": [{**one, **WORDS} for one in questions]}
    )
    report, content = two_way.there(quiz, "text2qti")
    assert dict(report.fates)["zero"] == "dropped"
    assert {"points"} <= two_way.declared(report, "one")
    assert two_way.declared(report, "two") == {"stem"}
    assert qti12.read(program(content.decode()), "x").report.read == 2


@pytest.mark.parametrize(
    "fence", ["```{.python .run}", "```{ .sh .run }", "````{.python .run executable=/bin/sh}", "```x"]
)
def test_code_that_asks_to_be_run_is_refused(fence, tmp_path):
    trap = tmp_path / "trap"
    text = f"1.  What?\n*   x\n\n{fence}\nopen({str(trap)!r}, 'w')\n```\n"
    with pytest.raises(ContentError) as caught:
        text2qti.read(text.encode(), "evil.txt")
    [finding] = caught.value.findings
    assert (finding.line, "nothing in a file is ever run" in finding.message) == (4, True)
    assert not trap.exists()


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("1. What?\nhello\n", 2, "belongs to nothing"),
        ("a) x\n", 1, "before any question"),
        ("1. What?\n*a)\n", 2, "nothing stands after"),
        ("1. What?\na)b\n", 2, "a space is missing"),
        ("1. What?\n= one\n", 2, "no number"),
        ("1. What?\n= 1e999999999\n", 2, "no number"),
        ("1. What?\n*a) x\n[ ] y\n", 3, "two kinds"),
        ("GROUP\n1. What?\n", 1, "END_GROUP"),
        ("END_GROUP\n", 1, "outside"),
        ("COMMENT\n", 1, "END_COMMENT"),
        ("% only a comment\n", 0, "no questions"),
        ("Points: x\n1. What?\n", 2, "points"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(text, line, word):
    with pytest.raises(ContentError) as caught:
        text2qti.read(text.encode(), "x.txt")
    [finding] = caught.value.findings
    assert (finding.line, word in finding.message) == (line, True), finding.message


def test_comments_descriptions_and_settings_are_understood():
    text = (
        "Quiz title: T\nQuiz description: D\nShuffle answers: true\n% c\nCOMMENT\n1. no\nEND_COMMENT\n"
        "Text title: A\nText: Read this.\n1. Who?\n! Solved.\n*   me\n"
    )
    imported = text2qti.read(text.encode(), "x")
    assert two_way.counts(imported.report) == (2, 0, 1, 1)
    assert imported.questions[0]["explain"] == "Solved."
    assert {"description", "settings"} <= two_way.declared(imported.report, "")


@pytest.mark.parametrize(("points", "written"), [(1.63, "1.5"), (0.1, "0.5"), (9, "9"), (2.5, "2.5"), (1.8, "2")])
def test_points_become_the_nearest_half(points, written):
    question = {"kind": "truefalse", "id": "t", "stem": "Is it?", "answer": "true", "points": points, **REST}
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "summary": "Two\n\nparts.", "questions": [question]})
    report, content = two_way.there(quiz, "text2qti")
    assert f"Points: {written}\n" in content.decode()
    assert [c.why for c in report.changes if c.what == "points"] == (
        [] if points in (9, 2.5) else [f"points are whole or half ones there; {points:g} became {written}"]
    )
    assert two_way.back(content, "text2qti").summary == "Two\n\nparts."


REST = {"explain": "So.", "source": "A book"}
