"""Every rule finds its example in the reference, and is silent about the better one."""

import re
from pathlib import Path

import pytest
import yaml

from dlquiz.model.quiz import Quiz
from dlquiz.quiz.lint.registry import RULES, link
from dlquiz.quiz.lint.rule import Bank, Sheet
from dlquiz.quiz.lint.run import lint
from dlquiz.quiz.running import Runner, stale

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "quiz-lint.md"
SECTION = re.compile(r"^## (?P<id>[a-z-]+)\n(?P<body>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
SECTIONS = {match["id"]: match["body"] for match in SECTION.finditer(PAGE.read_text(encoding="utf-8"))}
EXAMPLES = {
    name: re.findall(r"```yaml\n(.*?)```", body, re.DOTALL) for name, body in SECTIONS.items() if "```yaml" in body
}
WITHOUT = {"typo-reach", "key-position", "one-tag-run", "dup-id"}
"""Rules over several files, or over files of other programs."""


def text(value):
    """Read a plain YAML value as our loader does: text stays text."""
    if isinstance(value, dict):
        return {str(key): text(item) for key, item in value.items()}
    return [text(item) for item in value] if isinstance(value, list) else value


def quiz(*questions, **more):
    filled = [
        {"id": f"q{number}", "explain": "This is long enough to explain it.", "source": "A book", **question}
        for number, question in enumerate(questions)
    ]
    return Quiz.model_validate({"format_version": 1, "title": "A quiz", "questions": filled, **more})


def written(example):
    return quiz(*(text(one) for one in yaml.load(example, yaml.BaseLoader)))


def found(*quizzes, **more):
    sheets = tuple(Sheet(f"quiz{number}.yaml", one, **more) for number, one in enumerate(quizzes))
    return [(one.rule.id, one.hit.question) for one in lint(Bank(sheets))]


def choice(right, *wrong, stem="Which one?", **more):
    reasons = {option: f"Reason number {number} of the author." for number, option in enumerate(wrong)}
    return {"kind": "choice", "stem": stem, "right": right, "wrong": reasons, **more}


def test_the_page_has_a_section_for_every_rule_in_their_order():
    assert list(SECTIONS) == list(RULES)


@pytest.mark.parametrize("name", RULES)
def test_the_page_gives_what_why_and_source_of_every_rule(name):
    rule, body = RULES[name], SECTIONS[name]
    assert f"{rule.what} ({rule.severity})\n" in body
    assert f"**Why.** {rule.why}\n" in body
    assert f"**Source.** {rule.source}.\n" in body
    assert f"| [`{name}`](#{name}) | {rule.severity} | {rule.what} |" in PAGE.read_text(encoding="utf-8")
    assert link(name) == f"docs/reference/quiz-lint.md#{name}"


def test_every_rule_has_an_example_but_those_over_several_files():
    assert set(RULES) - set(EXAMPLES) == WITHOUT


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"code-output-stale"}))
def test_a_rule_finds_its_bad_example_and_not_the_better_one(name):
    bad, better = EXAMPLES[name]
    assert name in {rule for rule, _ in found(written(bad))}
    assert found(written(better)) == []


@pytest.mark.sandbox
def test_code_that_prints_something_else_is_found():
    bad, better = (written(example) for example in EXAMPLES["code-output-stale"])
    with Runner() as runner:
        (one,) = stale(bad.questions, runner)
        assert one.message == "the code prints “3”, not “4”"
        assert list(stale(better.questions, runner)) == []


def test_a_question_can_ignore_a_rule_and_others_still_count():
    bad, _ = EXAMPLES["negative-stem"]
    (question,) = (text(one) for one in yaml.load(bad, yaml.BaseLoader))
    assert found(quiz(question)) == [("negative-stem", "q0")]
    assert found(quiz({**question, "ignore": ["negative-stem"]})) == []
    assert found(quiz({**question, "ignore": ["clang"]})) == [("negative-stem", "q0")]


def test_a_rule_can_be_left_out_for_all():
    bad, _ = EXAMPLES["negative-stem"]
    bank = Bank((Sheet("a.yaml", written(bad)),))
    assert lint(bank, ignored={"negative-stem"}) == ()


@pytest.mark.parametrize(
    "stem",
    [
        "Why does a network that was not trained guess?",
        "The model has not seen these images. What is this set called?",
        "Which of these does NOT change the weights?",
        "Which set is used when the labels are not known?",
        "Training stops when the loss does not fall any more. What is this called?",
    ],
)
def test_a_not_that_describes_is_no_negative_question(stem):
    assert found(quiz(choice("One", "Two", "Three", stem=stem))) == []


