"""What a learner sees of a quiz: the same from the quiz itself and from what was kept of it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.content import builtin_course, load_course, load_quiz
from dlquiz.model.quiz import Quiz
from dlquiz.model.sheet import from_json, to_json
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.sheet import seen, sheet_of
from dlquiz.quiz.typed import labelled, partners
from dlquiz.render.quiz import Look, question_lines, title_lines
from tests.quiz.strategies import quizzes

COMMON = {"explain": "Because.", "source": "A book"}
PARAMETRIC = {
    "kind": "numeric",
    "id": "n",
    "stem": "Twice {{n}} is?",
    "answer": "2 * n",
    "params": {"n": ["1", "2", "3"]},
    "unit": "steps",
    "points": 2.5,
    **COMMON,
}
CLOZE = {"kind": "cloze", "id": "c", "stem": "[[One]] pass is an [[epoch]].", **COMMON}
QUIZ = Quiz.model_validate(
    {"format_version": 1, "title": "Two", "summary": "S.", "draw": 1, "questions": [PARAMETRIC, CLOZE]}
)


def drawn(asked, slot, look):
    """Every line that shows a question in a sitting."""
    beside = partners(asked)
    options = labelled(slot.options, numbers=bool(beside))
    return question_lines(asked, options, 1, 9, look, partners=beside)


@pytest.mark.parametrize("quiz_id", load_course().quiz_ids())
@pytest.mark.parametrize("plain", [True, False])
def test_every_quiz_looks_the_same_with_and_without_what_was_kept(quiz_id, plain):
    quiz = load_quiz(builtin_course() / "quizzes" / f"{quiz_id}.yaml")
    kept = from_json(to_json(sheet_of(quiz)))
    look = Look(plain=plain, colour=not plain)
    assert kept == sheet_of(quiz)
    assert title_lines(kept, 3, 1, look) == title_lines(sheet_of(quiz), 3, 1, look)
    for seed in range(5):
        sitting = steps.begin(quiz_id, quiz, seed)
        assert steps.begin(quiz_id, kept, seed) == sitting
        for slot in sitting.slots:
            assert drawn(steps.asked(kept, slot), slot, look) == drawn(seen(steps.asked(quiz, slot)), slot, look)


@settings(deadline=None, max_examples=40)
@given(quizzes())
def test_any_quiz_comes_back_as_it_was(quiz):
    sheet = sheet_of(quiz)
    assert from_json(to_json(sheet)) == sheet
    assert steps.begin("q", sheet, 1) == steps.begin("q", quiz, 1)


def test_variants_are_drawn_and_left_out_alike_from_the_quiz_and_its_sheet():
    sheet = sheet_of(QUIZ)
    for seed in range(20):
        sitting = steps.begin("two", QUIZ, seed)
        assert steps.begin("two", sheet, seed) == sitting
        for slot in sitting.slots:
            assert seen(steps.asked(QUIZ, slot)) == steps.asked(sheet, slot)
    fewer = Quiz.model_validate(
        {"format_version": 1, "title": "Two", "questions": [{**PARAMETRIC, "params": {"n": ["1", "5"]}}]}
    )
    for seed in range(20):
        sitting = steps.begin("two", QUIZ, seed)
        assert steps.reconcile(sitting, fewer) == steps.reconcile(sitting, sheet_of(fewer))


def test_a_blank_is_a_gap_wherever_it_stands():
    asked = seen(QUIZ.question("c"))
    assert (asked.stem(), asked.blanks) == ("(1) ____ pass is an (2) ____.", 2)
    assert asked.stem("[blank]") == QUIZ.question("c").gapped("[blank]")


def test_no_right_answer_is_kept():
    text = to_json(sheet_of(QUIZ))
    for answer in ("epoch", "Because", "A book"):
        assert answer not in text


# --- what is no sheet -------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """Every path in a JSON document."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in pairs:
        yield from places(inner, (*path, step))


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_sheet_with_anything_replaced_is_refused_or_can_be_shown(data):
    document = json.loads(to_json(sheet_of(QUIZ)))
    path = data.draw(st.sampled_from([p for p in places(document) if p]))
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    if isinstance(inner, dict) and data.draw(st.booleans()):
        del inner[path[-1]]
    else:
        inner[path[-1]] = data.draw(JSON)
    try:
        sheet = from_json(json.dumps(document))
    except ValueError:
        return
    assert to_json(sheet)
    for slot in steps.begin("q", sheet, 1).slots:
        assert "\n".join(drawn(steps.asked(sheet, slot), slot, Look())).encode()


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "null", "3", "nonsense", "[" * 100_000, '{"format_version": 1, "questions": []}'),
        *(to_json(sheet_of(QUIZ)).replace('"format_version":1', f'"format_version":{n}') for n in ("2", '"1"', "null")),
        *(to_json(sheet_of(QUIZ)).replace('"draw":1', f'"draw":{draw}') for draw in ("0", "3", "true", "1.0", '"1"')),
        to_json(sheet_of(QUIZ)).replace('"kind":"cloze"', '"kind":"essay"'),
        to_json(sheet_of(QUIZ)).replace('"kind":"cloze"', '"kind":"choice"'),
        to_json(sheet_of(QUIZ)).replace('"id":"c"', '"id":"n"'),
        to_json(sheet_of(QUIZ)).replace("pass is", "\\ud800"),
        to_json(sheet_of(QUIZ)).replace('"points":2.5', '"points":1e999'),
        to_json(sheet_of(QUIZ)).replace('"points":2.5', f'"points":1{"0" * 400}'),
    ],
)
def test_what_is_no_sheet_is_refused_with_one_kind_of_error(text):
    with pytest.raises(ValueError):
        from_json(text)
