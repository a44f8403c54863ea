"""Item analysis: what the answers of a class say about the questions. Pure arithmetic.

Only first attempts count: a second one measures the feedback of the first. Everything is told only from ten learners
on; below that, chance decides. Formulas: Crocker & Algina, Introduction to Classical and Modern Test Theory (1986),
chapters 7 and 14; Kuder & Richardson, Psychometrika 2 (1937) 151; Cronbach, Psychometrika 16 (1951) 297.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.marking import options_of
from dlquiz.quiz.wrong_keys import doubts

FEWEST = 10
"""Learners; below that a number would be noise."""
HARDLY_CHOSEN = 0.05
"""A wrong option that fewer choose does no work (Tarrant, Ware & Mohammed 2009)."""
_FEWEST_CHOOSERS = 3
_DOUBTED = 1 / 6
"""Probability that another answer is the right one. To look at a key is cheap, so it is far below one half."""
ATTRACTS, MAY_BE_RIGHT = "attracts the best", "may be the right one"
"""Flags of an option for which the key should be looked at."""
_CLEARLY = 2.0
"""Standard errors: with less, a class of 30 would get a false alarm at every third question."""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer of one learner to one question. ``score`` is in [0, 1]; ``when`` orders the attempts of a learner."""

    learner: str
    question: str
    answer: tuple[str, ...]
    score: float
    when: str = ""


@dataclass(frozen=True, slots=True)
class OptionUse:
    """One option: how many chose it, their share, and the mean score that they have in the other questions."""

    text: str
    right: bool
    chosen: int
    share: float
    mean_rest: float | None
    flag: str = ""


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One question.

    ``difficulty`` is the mean score p, so an easy question has a large one. ``discrimination`` is the corrected
    item-rest correlation (point-biserial for scores of 0 and 1) with the mean score in the other questions; None if
    it has no value, and ``note`` says why.
    """

    question: str
    kind: str
    learners: int
    difficulty: float | None
    discrimination: float | None
    options: tuple[OptionUse, ...] = ()
    note: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reliability:
    """KR-20, or Cronbach's alpha where scores lie between 0 and 1; None with the reason in ``note``."""

    name: str
    value: float | None
    learners: int = 0
    questions: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the answers say about a quiz. ``repeated`` answers were second attempts, ``unknown`` fit no question."""

    learners: int
    answers: int
    repeated: int
    unknown: int
    items: tuple[ItemStatistics, ...]
    reliability: Reliability


Scores = Mapping[str, Mapping[str, float]]
"""Learner to question to score, first attempts only."""


def analyse(quiz: Quiz, attempts: Iterable[Response]) -> Analysis:
    """Compute everything about one quiz.

    Parameters
    ----------
    quiz : Quiz
        Its questions give kinds, options and keys; answers to others are only counted.
    attempts : iterable of Response
        In any order; of each learner and question the one with the smallest ``when`` counts.
    """
    by_id = {question.id: question for question in quiz.questions}
    listed = list(attempts)
    known = [attempt for attempt in listed if attempt.question in by_id]
    firsts = first_attempts(known)
    scores: dict[str, dict[str, float]] = {}
    for attempt in firsts:
        scores.setdefault(attempt.learner, {})[attempt.question] = attempt.score
    items = tuple(_item(question, firsts, scores) for question in quiz.questions)
    return Analysis(
        learners=len(scores),
        answers=len(firsts),
        repeated=len(known) - len(firsts),
        unknown=len(listed) - len(known),
        items=items,
        reliability=reliability(scores),
    )


def first_attempts(attempts: Iterable[Response]) -> list[Response]:
    """Return, of each learner and question, the earliest attempt; of equal times the first that was given."""
    found: dict[tuple[str, str], Response] = {}
    for attempt in attempts:
        key = (attempt.learner, attempt.question)
        if key not in found or attempt.when < found[key].when:
            found[key] = attempt
    return list(found.values())


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Return Pearson's correlation; None if one of the two does not vary."""
    count = len(xs)
    if count < 2 or len(set(xs)) < 2 or len(set(ys)) < 2:
        return None
    mean_x, mean_y = fsum(xs) / count, fsum(ys) / count
    both = fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    spread = sqrt(fsum((x - mean_x) ** 2 for x in xs) * fsum((y - mean_y) ** 2 for y in ys))
    return max(-1.0, min(1.0, both / spread)) if spread else None


