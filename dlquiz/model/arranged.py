"""Five kinds of questions whose answer has several parts, or is the output of a program."""

import ast
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

from dlquiz.model.blanks import Blank, parse, unfinished
from dlquiz.model.codes import Code, Problem, checked, fail
from dlquiz.model.common import Common, accepts, only_about, repeated, shared_options, texts
from dlquiz.model.fields import Program, Reasons, RightOptions, Text, plain
from dlquiz.model.pattern import compile_pattern, is_pattern


class Cloze(Common):
    """A text with blanks, such as ``One pass is an [[epoch]], one step uses a [[mini-batch|batch]]``.

    Each blank lists what fits, separated by ``|``; a variant may be a ``/pattern/``. With ``wrong`` the words to
    choose from are shown: the first variant of each blank, and these. ``partial`` is ``each`` (share of good
    blanks) or ``all``.
    """

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
        if unfinished(stem):
            fail(Code.BLANK, "a blank is not closed", "write [[word]], or `[[` between code marks")
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


class Match(Common):
    """Terms and their meanings. ``extra`` holds meanings that fit no term, with the reason why."""

    kind: Literal["match"]
    pairs: dict[Text, Text] = Field(min_length=2, max_length=12)
    extra: RightOptions = Field(default_factory=dict, max_length=6)
    why: dict[Text, Text] = Field(default_factory=dict)
    partial: Literal["all", "each"] = "each"

    @field_validator("pairs", mode="wrap")
    @classmethod
    def _different(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        return checked(handler, value, repeated(value.items() if isinstance(value, Mapping) else ()))

    @field_validator("extra", mode="wrap")
    @classmethod
    def _fits_nothing(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        return checked(handler, value, shared_options(info.data.get("pairs", {}).values(), value))

    @field_validator("why")
    @classmethod
    def _about_terms(cls, why: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        return only_about(why, info.data.get("pairs"))


class Order(Common):
    """Steps to put in order; ``items`` stand in the right one.

    ``partial`` is ``each`` (share of items at their place), ``pairs`` (share of pairs of items in the right order)
    or ``all``.
    """

    kind: Literal["order"]
    items: tuple[Text, ...] = Field(min_length=2, max_length=12)
    why: dict[Text, Text] = Field(default_factory=dict)
    partial: Literal["all", "each", "pairs"] = "each"

    @field_validator("items", mode="wrap")
    @classmethod
    def _different(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        return checked(handler, value, repeated(enumerate(value) if isinstance(value, list | tuple) else ()))

    @field_validator("why")
    @classmethod
    def _about_items(cls, why: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        return only_about(why, info.data.get("items"))


class Categorise(Common):
    """Items to sort into groups; ``groups`` maps each group to its items."""

    kind: Literal["categorise"]
    groups: dict[Text, tuple[Text, ...]] = Field(min_length=2, max_length=6)
    why: dict[Text, Text] = Field(default_factory=dict)
    partial: Literal["all", "each"] = "each"

    @property
    def items(self) -> dict[str, str]:
        """Each item with its group."""
        return {item: group for group, items in self.groups.items() for item in items}

    @field_validator("groups", mode="wrap")
    @classmethod
    def _in_one_group(cls, value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        seen: dict[str, str] = {}
        problems = []
        for group, items in value.items() if isinstance(value, Mapping) else ():
            for place, item in enumerate(items if isinstance(items, list | tuple) else ()):
                if isinstance(item, str) and plain(item) in seen:
                    message = f"'{item}' stands in '{seen[plain(item)]}' already"
                    problems.append(Problem(Code.OPTION_CLASH, message, "every item has one group", (group, place)))
                elif isinstance(item, str):
                    seen[plain(item)] = str(group)
        groups = checked(handler, value, problems)
        if not 2 <= len(seen) <= 24:
            fail(Code.WRONG_COUNT, f"there must be 2 to 24 items in all, found {len(seen)}")
        return groups

    @field_validator("why")
    @classmethod
    def _about_items(cls, why: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        groups = info.data.get("groups")
        return only_about(why, None if groups is None else [item for items in groups.values() for item in items])


class Output(Common):
    """What does this code print? ``quiz check`` runs ``code`` behind the wall and compares; loading never runs it.

    Runs of white space and line ends make no difference. ``reject`` maps foreseen wrong outputs to feedback.
    """

    kind: Literal["output"]
    code: Program
    answer: Text
    reject: Reasons = Field(default_factory=dict, max_length=20)
    packages: tuple[Literal["numpy", "torch", "tensorflow"], ...] = ("numpy",)

    @field_validator("code")
    @classmethod
    def _is_python(cls, code: str) -> str:
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            line = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
            fail(Code.PROGRAM, f"Python cannot read this code ({line})", "write the code as a block below code: |")
        return code

    @field_validator("reject", mode="wrap")
    @classmethod
    def _prints_something_else(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        answer = info.data.get("answer")
        problems = (
            Problem(Code.REJECT_IS_RIGHT, f"'{text}' is the answer", "take this line out", (text,), at_key=True)
            for text in texts(value)
            if answer is not None and plain(text) == plain(answer)
        )
        return checked(handler, value, problems)
