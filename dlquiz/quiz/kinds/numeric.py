"""A number, with a unit if it has one: ``numeric``."""

from fractions import Fraction
from typing import ClassVar

from dlquiz.model.kinds.numeric import Numeric
from dlquiz.model.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.model.tolerance import bounds, exact, foreseen_bounds
from dlquiz.quiz import quantities
from dlquiz.quiz.folding import printable
from dlquiz.quiz.kinds.base import NumberRange, QuestionKind, Setting
from dlquiz.quiz.schema_parts import NUMBER, FieldDoc, Fields, Schema, reasons, ref

_EXAMPLE = """\
  - kind: numeric
    id: @P@-numeric
    tags: [parameter]
    stem: A dense layer has 20 inputs and 10 outputs. How many numbers does it learn, biases included?
    answer: 210
    tolerance: 0 # or 0.01, 5%, or [3.1, 3.2]; unit: MiB if one is asked for
    near: # wrong numbers that you foresee
      200: You left out the 10 biases, one for each output.
    explain: 20 times 10 weights and 10 biases are 210 numbers.
    source: TensorFlow API documentation, tf.keras.layers.Dense

  - kind: numeric
    id: @P@-params
    tags: [epoch, batch-size]
    params: {n: [1000, 50000], b: [32, 128]} # every combination is a question of its own
    stem: "{{n:,}} images are shown in batches of {{b}}. After how many batches was each of them shown once?"
    answer: ceil(n / b)
    near:
      floor(n / b): The images that are left over make one more batch, a smaller one.
    explain: "{{n}} / {{b}} is {{n / b:.2f}}, and a part of a batch is a batch too."
    source: Google, Machine Learning Glossary, entry "epoch"
"""


class NumericKind(QuestionKind[Numeric]):
    """The value must lie within the tolerance (ends included), compared exactly, without rounding.

    A unit is converted if both are known (``4096 KiB`` is ``4 MiB``); the mark says whether the number, the unit or
    both are wrong.
    """

    model = Numeric
    fields: ClassVar[Fields] = {
        "answer": FieldDoc({}, "The number, with a decimal point: `0.5`, `60000`, `1e-3`"),
        "tolerance": FieldDoc(
            {},
            "`0.01` (absolute), `5%` (of the answer), or `[3.1, 3.2]` (everything from 3.1 to 3.2 is right). The ends "
            "are right too",
        ),
        "unit": FieldDoc(ref("text"), "The unit that the answer needs"),
        "near": FieldDoc(
            reasons(most=20),
            "Wrong numbers that you foresee, each with what you want to say about it. The tolerance holds for them "
            "too, unless it is a range",
        ),
    }
    example = _EXAMPLE
    foreseen_fields = ("near",)

    def how_to_answer(self, question: Numeric) -> str:
        """Return a sentence."""
        return "Type a number with its unit." if question.unit else "Type a number."

    def mark(self, question: Numeric, answer: Answer, setting: Setting) -> Mark:
        """Mark a number, typed or not; one that can be read in two ways is unclear."""
        text = as_text(answer)
        if text is None:
            return unclear("Please give one number.")
        # A real number from a JSON file is written with a point, whatever the language.
        found = quantities.read(text, setting.lang if isinstance(answer, str) else "en")
        if isinstance(found, quantities.NotANumber):
            return unclear(found.why)
        if len(found) > 1:
            either = " or ".join(quantities.written(r.value, setting.lang) for r in found)
            return unclear(
                f"“{text.strip()}” can be read in two ways: {either}. Please write the number you mean like that."
            )
        return _mark_reading(question, found[0], setting.lang)

    def right_answer_value(self, question: Numeric, lang: str) -> Answer:
        """Return the number, as text with its unit where it has one."""
        return _shown(question, lang) if question.unit else question.answer

    def right_answer(self, question: Numeric, lang: str) -> str:
        """Write the number with its unit, and what else counts."""
        low, high = bounds(question.answer, question.tolerance)
        if low == high:
            return _shown(question, lang)
        ends = f"from {quantities.written(low, lang)} to {quantities.written(high, lang)}"
        return f"{_shown(question, lang)} ({ends} counts)"

    def ranges(self, question: Numeric) -> tuple[NumberRange, ...]:
        """Return what counts as the answer, and as each foreseen number."""
        answer, tolerance = question.answer, question.tolerance
        right = NumberRange(f"{answer:g}", exact(answer), *bounds(answer, tolerance), ("answer",))
        near = (NumberRange(t, exact(t), *foreseen_bounds(t, tolerance), ("near", t)) for t in question.near)
        return (right, *near)

    def keys(self, question: Numeric) -> tuple[str, ...]:
        """Return the number, also with its thousands grouped."""
        return (f"{question.answer:.15g}", f"{question.answer:,.15g}")

    def schema(self) -> Schema:
        """Only a parametric question has expressions for numbers."""
        plain = {
            "answer": ref("number"),
            "tolerance": _tolerance("number"),
            "near": {"propertyNames": {"pattern": NUMBER}},
        }
        return {
            "if": {"required": ["params"]},
            "then": {"properties": {"answer": ref("expression"), "tolerance": _tolerance("expression")}},
            "else": {"properties": plain},
        }