def variance(xs: Sequence[float]) -> float:
    """Return the mean squared distance from the mean (of everybody, so divided by n): for 0 and 1 it is p (1 - p)."""
    mean = fsum(xs) / len(xs)
    return fsum((x - mean) ** 2 for x in xs) / len(xs)


def alpha(rows: Sequence[Sequence[float]]) -> float | None:
    """Return Cronbach's alpha of a full table (learners, questions); for scores of 0 and 1 it is KR-20.

    None if there are fewer than two questions, or everybody has the same total.
    """
    count = len(rows[0]) if rows else 0
    if count < 2:
        return None
    total = variance([fsum(row) for row in rows])
    if total < 1e-12:
        return None
    parts = fsum(variance([row[place] for row in rows]) for place in range(count))
    return count / (count - 1) * (1 - parts / total)


def reliability(scores: Scores) -> Reliability:
    """Compute KR-20 (or alpha) over learners who all answered the same questions.

    Sittings draw questions, so not everybody has met every one: questions that the fewest have answered are left out
    until enough learners have answered all that is left.
    """
    questions = sorted({question for given in scores.values() for question in given})
    name = "KR-20" if all(score in (0, 1) for given in scores.values() for score in given.values()) else "alpha"
    if len(scores) < FEWEST:
        return Reliability(name, None, note=f"too few: {len(scores)} learners, at least {FEWEST} are needed")
    answered = {question: sum(question in given for given in scores.values()) for question in questions}
    kept = sorted(questions, key=lambda question: (-answered[question], question))
    while kept:
        complete = [given for given in scores.values() if all(question in given for question in kept)]
        if len(complete) >= FEWEST:
            break
        kept.pop()
    if len(kept) < 2:
        note = f"no two questions were both answered by the same {FEWEST} learners"
        return Reliability(name, None, note=note)
    rows = [[given[question] for question in kept] for given in complete]
    name = "KR-20" if all(score in (0, 1) for row in rows for score in row) else "alpha"
    value = alpha(rows)
    note = "" if value is not None else "all totals are the same"
    return Reliability(name, value, len(rows), len(kept), note)


def _item(question: Question, firsts: Sequence[Response], scores: Scores) -> ItemStatistics:
    mine = [attempt for attempt in firsts if attempt.question == question.id]
    count = len(mine)
    difficulty = fsum(attempt.score for attempt in mine) / count if mine else None
    if count < FEWEST:
        return ItemStatistics(
            question.id, question.kind, count, difficulty, None, note="too few" if count else "not answered"
        )
    rest = {attempt.learner: _rest(scores[attempt.learner], question.id) for attempt in mine}
    pairs = [(attempt.score, value) for attempt in mine if (value := rest[attempt.learner]) is not None]
    discrimination = correlation([x for x, _ in pairs], [y for _, y in pairs]) if len(pairs) >= FEWEST else None
    note = ""
    if len(pairs) < FEWEST:
        note = "too few answered another question too"
    elif discrimination is None:
        note = "everybody has the same score" if len({x for x, _ in pairs}) < 2 else "all others have the same score"
    uses = _options(question, mine, rest) or _typed(question, mine, rest)
    return ItemStatistics(
        question.id,
        question.kind,
        count,
        difficulty,
        discrimination,
        uses,
        note,
        _flags(count, difficulty, discrimination, uses),
    )


def _rest(given: Mapping[str, float], question: str) -> float | None:
    """Return the mean score in the other questions: a sum would reward who was asked more of them."""
    others = [score for name, score in given.items() if name != question]
    return fsum(others) / len(others) if others else None