@pytest.mark.parametrize(
    "stem", ["Which of these cannot overfit?", "All of these hold, except which?", "Tick what never ends."]
)
def test_a_question_for_what_is_not_so_is_found(stem):
    assert found(quiz(choice("One", "Two", "Three", stem=stem))) == [("negative-stem", "q0")]


def test_a_statement_that_denies_must_say_so_loudly():
    plain, loud = (
        {"kind": "truefalse", "stem": stem, "answer": True} for stem in ("It does not grow.", "It does *not* grow.")
    )
    assert found(quiz(plain)) == [("negative-stem", "q0")]
    assert found(quiz(loud)) == []


def test_words_of_another_language_are_not_judged_as_english():
    question = choice("Das Netz", "Only die Daten", "Der Rest", stem="Which of these is not it?")
    assert found(quiz(question, lang="de")) == []


def test_absolute_words_on_both_sides_give_nothing_away():
    assert found(quiz(choice("It never ends", "It always ends", "It is done"))) == []


def test_numbers_that_are_written_differently_are_the_same_number():
    assert ("overlap-numeric", "q0") in found(quiz(choice("0.5", "50 %", "0.7")))
    assert ("overlap-numeric", "q0") in found(quiz(choice("0.25", "1/2", "0.50")))
    assert found(quiz(choice("1000", "10,000", "1e5"))) == []


def test_options_that_differ_in_a_sign_are_different():
    assert found(quiz(choice("x > 0", "x < 0", "x = 0"))) == []
    assert found(quiz(choice("`a[0]`", "`a[1]`", "`a[-1]`"))) == []


def test_the_same_id_in_two_quizzes_is_an_error_in_the_second():
    one, two = (
        quiz({"kind": "truefalse", "stem": stem, "answer": True}) for stem in ("A step is short.", "Snow is cold.")
    )
    assert found(one, two) == [("dup-id", "q0")]


def test_a_term_of_another_quiz_within_reach_of_a_typo_is_found():
    one = quiz(
        {"kind": "short", "stem": "What adapts the weights?", "accept": ["optimiser"], "typos": 1, "id": "a-one"}
    )
    two = quiz({"kind": "short", "stem": "What is it after training?", "accept": ["optimised"], "id": "b-one"})
    assert found(one, two) == [("typo-reach", "a-one")]
    rejecting = quiz(
        {
            "kind": "short",
            "stem": "What adapts the weights?",
            "accept": ["optimiser"],
            "typos": 1,
            "reject": {"optimised": "This is the model, not the tool."},
            "id": "a-one",
        }
    )
    assert found(rejecting, two) == []


def test_places_and_runs_are_told_only_where_learners_see_the_order_of_the_file():
    questions = [
        choice(f"Right {word}", f"Wrong {word}", f"Other {word}", stem=f"Which {word} is {word}?", tags=["same"])
        for word in "alpha beta gamma delta epsilon zeta eta theta".split()
    ]
    places = {f"q{number}": (0, 3) for number in range(8)}
    ours = quiz(*questions)
    names = {"key-position", "one-tag-run"}
    assert names & {rule for rule, _ in found(ours)} == set()
    assert names & {rule for rule, _ in found(ours, fixed_order=True, key_places=places)} == names
    mixed = {f"q{number}": (number % 3, 3) for number in range(8)}
    assert "key-position" not in {rule for rule, _ in found(ours, fixed_order=True, key_places=mixed)}


def test_what_is_wrong_in_one_variant_only_is_found_once():
    question = choice("{{a}}", "{{b}} %", "9", stem="Which one is it?", params={"a": ["1", "5"], "b": ["50", "500"]})
    hits = [hit for hit in found(quiz(question)) if hit[0] == "overlap-numeric"]
    assert hits == [("overlap-numeric", "q0")]


def test_an_acronym_is_explained_by_words_with_its_letters_anywhere():
    asks = {"kind": "truefalse", "stem": "SGD uses batches.", "answer": True}
    assert found(quiz(asks)) == [("acronym-undefined", "q0")]
    assert found(quiz({**asks, "stem": "The sign says NEVER LEAVE LUGGAGE HERE in red."})) == []
    said = {**asks, "explain": "Stochastic gradient descent draws a batch for each step."}
    assert found(quiz(said)) == []
