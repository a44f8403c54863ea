"""A text with blanks."""

from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.blanks import Blank, parse, unfinished
from dlquiz.model.codes import Code, Problem, checked, fail
from dlquiz.model.common import Common, accepts, texts
from dlquiz.model.fields import Reasons
from dlquiz.model.pattern import compile_pattern, is_pattern

_HOW_TO_WRITE = "write [[word]], or `[[` between code marks"


class Cloze(Common):
    """A text with blanks, such as ``One pass is an [[epoch]], one step uses a [[mini-batch|batch]]``.

    Each blank lists what fits, separated by ``|``; a variant may be a ``/pattern/``. With ``wrong`` the words to
    choose from are shown: the first variant of each blank, and these. ``partial`` is ``each`` (share of good
    blanks) or ``all``.
    """

    also_called: ClassVar[tuple[str, ...]] = ("blank", "blanks", "fill", "fill-in", "fill_in", "gap", "gapfill")

    kind: Literal["cloze"]
    typos: int = Field(0, ge=0, le=2)
    reject: Reasons = Field(default_factory=dict, max_length=50)
    wrong: Reasons = Field(default_factory=dict, max_length=12)
    partial: Literal["all", "each"] = "each"

    @cached_property
    def parts(self) -> tuple[str | Blank, ...]:
        """The stem, split into texts and blanks."""
        return parse(self.stem)

    @cached_property
    def blanks(self) -> tuple[tuple[str, ...], ...]:
        """What fits each blank, in the order of the text."""
        return tuple(part.variants for part in self.parts if isinstance(part, Blank))

    def gapped(self, gap: str = "____") -> str:
        """Return the text with a gap for each blank; several gaps are numbered."""
        count = 0
        written = []
        for part in self.parts:
            if isinstance(part, Blank):
                count += 1
                written.append(f"({count}) {gap}" if len(self.blanks) > 1 else gap)
            else:
                written.append(part)
        return "".join(written)

    @field_validator("stem")
    @classmethod
    def _has_blanks(cls, stem: str) -> str:
        found = [part for part in parse(stem) if isinstance(part, Blank)]
        if left := unfinished(stem):
            fail(Code.BLANK, f"a blank is not closed, or not opened: '{left}'", _HOW_TO_WRITE)
        if not 1 <= len(found) <= 12:
            fail(Code.BLANK, f"a cloze has 1 to 12 blanks, found {len(found)}", "mark a blank as [[word]]")
        for number, blank in enumerate(found, 1):
            _check_blank(number, blank)
        return stem

    @field_validator("reject", "wrong", mode="wrap")
    @classmethod
    def _fits_nowhere(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        stem = info.data.get("stem", "")
        found = [part.variants for part in parse(stem) if isinstance(part, Blank)]
        # A rejected word may be the right one elsewhere: then two blanks were swapped. A word of the bank may not.
        enough = all if info.field_name == "reject" else any
        problems = (
            Problem(Code.REJECT_IS_RIGHT, f"'{text}' fits a blank", "take it out, or change the blank", (text,), True)
            for text in texts(value)
            if found and enough(any(accepts(variant, text) for variant in variants) for variants in found)
        )
        return checked(handler, value, problems)

    @field_validator("wrong")
    @classmethod
    def _bank_has_words(cls, wrong: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        found = [part.variants for part in parse(info.data.get("stem", "")) if isinstance(part, Blank)]
        if wrong and any(is_pattern(variants[0]) for variants in found):
            fail(
                Code.BLANK,
                "a blank begins with a /pattern/, which cannot be shown in a word bank",
                "write a word first",
            )
        return wrong


def _check_blank(number: int, blank: Blank) -> None:
    if not all(blank.variants):
        fail(Code.BLANK, f"blank {number} holds an empty variant", "write [[word]] or [[word|other word]]")
    for text in blank.variants:
        if is_pattern(text):
            try:
                compile_pattern(text)
            except ValueError as error:
                fail(
                    Code.PATTERN, f"the pattern {text} cannot be used: {error}", "write the variants as separate texts"
                )
