"""Put the blocks of a file for text2qti together as questions."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.formats.qti.decimal import fraction
from dlquiz.exchange.formats.text2qti.blocks import Block
from dlquiz.exchange.neutral import (
    Body,
    ChooseMany,
    ChooseOne,
    Foreign,
    Note,
    NumberOption,
    Option,
    Truth,
    TypeNumber,
    TypeText,
    Unreadable,
)
from dlquiz.exchange.reading import refuse
from dlquiz.exchange.texts import from_markdown

_ANSWERS = {
    "right": "choice",
    "wrong": "choice",
    "ticked": "ticks",
    "unticked": "ticks",
    "typed": "typed",
    "number": "number",
    "essay": "essay",
    "upload": "upload",
}
_NUMBER_HELP = "write a whole number, '1.41 +- 0.01' or '[1.40, 1.42]'"


@dataclass
class _Question:
    stem: str
    line: int
    title: str = ""
    points: Fraction | None = None
    group: "_Group | None" = None
    kind: str = ""
    options: list[Option] = field(default_factory=list)
    number: NumberOption | None = None
    said: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


@dataclass
class _Group:
    line: int
    pick: str = "1"
    points: Fraction | None = None
    count: int = 0


class Reader:
    """Takes one block after the other."""

    def __init__(self, file: str, text: str, ledger: Ledger) -> None:
        self.file, self.text, self.ledger = file, text, ledger
        self.title = self.summary = ""
        self._made: list[_Question | Foreign] = []
        self._next: dict[str, str] = {}
        self._group: _Group | None = None
        self._numbers = 0

    def take(self, block: Block) -> None:
        """Take a block; ContentError if it does not belong there."""
        match block.kind:
            case "quiz title":
                self.title = " ".join(block.text.split())
            case "quiz description":
                self.summary, notes = from_markdown(block.text)
                why = "what the file says about the quiz is its summary here"
                self.ledger.changed("", "description", why, loss=False, line=block.line)
                for note in notes:
                    self.ledger.changed("", note.what, note.why, loss=note.loss, line=block.line)
            case "setting" if block.mark.casefold().startswith("shuffle answers"):
                if block.text.strip().casefold() == "true":
                    self.ledger.changed("", "settings", "options are always shuffled here", loss=False, line=block.line)
                else:
                    why = "it is fixed in the file; here options are shuffled"
                    self.ledger.changed("", "order of options", why, line=block.line)
            case "setting" | "solutions pick":
                self.ledger.changed("", "settings", f"'{block.mark}' was left out", line=block.line)
            case "title" | "points":
                self._next[block.kind] = block.text
            case "text title":
                self._next["text title"] = block.text
            case "text":
                self._next.pop("text title", None)
                why = "it is a text, not a question"
                self._made.append(Foreign(Unreadable("text_only_question", why), block.text, line=block.line))
            case "group" | "end of group" | "pick" | "group points":
                self._grouping(block)
            case "question":
                self._begin(block)
            case _:
                self._add(block)

    def questions(self) -> list[Foreign]:
        """Return all questions; ContentError if the last one or a group is not finished."""
        if self._group is not None:
            refuse(self.file, "this GROUP has no END_GROUP", line=self._group.line, text=self.text)
        if "text title" in self._next:
            self._made.append(Foreign(Unreadable("text_only_question", "it is a text, not a question"), ""))
        if not self._made:
            refuse(self.file, "the file holds no questions", "begin a question with '1. '")
        return [one if isinstance(one, Foreign) else self._finished(one) for one in self._made]

    def _grouping(self, block: Block) -> None:
        group = self._group
        if block.kind == "group":
            if group is not None:
                refuse(self.file, "a GROUP stands in another GROUP", line=block.line, text=self.text)
            self._group = _Group(block.line)
        elif group is None:
            refuse(self.file, f"'{block.mark}' stands outside of a GROUP", line=block.line, text=self.text)
        elif block.kind == "pick":
            group.pick = block.text.strip()
        elif block.kind == "group points":
            group.points = fraction(block.text)
        else:
            if group.pick != str(group.count):
                why = f"the file draws {group.pick} of {group.count} questions of a group; here all of them are asked"
                self.ledger.changed("", "question group", why, line=group.line)
            self._group = None

    def _begin(self, block: Block) -> None:
        points = self._next.pop("points", None)
        made = _Question(block.text, block.line, title=self._next.pop("title", ""), group=self._group)
        if points is not None:
            made.points = fraction(points)
            if made.points is None or made.points <= 0:
                refuse(self.file, f"'{points}' is no number of points", line=block.line, text=self.text)
        if self._group is not None:
            self._group.count += 1
        self._made.append(made)

    def _add(self, block: Block) -> None:
        made = self._made[-1] if self._made else None
        if not isinstance(made, _Question):
            refuse(self.file, f"'{block.mark}' stands before any question", line=block.line, text=self.text)
        kind = _ANSWERS.get(block.kind)
        if kind is None:
            self._say(made, block)
            return
        if made.kind and made.kind != kind:
            message = f"this question has answers of two kinds: '{block.mark}' does not fit the answers above"
            refuse(self.file, message, line=block.line, text=self.text)
        made.kind = kind
        if kind == "number":
            if made.number is not None:
                refuse(self.file, "this question has two numbers", _NUMBER_HELP, line=block.line, text=self.text)
            made.number = self._number(block)
        elif kind in ("choice", "ticks", "typed"):
            right = block.kind in ("right", "ticked", "typed")
            text = block.text if kind == "typed" else self._markdown(block.text, made)
            made.options.append(Option(text, Fraction(right)))

    def _say(self, made: _Question, block: Block) -> None:
        text = self._markdown(block.text, made)
        if block.kind == "feedback" and made.options and made.kind != "typed":
            last = made.options[-1]
            made.options[-1] = Option(last.text, last.weight, text)
        else:
            made.said[block.kind] = text

    def _markdown(self, text: str, made: _Question) -> str:
        text, notes = from_markdown(text)
        made.notes += notes
        return text

    def _number(self, block: Block) -> NumberOption:
        found = _read_number(block.text.strip())
        if found is None:
            refuse(
                self.file,
                f"'{block.text}' is no number that text2qti knows",
                _NUMBER_HELP,
                line=block.line,
                text=self.text,
            )
        return found

    def _finished(self, made: _Question) -> Foreign:
        stem = self._markdown(made.stem, made)
        body = self._body(made)
        said = [made.said.get("feedback", ""), made.said.get("solution", "")]
        if not isinstance(body, ChooseOne | Truth) and not isinstance(body, Unreadable):
            moved = [made.said.get(name, "") for name in ("if right", *(("if wrong",) if made.kind != "ticks" else ()))]
            said += moved
            if any(moved):
                why = "what the file says to every right or every wrong answer stands in the explanation"
                made.notes.append(Note("moved", why, loss=False))
        points = made.points or (made.group.points if made.group is not None else None) or Fraction(1)
        if made.group is not None and made.group.points:
            points = made.group.points
        title = " ".join(made.title.split())
        return Foreign(
            body,
            stem,
            name=title,
            explain="\n\n".join(dict.fromkeys(text for text in said if text)),
            points=float(points),
            line=made.line,
            notes=tuple(dict.fromkeys(made.notes)),
        )

    def _body(self, made: _Question) -> Body:
        match made.kind:
            case "choice":
                options = tuple(self._with(one, made, "if right" if one.weight else "if wrong") for one in made.options)
                said = {one.text.casefold(): one for one in options}
                if len(options) == 2 and set(said) == {"true", "false"}:
                    yes, no = said["true"], said["false"]
                    return Truth(yes.weight > 0, yes.feedback, no.feedback)
                return ChooseOne(options)
            case "ticks":
                options = tuple(one if one.weight else self._with(one, made, "if wrong") for one in made.options)
                share = Fraction(1, max(sum(one.weight > 0 for one in options), 1))
                every = tuple(Option(one.text, share if one.weight else -share, one.feedback) for one in options)
                return ChooseMany(every, "net")
            case "typed":
                return TypeText(tuple(made.options))
            case "number":
                assert made.number is not None
                return TypeNumber((made.number,))
            case "essay":
                return Unreadable("essay_question", "a person has to mark it")
            case "upload":
                return Unreadable("file_upload_question", "a person has to mark it")
        return Unreadable("question", "the file gives no answers to it")

    @staticmethod
    def _with(one: Option, made: _Question, name: str) -> Option:
        said = (one.feedback, made.said.get(name, ""))
        return Option(one.text, one.weight, "\n\n".join(text for text in said if text))


def _read_number(text: str) -> NumberOption | None:
    found = re.fullmatch(r"\[([^,]+),([^,]+)\]", text)
    if found:
        low, high = fraction(found[1]), fraction(found[2])
        if low is None or high is None or low > high:
            return None
        return NumberOption(low, high, Fraction(1), as_range=True)
    before, mark, after = text.partition("+-")
    answer = fraction(before.replace("_", ""))
    if answer is None:
        return None
    margin = fraction(after.strip().rstrip("%")) if mark else Fraction(0)
    if margin is None or margin < 0:
        return None
    if after.strip().endswith("%"):
        margin = abs(answer) * margin / 100
    return NumberOption(answer - margin, answer + margin, Fraction(1), answer=answer)