def _options(question: Question, mine: Sequence[Response], rest: Mapping[str, float | None]) -> tuple[OptionUse, ...]:
    """Return the table of options; none for typed answers, and for parametric ones, whose options differ."""
    right = KINDS[question.kind].right_options(question)
    if question.params or not right:
        return ()
    by_key = {_fold(text): text for text in options_of(question)}
    chosen: dict[str, list[float | None]] = {text: [] for text in by_key.values()}
    other: list[float | None] = []
    for attempt in mine:
        for text in attempt.answer:
            chosen.get(by_key.get(_fold(text), ""), other).append(rest[attempt.learner])
    keys = [chosen[text] for text in right]
    doubted = _doubted(chosen, right[0]) if len(right) == 1 else {}
    rows = [_use(text, text in right, chosen[text], len(mine), keys, doubted.get(text, 0.0)) for text in chosen]
    if other:
        rows.append(_use("(something else)", False, other, len(mine), []))
    return tuple(rows)


def _typed(question: Question, mine: Sequence[Response], rest: Mapping[str, float | None]) -> tuple[OptionUse, ...]:
    """Return the right answers as one row, and wrong ones that may be right; nothing where none may be.

    Answers that stand in parts, and those to variants of a question, are not compared.
    """
    if question.params or any(len(one.answer) != 1 or one.score not in (0, 1) for one in mine):
        return ()
    key, other = "(what is marked right)", "(something else)"
    counts = Counter(_fold(one.answer[0]) for one in mine if not one.score)
    given: dict[str, list[float | None]] = {key: []}
    for one in mine:
        text = _fold(one.answer[0])
        place = key if one.score else text if counts[text] >= _FEWEST_CHOOSERS else other
        given.setdefault(place, []).append(rest[one.learner])
    doubted = {text: doubt for text, doubt in _doubted(given, key).items() if doubt >= _DOUBTED and text != other}
    rows = {key: 0.0, **doubted}
    return tuple(_use(text, text == key, given[text], len(mine), [], rows[text]) for text in rows) if doubted else ()


def _doubted(chosen: Mapping[str, Sequence[float | None]], key: str) -> dict[str, float]:
    return doubts([(text, value) for text, values in chosen.items() for value in values], key, list(chosen))


def _use(
    text: str,
    right: bool,
    rests: Sequence[float | None],
    learners: int,
    keys: Sequence[Sequence[float | None]],
    doubt: float = 0.0,
) -> OptionUse:
    share = len(rests) / learners
    flag = ""
    if not right and share < HARDLY_CHOSEN:
        flag = "hardly chosen"
    elif not right and keys and all(_better(rests, key) for key in keys):
        flag = ATTRACTS
    elif not right and doubt >= _DOUBTED and len(rests) >= _FEWEST_CHOOSERS:
        flag = MAY_BE_RIGHT
    return OptionUse(text, right, len(rests), share, _mean(rests), flag)


def _better(some: Sequence[float | None], others: Sequence[float | None]) -> bool:
    """Return whether those who chose a wrong option are better than those who chose the key, by more than chance.

    That is by more than `_CLEARLY` standard errors of the difference, with the spread of both groups pooled; an
    option that three people chose is above the key in half of all cases. Nobody at all at the key counts too.
    """
    one, two = ([value for value in values if value is not None] for values in (some, others))
    if len(one) < _FEWEST_CHOOSERS:
        return False
    if not two:
        return True
    spread = variance(one) * len(one) + variance(two) * len(two)
    error = sqrt(spread / max(1, len(one) + len(two) - 2) * (1 / len(one) + 1 / len(two)))
    return fsum(one) / len(one) - fsum(two) / len(two) > max(_CLEARLY * error, 1e-9)


def _flags(
    learners: int, difficulty: float | None, discrimination: float | None, uses: Collection[OptionUse]
) -> tuple[str, ...]:
    flags = []
    suspected = any(use.flag in (ATTRACTS, MAY_BE_RIGHT) for use in uses)
    # The correlation of unrelated scores has a standard error of 1 / sqrt(n - 1).
    noise = _CLEARLY / sqrt(learners - 1)
    if suspected or (discrimination is not None and discrimination < -noise):
        flags.append("check the key")
    elif discrimination is not None and discrimination < 0:
        flags.append("negative, but no more than chance")
    if difficulty is not None and difficulty >= 0.95:
        flags.append("very easy")
    if difficulty is not None and difficulty <= 0.2:
        flags.append("very hard")
    return tuple(flags)


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fsum(known) / len(known) if known else None
