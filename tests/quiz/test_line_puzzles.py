"""Lines of code in order: lines that belong nowhere, steps to the right, and lines that may change places."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.model.codes import Code
from dlquiz.model.quiz import Order, Quiz
from dlquiz.quiz.marking import mark, options_of, right_answer, right_answer_value
from dlquiz.quiz.sitting import slot_for
from dlquiz.quiz.typed_input import read_typed
from dlquiz.quiz.view import digest, seen
from dlquiz.render.quiz import Look, mark_lines, question_lines
from tests.exchange import page_marking
from tests.quiz.strategies import puzzles

COMMON = {"kind": "order", "id": "q", "stem": "Order.", "explain": "Because.", "source": "A book"}
STEPS = Order.model_validate(
    {**COMMON, "items": ["split", "train", "test"], "extra": {"guess": "Nobody guesses.", "pray": None}}
)
LINES = ["total = 0.0", "for x in xs:", "    total += x", "    count += 1", "return total"]
CODE = Order.model_validate(
    {
        **COMMON,
        "indent": "true",
        "items": LINES,
        "extra": {"total = x": "It forgets."},
        "any_order": [["total += x", "count += 1"]],
        "why": {"return total": "It comes behind the loop."},
        "partial": "pairs",
    }
)
SHOWN = ("return total", "total = x", "total += x", "for x in xs:", "count += 1", "total = 0.0")


def typed(line):
    return mark(CODE, read_typed(seen(CODE), SHOWN, line))


@pytest.mark.parametrize("line", ["6 4 3> 5> 1", "6 4 3 > 5 > 1", "6, 4, 3>, 5>, 1", "f d c> e> a", "6 4 5> 3> 1"])
def test_a_mark_behind_a_number_is_a_step_to_the_right(line):
    assert typed(line).correct


@pytest.mark.parametrize(
    ("line", "score"),
    [
        ("6 4 3 5 1", 0.3),  # pairs of the three lines that are not indented
        ("6 4 3> 5> 1>", 0.6),  # what stands in the loop by mistake is in no right pair
        ("2 4 3> 5> 1", 0.6),  # nor is a line that is missing
        ("4 6 3> 5> 1", 0.9),
        ("1 5> 3> 4 6", 0.1),  # the two lines that may change places
    ],
)
def test_order_level_and_choice_count(line, score):
    assert typed(line).score == pytest.approx(score)


@pytest.mark.parametrize("line", ["6 4 3> 5>", "6 4 3> 5> 1 2", "6 6 4 3> 5>", "9", "", ">>"])
def test_too_few_too_many_and_unknown_lines_are_asked_again(line):
    assert typed(line).unclear


def test_every_part_says_what_is_wrong_with_it():
    said = {one.option: one.text for one in typed("2 4> 3> 1 6").feedback}
    assert said == {
        "1. `total = x`": "It belongs nowhere. It forgets.",
        "2. `for x in xs:`": "It stands 0 steps to the right.",
        "3. `total += x`": "",
        "4. `return total`": "It comes at place 5. It comes behind the loop.",
        "5. `total = 0.0`": "It comes at place 1.",
    }


def test_what_belongs_nowhere_takes_the_place_of_an_item():
    assert mark(STEPS, ["split", "guess", "test"]).score == pytest.approx(2 / 3)
    assert mark(STEPS, ["split", "train"]).message == "Please give 3 of the 5 items, each one once."
    assert mark(STEPS, ["split", "pray", "test"]).feedback[1].text == "It belongs nowhere."


def test_only_the_members_of_a_group_change_places():
    for order in itertools.permutations(LINES):
        assert mark(CODE, order).correct == (order in (tuple(LINES), (*LINES[:2], LINES[3], LINES[2], LINES[4])))


def test_code_is_shown_as_it_is_and_without_its_steps():
    asked = seen(CODE)
    lines = question_lines(asked, dict(zip("123456", SHOWN, strict=True)), 1, 1, Look(width=30))
    assert [f"  {number}. {text}" for number, text in enumerate(SHOWN, 1)] == [
        x for x in lines if x[:3].strip().isdigit() or x[2:3].isdigit()
    ]
    assert "5 lines" in asked.how_to
    text = "\n".join(mark_lines(CODE, mark(CODE, LINES), {}, right_answer(CODE), Look()))
    assert "4. `count += 1`: right." in text


def test_lines_that_the_author_marks_as_code_are_not_broken():
    fields = {**COMMON, "items": ["`x = [1,  2, 3, 4, 5, 6, 7, 8, 9]`", "`y = x`"], "extra": ["`z = x`"]}
    question = Order.model_validate(fields)
    options = options_of(question)
    lines = question_lines(seen(question), dict(zip("123", options, strict=True)), 1, 1, Look(width=30))
    assert "  1. x = [1,  2, 3, 4, 5, 6, 7, 8, 9]" in lines
    for typed_line in ("1 2", "1 > 2", "1>2", "a b", "; ".join(options[:2])):
        assert mark(question, read_typed(seen(question), options, typed_line)).correct, typed_line


def test_the_right_answer_is_a_block_of_code():
    assert right_answer(CODE) == "\n".join(("```", *LINES, "```"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"extra": ["split"]}, Code.OPTION_CLASH),
        ({"any_order": [["split"]]}, Code.WRONG_COUNT),
        ({"any_order": [["split", "guess"]]}, Code.WHY),
        ({"any_order": [["split", "train"], ["train", "test"]]}, Code.OPTION_CLASH),
        ({"indent": "true", "items": ["a:", "  b"]}, Code.BAD_FORM),
        ({"indent": "true", "items": ["a:", "        b"]}, Code.BAD_FORM),
        ({"indent": "true", "items": ["    a", "b"]}, Code.BAD_FORM),
        ({"indent": "true", "items": ["a:", "    a:"]}, Code.OPTION_CLASH),
    ],
)
def test_mistakes_of_authors_are_refused(change, code):
    fields = {**COMMON, "items": ["split", "train", "test"], **change}
    with pytest.raises(ValueError, match=code.value):
        Order.model_validate(fields)


def test_a_question_without_the_later_fields_keeps_its_fingerprint():
    plain = Order.model_validate({**COMMON, "items": ["split", "train", "test"]})
    assert digest(plain) == "e4d4e49aa2aed75e"
    assert digest(plain) != digest(STEPS)


@given(question=puzzles(), seed=st.integers(0, 99))
def test_the_right_lines_can_be_typed_and_nothing_shown_gives_their_steps_away(question, seed):
    options = slot_for(question, seed).options
    assert sorted(options) == sorted(options_of(question))
    assert all(option == option.strip() for option in options)
    line = " ".join(
        f"{options.index(item.strip()) + 1}{'>' * level}"
        for item, level in zip(question.items, question.levels, strict=True)
    )
    assert read_typed(seen(question), options, line) == right_answer_value(question)
    assert mark(question, right_answer_value(question)).correct


@given(question=puzzles(), data=st.data())
def test_a_score_is_full_for_a_right_answer_only(question, data):
    answer = _answer(question, data)
    result = mark(question, answer)
    assert not result.unclear
    assert 0 <= result.score <= 1
    assert (result.score == 1) == result.correct == all(one.right for one in result.feedback)
    again = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question.model_dump(mode="json")]})
    assert mark(again.questions[0], answer) == result


@settings(max_examples=30, deadline=None)
@given(question=puzzles(), data=st.data())
def test_the_page_gives_the_same_score(question, data):
    answers = [_answer(question, data) for _ in range(8)]
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question.model_dump(mode="json")]})
    (marks,) = page_marking.marked(quiz, [(question, answers)])
    for answer, theirs in zip(answers, marks, strict=True):
        assert theirs["score"] == pytest.approx(mark(question, answer).score)


def _answer(question, data):
    texts = data.draw(st.permutations(options_of(question)))[: len(question.items)]
    right = dict(zip(question.lines, question.levels, strict=True))
    levels = [right.get(text, 0) if data.draw(st.integers(0, 3)) else data.draw(st.integers(0, 2)) for text in texts]
    return [f"{'    ' * level}{text}" for text, level in zip(texts, levels, strict=True)]
