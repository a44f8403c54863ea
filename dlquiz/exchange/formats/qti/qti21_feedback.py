"""To whom a QTI 2.x item says what: found by trying responses, whatever the rules look like."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from dlquiz.exchange.formats.qti.qti21_rules import ResponseRules, Responses, Values
from dlquiz.exchange.xmlsafe import Element

_MOST_OPTIONS = 40
_NONSENSE = "\ue001"

_Outcome = Mapping[str, Values]


@dataclass(slots=True)
class Told:
    """What is said: to single options by their identifiers, to everybody, to who is right, and to who is wrong."""

    options: dict[str, list[str]] = field(default_factory=dict)
    everybody: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class _Group(Enum):
    EVERYBODY = auto()
    RIGHT = auto()
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class AskedItem:
    """What is asked: the response, what can be answered (identifiers or texts), and what is right.

    ``many`` says that several options make one answer.
    """

    response: str = ""
    options: Sequence[str] = ()
    right: Responses = field(default_factory=dict)
    many: bool = False


def told(item: Element, rules: ResponseRules, question: AskedItem, text_of: Callable[[Element], str]) -> Told:
    """Say who is told what by the feedback that stands in no option; ``text_of`` makes Markdown of an element."""
    tries = _tries(rules, question)
    found = Told()
    for element in _feedback(item):
        text = text_of(element)
        if not text:
            continue
        whom = _whom(element, tries, question) if tries else _by_name(element, question)
        match whom:
            case list():
                for option in whom:
                    found.options.setdefault(option, []).append(text)
            case _Group.RIGHT:
                found.right.append(text)
            case _Group.WRONG:
                found.wrong.append(text)
            case _:
                found.everybody.append(text)
    return found


def _feedback(item: Element) -> Iterator[Element]:
    yield from item.all("modalFeedback")
    body = item.first("itemBody")
    if body is None:
        return
    inside = {
        id(part)
        for option in body.walk("simpleChoice", "inlineChoice", "simpleAssociableChoice")
        for part in option.walk("feedbackInline", "feedbackBlock")
    }
    yield from (one for one in body.walk("feedbackInline", "feedbackBlock") if id(one) not in inside)


def _by_name(element: Element, question: AskedItem) -> list[str] | _Group:
    """Take a feedback that is called like an option for what is said to that one: the rules cannot be followed."""
    name = element.get("identifier")
    return [name] if name in question.options else _Group.EVERYBODY


@dataclass(frozen=True, slots=True)
class _Tries:
    """The outcomes of some responses: each option alone, all but each, all, the right ones, and nonsense."""

    alone: tuple[_Outcome, ...]
    without: tuple[_Outcome, ...]
    every: _Outcome
    right: _Outcome
    nonsense: _Outcome


def _tries(rules: ResponseRules, question: AskedItem) -> _Tries | None:
    options = question.options
    if not rules.written or len(options) > _MOST_OPTIONS:
        return None

    def outcome(*values: str) -> _Outcome | None:
        return rules.outcome({question.response: values})

    alone = [outcome(one) for one in options]
    without = [outcome(*(other for other in options if other != one)) for one in options] if question.many else []
    every = outcome(*options) if question.many else {}
    right, nonsense = rules.outcome(question.right), rules.outcome(dict.fromkeys(question.right, (_NONSENSE,)))
    if every is None or right is None or nonsense is None or None in alone or None in without:
        return None
    return _Tries(_known(alone), _known(without), every, right, nonsense)


def _known(outcomes: Sequence[_Outcome | None]) -> tuple[_Outcome, ...]:
    return tuple(one for one in outcomes if one is not None)


def _shown(element: Element, outcome: _Outcome) -> bool:
    there = element.get("identifier") in outcome.get(element.get("outcomeIdentifier"), ())
    return there == (element.get("showHide", "show") != "hide")


def _whom(element: Element, tries: _Tries, question: AskedItem) -> list[str] | _Group:
    alone = [_shown(element, one) for one in tries.alone]
    right, nonsense = _shown(element, tries.right), _shown(element, tries.nonsense)
    if question.many:
        every = _shown(element, tries.every)
        for place, option in enumerate(question.options):
            # It hangs on this option alone if it comes and goes with it, whatever else is ticked.
            absent = _shown(element, tries.without[place])
            others = {shown for number, shown in enumerate(alone) if number != place}
            if alone[place] != absent and every == alone[place] and others <= {absent}:
                return [option]
    elif any(alone) and not (all(alone) and nonsense):
        found = [option for option, shown in zip(question.options, alone, strict=True) if shown]
        if len(found) < len(question.options) or len(found) == 1:
            return found
    if right == nonsense:
        return _Group.EVERYBODY
    return _Group.RIGHT if right else _Group.WRONG
