"""X, ours, X: every possible response is marked as the file says, up to what the report declares."""

from fractions import Fraction
from itertools import chain, combinations, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.neutral import (
    ChooseMany,
    ChooseOne,
    Foreign,
    MatchUp,
    NumberOption,
    Option,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.exchange.to_ours import as_quiz_fields, build
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.marking import mark

RELAXED = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
WEIGHTS = st.sampled_from([Fraction(n, 100) for n in (100, 50, 25, 0, -25, -50, -100)])
WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")


def score(body, response) -> Fraction:
    """What Moodle's rules give for a response, from the documentation of its question types."""
    if isinstance(body, Truth):
        return Fraction(response is body.answer)
    if isinstance(body, ChooseOne):
        return max(Fraction(0), next(one.weight for one in body.options if one.text == response))
    if isinstance(body, ChooseMany):
        return min(Fraction(1), max(Fraction(0), sum(one.weight for one in body.options if one.text in response)))
    if isinstance(body, TypeText):
        found = [one.weight for one in body.options if one.text.casefold() == response.casefold()]
        return max(found, default=Fraction(0))
    if isinstance(body, TypeNumber):
        found = [one.weight for one in body.answers if one.low <= Fraction(str(response)) <= one.high]
        return max(found, default=Fraction(0))
    return Fraction(sum(response[term] == meaning for term, meaning in body.pairs), len(body.pairs))


def responses(body):
    if isinstance(body, Truth):
        return [True, False]
    if isinstance(body, ChooseOne):
        return [one.text for one in body.options]
    if isinstance(body, ChooseMany):
        texts = [one.text for one in body.options]
        return [list(some) for some in chain.from_iterable(combinations(texts, n) for n in range(1, len(texts) + 1))]
    if isinstance(body, TypeText):
        return [*WORDS, *(word.upper() for word in WORDS), "nothing"]
    if isinstance(body, TypeNumber):
        ends = {float(end) for one in body.answers for end in (one.low, one.high)}
        return sorted({round(end + step, 6) for end in ends for step in (-0.001, 0, 0.001)})
    terms = [term for term, _ in body.pairs]
    meanings = [meaning for _, meaning in body.pairs]
    return [dict(zip(terms, some, strict=True)) for some in permutations(meanings)]


def options(least, most):
    return st.lists(st.sampled_from(WORDS), min_size=least, max_size=most, unique=True).flatmap(
        lambda texts: st.lists(WEIGHTS, min_size=len(texts), max_size=len(texts)).map(
            lambda weights: tuple(Option(t, w, "said") for t, w in zip(texts, weights, strict=True))
        )
    )


BODIES = st.one_of(
    options(2, 5).map(ChooseOne),
    options(2, 4).map(ChooseMany),
    st.integers(1, 3).flatmap(
        lambda n: st.lists(st.sampled_from([0, -1]), min_size=1, max_size=2).map(
            lambda wrong: ChooseMany(
                (
                    *(Option(word, Fraction(1, n), "") for word in WORDS[:n]),
                    *(Option(f"w{i}", Fraction(-1, n), "") for i, _ in enumerate(wrong)),
                )
            )
        )
    ),
    st.booleans().map(Truth),
    options(1, 5).map(TypeText),
    st.lists(st.tuples(st.integers(-5, 5), st.sampled_from([0, 1, 3])), min_size=1, max_size=3).map(
        lambda found: TypeNumber(
            tuple(
                NumberOption(Fraction(c - w), Fraction(c + w), Fraction(1 if not i else 0), "said", Fraction(c))
                for i, (c, w) in enumerate(found)
            )
        )
    ),
    st.integers(2, 4).map(lambda n: MatchUp(tuple((WORDS[i], f"m{i}") for i in range(n)))),
)


def imported(body):
    return build([Foreign(body, "What?", identifier="q")], title="t", file="f")


@RELAXED
@given(body=BODIES)
def test_every_response_is_marked_as_the_file_says_unless_declared(body):
    result = imported(body)
    if not result.questions or not result.report.lossless:
        return
    question = TypeAdapter(Question).validate_python(dict(result.questions[0]))
    for response in responses(body):
        got = mark(question, response)
        assert got.score == pytest.approx(float(score(body, response)), abs=1e-4), response


@pytest.mark.parametrize("name", ["gift", "moodle", "jupyterquiz"])
def test_a_file_that_is_written_again_marks_every_response_the_same(name):
    @RELAXED
    @given(body=BODIES)
    def check(body):
        result = imported(body)
        if not result.questions or (name == "jupyterquiz" and isinstance(body, MatchUp)):
            return
        quiz = Quiz.model_validate(as_quiz_fields(result))
        written = FORMATS[name].writer()(quiz, "quiz")
        again = Quiz.model_validate(as_quiz_fields(FORMATS[name].reader()(written.content, "quiz")))
        for response in responses(body):
            before, after = mark(quiz.questions[0], response), mark(again.questions[0], response)
            assert (before.correct, before.unclear) == (after.correct, after.unclear), response
            assert before.score == pytest.approx(after.score)

    check()


def test_a_wrong_option_that_costs_nothing_is_declared():
    report = imported(ChooseMany((Option("a", Fraction(1)), Option("b", Fraction(0))))).report
    assert [change.what for change in report.changes if change.loss] == ["partial credit"]


def test_half_credit_is_declared():
    body = ChooseOne((Option("a", Fraction(1)), Option("b", Fraction(1, 2)), Option("c", Fraction(0))))
    assert [change.why for change in imported(body).report.changes if change.loss] == [
        "'b' earns 50% in the file, here nothing"
    ]


def test_a_second_right_option_is_left_out_and_declared():
    body = ChooseOne((Option("a", Fraction(1)), Option("b", Fraction(1)), Option("c", Fraction(0))))
    result = imported(body)
    assert result.questions[0]["wrong"].keys() == {"c"}
    assert "another right option" in [change.what for change in result.report.changes]


@pytest.mark.parametrize(
    "body",
    [
        ChooseOne((Option("a", Fraction(0)), Option("b", Fraction(0)))),
        ChooseOne((Option("a", Fraction(1)),)),
        ChooseMany((Option("a", Fraction(1, 2)), Option("b", Fraction(1, 2)))),
        TypeText((Option("a", Fraction(1, 2)),)),
        TypeNumber(()),
        MatchUp((("a", "b"),)),
    ],
)
def test_what_cannot_be_ours_is_dropped_with_a_reason(body):
    result = imported(body)
    assert result.questions == ()
    assert result.report.dropped == 1
    assert result.report.changes[0].why
