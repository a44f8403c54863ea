"""What a QTI 1.2 item gives for a response: its conditions, evaluated as the specification and Canvas do.

Nothing is executed: conditions are comparisons, scores are sums.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dlquiz.exchange.formats.qti.decimal import fraction
from dlquiz.exchange.xmlsafe import Element

Responses = Mapping[str, frozenset[str]]

_COMPARISONS = frozenset({"varequal", "varsubset", "varsubstring"})
_BOUNDS = frozenset({"varlt", "varlte", "vargt", "vargte"})


@dataclass(frozen=True, slots=True)
class Earned:
    """What a response earns, and the ids of the feedback it is shown."""

    score: Fraction
    feedback: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One ``<respcondition>``: when, what it earns, what it shows."""

    test: Element
    sets: tuple[tuple[str, Fraction], ...]
    shows: tuple[str, ...]
    stops: bool

    @property
    def earns(self) -> bool:
        """Whether it can raise the score."""
        return any(value > 0 and action in ("set", "add") for action, value in self.sets)


class Scoring:
    """The conditions of one item."""

    def __init__(self, item: Element) -> None:
        self.single = {
            one.get("ident")
            for one in item.walk("response_lid", "response_str", "response_num")
            if one.get("rcardinality", "Single").casefold() == "single"
        }
        self.variable = _variable(item)
        self.conditions = tuple(_condition(one, self.variable) for one in item.walk("respcondition"))
        declared = (fraction(one.get("maxvalue")) for one in item.walk("decvar") if self._is_mine(one))
        self.declared = next((one for one in declared if one is not None and one > 0), None)

    def _is_mine(self, declaration: Element) -> bool:
        return declaration.get("varname", "SCORE").casefold() == self.variable

    @property
    def best(self) -> Fraction:
        """Return full marks: what the file declares, else all that can be earned."""
        if self.declared is not None:
            return self.declared
        values = [value for one in self.conditions for action, value in one.sets if value > 0]
        adds = [value for one in self.conditions for action, value in one.sets if value > 0 and action == "add"]
        return max([sum(adds, Fraction(0)), *values], default=Fraction(0)) or Fraction(1)

    def outcome(self, responses: Responses) -> Earned:
        """Return what these responses earn."""
        shown: list[str] = []
        score, met, stopped = Fraction(0), False, False
        for one in self.conditions:
            if not self._holds(one.test, responses, met):
                continue
            if one.sets and not stopped:
                for action, value in one.sets:
                    score = _applied(score, action, value)
                met = True
            if not stopped:
                shown += one.shows
            stopped = stopped or one.stops
        return Earned(score, tuple(shown))

    def share(self, responses: Responses) -> Fraction:
        """Return the share of full marks, at least -1 and at most 1."""
        return max(Fraction(-1), min(Fraction(1), self.outcome(responses).score / self.best))

    def _holds(self, test: Element, responses: Responses, met: bool) -> bool:
        children = test.children
        match test.name:
            case "conditionvar":
                # Canvas lists the right texts beside each other; one box can hold only one of them.
                idents = {one.get("respident") for one in children}
                same = len(children) > 1 and {one.name for one in children} == {"varequal"} and len(idents) == 1
                either = any if same and idents <= self.single else all
                return bool(children) and either(self._holds(one, responses, met) for one in children)
            case "and":
                return all(self._holds(one, responses, met) for one in children)
            case "or":
                return any(self._holds(one, responses, met) for one in children)
            case "not":
                return not any(self._holds(one, responses, met) for one in children)
            case "other":
                return not met
            case "unanswered":
                return not responses.get(test.get("respident"))
            case _:
                return _compares(test, responses.get(test.get("respident"), frozenset()))

    def names(self, ident: str) -> Iterator[Element]:
        """Yield every comparison with a response."""
        for one in self.conditions:
            yield from (test for test in one.test.walk(*_COMPARISONS, *_BOUNDS) if test.get("respident") == ident)


def _compares(test: Element, given: frozenset[str]) -> bool:
    text = test.text.strip()
    if test.name in _BOUNDS:
        bound = fraction(text)
        numbers = [number for one in given if (number := fraction(one)) is not None]
        if bound is None:
            return False
        return any(_within(test.name, number, bound) for number in numbers)
    if test.name not in _COMPARISONS:
        return False
    words = given if test.get("case").casefold() == "yes" else {one.casefold() for one in given}
    text = text if test.get("case").casefold() == "yes" else text.casefold()
    if test.name == "varsubstring":
        return any(text in one for one in words)
    if test.name == "varsubset":
        return {one.strip() for one in text.split(",")} <= set(words)
    return text in words


def _within(name: str, number: Fraction, bound: Fraction) -> bool:
    match name:
        case "varlt":
            return number < bound
        case "varlte":
            return number <= bound
        case "vargt":
            return number > bound
        case _:
            return number >= bound


def _applied(score: Fraction, action: str, value: Fraction) -> Fraction:
    match action:
        case "add":
            return score + value
        case "subtract":
            return score - value
        case "multiply":
            return score * value
        case "divide":
            return score / value if value else score
        case _:
            return value


def _variable(item: Element) -> str:
    names = [one.get("varname", "SCORE").casefold() for one in (*item.walk("decvar"), *item.walk("setvar"))]
    return next((one for one in ("score", *names) if one in names), "score")


def _condition(one: Element, variable: str) -> Condition:
    sets = tuple(
        (change.get("action", "Set").casefold(), fraction(change.text) or Fraction(0))
        for change in one.all("setvar")
        if change.get("varname", "SCORE").casefold() == variable
    )
    test = one.first("conditionvar") or Element("conditionvar", {}, one.line, one.column)
    shows = tuple(link.get("linkrefid") for link in one.all("displayfeedback"))
    return Condition(test, sets, shows, one.get("continue").casefold() == "no")


def positive(test: Element, ident: str, negated: bool = False) -> Iterator[str]:
    """Yield the values that a response must have for a condition to hold."""
    if test.name in _COMPARISONS and not negated and test.get("respident") == ident:
        yield from (part.strip() for part in (test.text.split(",") if test.name == "varsubset" else [test.text]))
    for one in test.children:
        yield from positive(one, ident, negated != (test.name == "not"))


def full_marks(conditions: Sequence[Condition]) -> Condition | None:
    """Return the condition that earns most."""
    scored = [one for one in conditions if one.earns]
    return max(scored, key=lambda one: max(value for _, value in one.sets), default=None)
