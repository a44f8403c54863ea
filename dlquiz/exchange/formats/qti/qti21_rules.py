"""What a QTI 2.x item gives for a response: its rules, evaluated on values. Nothing is executed.

Only the rules that items with one interaction use are known; for others, `outcome` returns None.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Final, TypeAlias

from dlquiz.exchange.formats.qti.decimal import fraction
from dlquiz.exchange.xmlsafe import Element

Values: TypeAlias = tuple[str, ...]
"""A variable's values: none (null), one, or those of a container."""

Responses: TypeAlias = Mapping[str, Values]


_LARGEST_BITS = 10_000
_MOST_STEPS = 50_000
"""Rules and expressions that are looked at for one item, in all its trials together."""


class _Unknown(Exception):
    """A rule is not known here."""


class _Exit(Exception):
    """The rules end here."""


class ResponseRules:
    """The response processing of one item."""

    def __init__(self, item: Element) -> None:
        self.processing = item.first("responseProcessing")
        self.declared = {one.get("identifier"): one for one in item.all("responseDeclaration")}
        self.defaults = {
            one.get("identifier"): tuple(value.text.strip() for value in _values(one.first("defaultValue")))
            for one in item.all("outcomeDeclaration")
        }
        self.steps_left = _MOST_STEPS
        self.responses: Responses = {}
        self.outcomes: dict[str, Values] = {}

    @property
    def written(self) -> bool:
        """Whether the item has rules of its own; it may name a template instead."""
        return self.processing is not None and bool(self.processing.children)

    def outcome(self, responses: Responses) -> dict[str, Values] | None:
        """Return the values of all outcomes for some responses; None if a rule is not known."""
        if self.processing is None or not self.written:
            return None
        self.responses, self.outcomes = responses, dict(self.defaults)
        try:
            self._run(self.processing.children)
        except _Exit:
            pass
        except (_Unknown, ArithmeticError, ValueError, IndexError):
            return None
        return self.outcomes

    def score(self, responses: Responses) -> Fraction | None:
        """Return the score for some responses; None if it cannot be told."""
        outcomes = self.outcome(responses)
        if outcomes is None:
            return None
        values = outcomes.get("SCORE", ())
        return _number(values[0]) if values else Fraction(0)

    def literals(self, identifier: str) -> Iterator[Values]:
        """Yield the values with which the rules compare a response: sets first, then single ones."""
        compared = [
            rule
            for rule in (self.processing.walk("match", "member", "equal", "stringMatch") if self.processing else ())
            if identifier in {one.get("identifier") for one in rule.walk("variable")}
        ]
        for rule in compared:
            for group in rule.walk("multiple", "ordered"):
                yield tuple(one.text.strip() for one in group.all("baseValue"))
        for rule in compared:
            yield from ((one.text.strip(),) for one in rule.all("baseValue"))

    # --- rules --------------------------------------------------------------------------------------

    def _run(self, rules: list[Element]) -> None:
        for rule in rules:
            if rule.name == "setOutcomeValue":
                [value] = rule.children
                self.outcomes[rule.get("identifier")] = self._values(value)
            elif rule.name == "responseCondition":
                self._branch(rule)
            elif rule.name == "responseProcessingFragment":
                self._run(rule.children)
            elif rule.name == "exitResponse":
                raise _Exit
            else:
                raise _Unknown(rule.name)

    def _branch(self, condition: Element) -> None:
        for part in condition.children:
            if part.name == "responseElse":
                self._run(part.children)
                return
            test, *rules = part.children
            if self._true(test):
                self._run(rules)
                return

    # --- expressions --------------------------------------------------------------------------------

    def _true(self, test: Element) -> bool:
        self._count()
        evaluate = _TESTS.get(test.name)
        if evaluate is None:
            raise _Unknown(test.name)
        return evaluate(self, test)

    def _count(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise _Unknown("too many steps")

    def _values(self, expression: Element) -> Values:
        self._count()
        evaluate = _EXPRESSIONS.get(expression.name)
        if evaluate is None:
            return ("true",) if self._true(expression) else ("false",)
        return evaluate(self, expression)

    def _numbers(self, expression: Element) -> list[Fraction]:
        numbers = [_number(value) for one in expression.children for value in self._values(one)]
        if any(one is None for one in numbers):
            raise _Unknown("a text in a sum")
        return [one for one in numbers if one is not None]

    def _declaration(self, expression: Element) -> Element:
        found = self.declared.get(expression.get("identifier"))
        if found is None:
            raise _Unknown("an unknown response")
        return found

    def _variable(self, expression: Element) -> Values:
        name = expression.get("identifier")
        return self.responses.get(name, self.outcomes.get(name, ()))

    def _correct(self, expression: Element) -> Values:
        found = self._declaration(expression).first("correctResponse")
        return tuple(" ".join(one.text.split()) for one in _values(found))

    def _mapped(self, expression: Element) -> Values:
        declared = self._declaration(expression)
        mapping = declared.first("mapping")
        if mapping is None:
            raise _Unknown("a response without a mapping")
        keys = {one.get("mapKey"): fraction(one.get("mappedValue")) or Fraction(0) for one in mapping.all("mapEntry")}
        default = fraction(mapping.get("defaultValue", "0")) or Fraction(0)
        total = sum((keys.get(one, default) for one in set(self._variable(expression))), Fraction(0))
        low, high = fraction(mapping.get("lowerBound")), fraction(mapping.get("upperBound"))
        total = max(total, low) if low is not None else total
        return (str(min(total, high) if high is not None else total),)

    def _many(self, expression: Element) -> Values:
        return tuple(value for one in expression.children for value in self._values(one))

    def _index(self, expression: Element) -> Values:
        place = int(expression.get("n")) - 1
        [inside] = expression.children
        return self._values(inside)[place : place + 1] if place >= 0 else ()

    def _two(self, test: Element) -> tuple[Values, Values]:
        one, other = test.children
        return self._values(one), self._values(other)

    def _compare(self, test: Element, fits: Callable[[Fraction, Fraction], bool]) -> bool:
        one, other = (_number(values[0]) if values else None for values in self._two(test))
        return one is not None and other is not None and fits(one, other)

    def _match(self, test: Element) -> bool:
        one, other = self._two(test)
        if not one or not other:
            return False
        ordered = any(part.name == "ordered" for part in test.walk()) or any(
            self.declared[part.get("identifier")].get("cardinality") == "ordered"
            for part in test.walk("variable", "correct")
            if part.get("identifier") in self.declared
        )
        return one == other if ordered else Counter(map(_same, one)) == Counter(map(_same, other))

    def _equal(self, test: Element) -> bool:
        margins = [fraction(part) or Fraction(0) for part in test.get("tolerance").split()] or [Fraction(0)]
        relative = test.get("toleranceMode") == "relative"

        def near(one: Fraction, other: Fraction) -> bool:
            scale = abs(one) / 100 if relative else Fraction(1)
            return one - margins[0] * scale <= other <= one + margins[-1] * scale

        return self._compare(test, near)

    def _member(self, test: Element) -> bool:
        one, others = self._two(test)
        return bool(one) and _same(one[0]) in map(_same, others)

    def _string(self, test: Element) -> bool:
        one, other = (" ".join(values) for values in self._two(test))
        if test.get("substring") == "true":
            raise _Unknown("a part of a text")
        return one == other if test.get("caseSensitive", "true") == "true" else one.casefold() == other.casefold()

    def _contains(self, test: Element) -> bool:
        one, other = self._two(test)
        return bool(one) and bool(other) and not Counter(other) - Counter(one)


def is_drawn(item: Element) -> bool:
    """Return whether something of the question is drawn anew each time, by template variables."""
    templates = item.all("templateDeclaration")
    names = {one.get("identifier") for one in templates}
    shown = {one.get("identifier") for one in item.walk("printedVariable")}
    shown |= {one.get("templateIdentifier") for one in item.walk("templateInline", "templateBlock")}
    keys = next(item.walk("setCorrectResponse", "setDefaultValue"), None)
    in_formulas = any(one.get("mathVariable") == "true" for one in templates)
    return bool(names) and (bool(names & shown) or keys is not None or in_formulas)


def points_of(item: Element, best: Fraction) -> float:
    """Return what a question is worth: as its outcomes say, else the best score, if a rule sets that as a whole."""
    for declared in item.all("outcomeDeclaration"):
        named = declared.get("identifier").upper()
        value = declared.get("normalMaximum") if named == "SCORE" else ""
        value = value or (declared.text_at("defaultValue", "value") if named == "MAXSCORE" else "")
        points = fraction(value)
        if points is not None and 0 < points <= 1000:
            return float(points)
    processing = item.first("responseProcessing")
    rules = processing.walk("setOutcomeValue") if processing is not None else ()
    # A sum of shares is rounded in the file: it says nothing.
    wholes = {
        fraction(one.text) for rule in rules if rule.get("identifier") == "SCORE" for one in rule.all("baseValue")
    }
    return float(best) if best in wholes and 0 < best <= 1000 else 1.0


def _values(holder: Element | None) -> list[Element]:
    return holder.all("value") if holder is not None else []


def _same(text: str) -> str:
    """Return a text in the one way in which it is compared: 4.0 is 4, and a pair is the same with other blanks."""
    number = _number(text)
    return str(number) if number is not None else " ".join(text.split())


def _quotient(numbers: list[Fraction]) -> Fraction:
    one, other = numbers
    return one / other


def _difference(numbers: list[Fraction]) -> Fraction:
    one, other = numbers
    return one - other


def _product(numbers: list[Fraction]) -> Fraction:
    total = Fraction(1)
    for one in numbers:
        total *= one
        if total.numerator.bit_length() + total.denominator.bit_length() > _LARGEST_BITS:
            raise _Unknown("a very large number")
    return total


def _number(text: str) -> Fraction | None:
    """Read a number of the file, or one that was computed here."""
    return Fraction(text) if re.fullmatch(r"-?\d+/\d+", text) else fraction(text)


_TESTS: Final[Mapping[str, Callable[[ResponseRules, Element], bool]]] = {
    "and": lambda rules, test: all(rules._true(one) for one in test.children),
    "or": lambda rules, test: any(rules._true(one) for one in test.children),
    "not": lambda rules, test: not rules._true(test.children[0]),
    "isNull": lambda rules, test: not rules._values(test.children[0]),
    "match": ResponseRules._match,
    "equal": ResponseRules._equal,
    "member": ResponseRules._member,
    "contains": ResponseRules._contains,
    "stringMatch": ResponseRules._string,
    "gt": lambda rules, test: rules._compare(test, lambda one, other: one > other),
    "gte": lambda rules, test: rules._compare(test, lambda one, other: one >= other),
    "lt": lambda rules, test: rules._compare(test, lambda one, other: one < other),
    "lte": lambda rules, test: rules._compare(test, lambda one, other: one <= other),
}
_EXPRESSIONS: Final[Mapping[str, Callable[[ResponseRules, Element], Values]]] = {
    "baseValue": lambda rules, one: (one.text.strip(),),
    "variable": ResponseRules._variable,
    "correct": ResponseRules._correct,
    "mapResponse": ResponseRules._mapped,
    "null": lambda rules, one: (),
    "default": lambda rules, one: rules.defaults.get(one.get("identifier"), ()),
    "multiple": ResponseRules._many,
    "ordered": ResponseRules._many,
    "index": ResponseRules._index,
    "containerSize": lambda rules, one: (str(len(rules._values(one.children[0]))),),
    "sum": lambda rules, one: (str(sum(rules._numbers(one), Fraction(0))),),
    "product": lambda rules, one: (str(_product(rules._numbers(one))),),
    "subtract": lambda rules, one: (str(_difference(rules._numbers(one))),),
    "divide": lambda rules, one: (str(_quotient(rules._numbers(one))),),
}