def _tolerance(number: str) -> Schema:
    pair = {"type": "array", "items": ref(number), "minItems": 2, "maxItems": 2}
    return {"anyOf": [ref(number), ref("percent"), pair]}


def _mark_reading(question: Numeric, reading: quantities.NumberReading, lang: str) -> Mark:
    wanted = question.unit or ""
    if wanted and not reading.unit:
        if quantities.unit(wanted) != quantities.unit(""):
            return unclear("Please write the unit after your number.")
        wanted = ""
    value, same_unit = _convert(reading, wanted)
    if value is None:
        if not wanted:
            return unclear(f"“{printable(reading.unit)}” was not expected here. Please write just the number.")
        return _other_unit(question, reading)
    if _fits(question, value):
        return right()
    as_typed = _fits(question, reading.value)
    if as_typed and not same_unit:
        return wrong(
            f"The number is right, but the unit is not: “{printable(reading.unit)}” should be “{wanted or 'no unit'}”."
        )
    near = _foreseen(question, value)
    is_wrong = "The unit is right, but the number is not. " if wanted and same_unit else ""
    return wrong(f"{is_wrong}The answer is {_shown(question, lang)}.", near)


def _convert(reading: quantities.NumberReading, wanted: str) -> tuple[Fraction | None, bool]:
    """Return the value in the wanted unit, or None if they measure different things; and if they are one unit."""
    ours, theirs = quantities.unit(wanted), quantities.unit(reading.unit)
    if ours is None or theirs is None:
        same = quantities.same_word(wanted, reading.unit)
        return (reading.value, True) if same else (None, False)
    if ours.quantity != theirs.quantity:
        return None, False
    return reading.value * theirs.factor / ours.factor, ours == theirs


def _other_unit(question: Numeric, reading: quantities.NumberReading) -> Mark:
    if _fits(question, reading.value):
        return wrong(
            f"The number is right, but the unit is not: “{printable(reading.unit)}” should be “{question.unit}”."
        )
    return wrong(f"Neither the number nor the unit is right. The answer is {_shown(question, 'en')}.")


def _fits(question: Numeric, value: Fraction) -> bool:
    low, high = bounds(question.answer, question.tolerance)
    return low <= value <= high


def _foreseen(question: Numeric, value: Fraction) -> tuple[OptionFeedback, ...]:
    """Return the author's words for a wrong number that was foreseen; the nearest one, if several fit."""
    found = []
    for key, why in question.near.items():
        low, high = foreseen_bounds(key, question.tolerance)
        if low <= value <= high:
            found.append((abs(value - exact(key)), OptionFeedback(key, True, False, why)))
    return tuple(feedback for _, feedback in sorted(found, key=lambda pair: pair[0])[:1])


def _shown(question: Numeric, lang: str) -> str:
    """Write the right number with its unit, without its tolerance."""
    value = quantities.written(exact(question.answer), lang)
    return f"{value} {question.unit}" if question.unit else value


NUMERIC = NumericKind()
