r"""Read GIFT, Moodle's text format for questions.

The format: https://docs.moodle.org/en/GIFT_format. Read as Moodle reads it, and a little more: an answer block may hold
empty lines, and questions need no empty line between them if the next one begins with ``::``.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction

from dlquiz.exchange.base import Imported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.markup import has_tags
from dlquiz.exchange.neutral import (
    Body,
    ChooseMany,
    ChooseOne,
    Foreign,
    MatchUp,
    Note,
    NumberOption,
    Option,
    Truth,
    TypeNumber,
    TypeText,
    Unreadable,
)
from dlquiz.exchange.reading import refuse, text_of
from dlquiz.exchange.texts import from_html, from_markdown, our_formulas, words_of
from dlquiz.exchange.to_ours import build
from dlquiz.text import identifier

_META = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])+)\]")
_NAME = re.compile(r"\s*::((?:\\.|[^:\\]|:(?!:))*)::")
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:[.,]\d{1,7})?)%")
_TRUTH = re.compile(r"\s*(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
# A tag with an attribute is no answer: many files forget to escape its "=".
_TOKEN = re.compile(r"\\.|<[a-zA-Z][^<>~{}]*=\s*[\"'][^<>]*>|####|->|[=~#]", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_GAP = "_____"
_BROKEN = "broken question"


def read(data: bytes, file: str) -> Imported:
    """Read a GIFT file; ContentError if it is no text or holds no question."""
    ledger = Ledger()
    text = text_of(data, file, ledger)
    blocks = list(_blocks(text.split("\n")))
    if not blocks or not any(block.braces for block in blocks):
        refuse(file, "no GIFT question was found", "expected for example: What is 2 plus 2? {=4 ~5}", line=1, text=text)
    categories = list(dict.fromkeys(block.category for block in blocks if block.category))
    if len(categories) == 1:
        for block in blocks:
            block.category = ""  # it is the title: as a tag of every question it would say nothing
    elif categories:
        ledger.changed("", "category", f"{len(categories)} categories became tags of their questions", loss=False)
    title = "".join(categories[:1])
    imported = build((_question(block) for block in blocks), title=title, file=file, ledger=ledger)
    broken = [change for change in imported.report.changes if change.what == _BROKEN]
    if not imported.questions and len(broken) == len(blocks):
        refuse(file, f"no question can be read; the first: {broken[0].why}", line=broken[0].line, text=text)
    return imported


@dataclass(slots=True)
class _Block:
    """The lines of one question, without comments, and what the comments before it say."""

    line: int
    lines: list[str] = field(default_factory=list)
    identifier: str = ""
    tags: list[str] = field(default_factory=list)
    category: str = ""
    open: int = 0  # how many braces are not closed yet
    braces: bool = False
    gap: int = -1  # the place in the file of the first empty line inside of braces
    gap_at: int = 0  # how many lines of the block stand before it

    def ends_before(self, line: str) -> bool:
        """Return whether a line begins the next question, though no empty line stands before it."""
        closed = self.braces and self.lines[-1].rstrip().endswith("}")
        return (self.braces and line.startswith("::")) or (closed and "{" in re.sub(r"\\.", "", line))

    def add(self, line: str) -> None:
        self.lines.append(line)
        for token in re.finditer(r"\\.|[{}]", line):
            if token.group() == "{":
                self.open += 1
                self.braces = True
            elif token.group() == "}":
                self.open = max(self.open - 1, 0)


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Split a file at its empty lines."""
    block, place, category = _Block(0), 0, ""
    while place < len(lines) or block.lines:
        line = lines[place] if place < len(lines) else ""
        bare = line.strip()
        ended = place >= len(lines)
        # An answer block that is not closed before the next one, or ever, ends at its first empty line.
        if block.open and block.gap >= 0 and (ended or "{" in re.sub(r"\\.", "", line)):
            place = block.gap
            block.lines = block.lines[: block.gap_at]
            bare, ended = "", True
        elif block.open and not ended and bare:
            if not bare.startswith("//"):
                block.add(line)
            place += 1
            continue
        elif block.open and not ended:
            if block.gap < 0:
                block.gap, block.gap_at = place, len(block.lines)
            block.lines.append("")
            place += 1
            continue
        if block.lines and (ended or not bare or bare.startswith("$CATEGORY") or block.ends_before(bare)):
            block.category = category
            yield block
            block = _Block(0)
        place += 1
        if ended or not bare:
            continue
        if bare.startswith("//"):
            _read_comment(block, bare)
        elif bare.startswith("$CATEGORY"):
            category = category_name(bare.partition(":")[2])
        else:
            block.line = block.line or place
            block.add(line)


def _read_comment(block: _Block, comment: str) -> None:
    for what, value in _META.findall(comment):
        value = re.sub(r"\\(.)", r"\1", value).strip()
        if what == "id":
            block.identifier = value
        else:
            block.tags.append(value)


def category_name(path: str) -> str:
    """Return the last name of a category's path, such as ``$course$/top/Unit 1``; ``//`` is a slash in a name."""
    names = [name.replace("\0", "/").strip() for name in path.replace("//", "\0").split("/")]
    return next((name for name in reversed(names) if name and name.lower() != "top" and name[0] != "$"), "")


class _Mistake(Exception):
    """The question cannot be read; the message says what was found and expected."""


def _question(block: _Block) -> Foreign:
    text = "\n".join(block.lines)
    try:
        return _read_question(block, text)
    except _Mistake as error:
        # Some files have comments behind the text, which Moodle does not know: without them it may be readable.
        bare = re.sub(r"(?<!\S)//[^\n]*", "", text)
        with suppress(_Mistake):
            if bare != text:
                return _read_question(block, bare)
        body = Unreadable(_BROKEN, str(error))
        return Foreign(body, text, identifier=block.identifier, line=block.line)


def _read_question(block: _Block, text: str) -> Foreign:
    tags = [*block.tags, *([identifier(block.category)] if identifier(block.category) else [])]
    name = ""
    found = _NAME.match(text)
    if found:
        name, text = _unescape(found[1]).strip(), text[found.end() :]
    notes: list[Note] = []
    before, answer, after = _parts(text)
    texts = _Texts(notes)
    before = texts.take_format(before)
    stem = texts.read(before, stem=True)
    if answer and after.strip():
        stem = f"{stem} {_GAP} {texts.read(after.strip())}"
    body, explain = _body(answer, texts)
    return Foreign(
        body,
        stem,
        name=name,
        identifier=block.identifier,
        explain=explain,
        tags=tuple(dict.fromkeys(tags)),
        line=block.line,
        notes=tuple(dict.fromkeys(notes)),
    )


def _parts(text: str) -> tuple[str, str | None, str]:
    """Split a question at its braces: before, inside (None if there are none), after."""
    groups = _groups(text)
    if not groups:
        return text, None, ""
    if len(groups) > 1:
        # LaTeX braces that nobody escaped: the answer is the group that looks like one.
        likely = [
            (a, b) for a, b in groups if re.match(r"\s*(?:[=~#]|(?:T|F|TRUE|FALSE)\s*(?:#|$)|$)", text[a + 1 : b])
        ]
        if len(likely) != 1:
            raise _Mistake(
                "it has more than one answer block { }; expected one, and other braces written as \\{ and \\}"
            )
        groups = likely
    start, end = groups[0]
    return text[:start], text[start + 1 : end], text[end + 1 :]


def _groups(text: str) -> list[tuple[int, int]]:
    groups, depth, start = [], 0, 0
    for token in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if token.group() == "{":
            start = token.start() if not depth else start
            depth += 1
        elif token.group() == "}":
            if not depth:
                raise _Mistake("a } closes nothing; expected { before it, or \\}")
            depth -= 1
            if not depth:
                groups.append((start, token.start()))
    if depth:
        raise _Mistake("the answer block { is not closed; expected }")
    return groups


class _Texts:
    """Reads the texts of one question in its format."""

    def __init__(self, notes: list[Note]) -> None:
        self.format = "moodle"
        self.notes = notes

    def take_format(self, text: str) -> str:
        """Take ``[html]`` off the text of the question; it holds for the answers too."""
        found = _FORMAT.match(text)
        if not found:
            return text
        self.format = found[1].lower()
        return text[found.end() :]

    def read(self, text: str, *, stem: bool = False) -> str:
        """Return an escaped text as Markdown; an answer or a feedback may begin with a format of its own."""
        kind = self.format
        found = None if stem else _FORMAT.match(text)
        if found:
            kind, text = found[1].lower(), text[found.end() :]
        if kind == "moodle":
            text = re.sub(r"\s*\n\s*", " ", text)
        text = _unescape(text).strip()
        if kind == "html" or (kind == "moodle" and has_tags(text)):
            text, notes = from_html(text)
        elif kind == "markdown":
            text, notes = from_markdown(text)
        else:
            return text if kind == "plain" else our_formulas(text)
        self.notes.extend(notes)
        return text

    def typed(self, text: str) -> str:
        """Return what is to be typed: only words, in whatever format they stand."""
        found = _FORMAT.match(text)
        kind, text = (found[1].lower(), text[found.end() :]) if found else (self.format, text)
        text = _unescape(" ".join(text.split()))
        if kind == "html" and has_tags(text):
            text, notes = from_html(text)
            self.notes.extend(notes)
            return words_of(text)
        return words_of(text) if found and kind == "markdown" else text


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] == "n" else match[1], text)


def _body(answer: str | None, texts: _Texts) -> tuple[Body, str]:
    """Return what is asked for, and the general feedback."""
    if answer is None:
        return Unreadable("description", "a text without a question has no place in a quiz"), ""
    answer, explain = _split_explanation(answer, texts)
    if not answer.strip():
        return Unreadable("essay", "an essay cannot be marked by a program"), explain
    if answer.lstrip().startswith("#"):
        return _numbers(answer.lstrip()[1:], texts), explain
    found = _TRUTH.fullmatch(answer)
    if found:
        return _truth(found, texts), explain
    entries = _entries(answer)
    if not entries:
        raise _Mistake(f"the answer '{answer.strip()[:30]}' begins with none of = ~ # T F; expected one of them")
    has_wrong = any(entry.mark == "~" for entry in entries)
    if not has_wrong and any(entry.arrow is not None for entry in entries):
        return _match(entries, texts), explain
    for entry in entries:
        if entry.arrow is not None:  # an arrow in an option is only an arrow
            entry.text = f"{entry.text}->{entry.arrow}"
    if not has_wrong:
        options = tuple(_option(entry, texts, Fraction(1), typed=True) for entry in entries)
        return TypeText(options, wildcards=True), explain
    single = any(entry.mark == "=" for entry in entries)
    options = tuple(_option(entry, texts, Fraction(entry.mark == "=")) for entry in entries)
    return (ChooseOne(options) if single else ChooseMany(options)), explain


def _split_explanation(answer: str, texts: _Texts) -> tuple[str, str]:
    for token in _TOKEN.finditer(answer):
        if token.group() == "####":
            return answer[: token.start()], texts.read(answer[token.end() :])
    return answer, ""


@dataclass(slots=True)
class _Entry:
    """One answer as it stands: its mark, its text, its feedback, what it is matched with."""

    mark: str
    text: str = ""
    feedback: str = ""
    arrow: str | None = None


def _entries(answer: str) -> list[_Entry]:
    entries: list[_Entry] = []
    where, place = "text", 0
    for token in [*_TOKEN.finditer(answer), None]:
        piece = answer[place : token.start() if token else len(answer)]
        if entries:
            _append(entries[-1], where, piece)
        elif piece.strip():
            raise _Mistake(f"'{piece.strip()[:30]}' stands before the first answer; expected = or ~")
        if token is None:
            break
        word, place = token.group(), token.end()
        if word in ("=", "~"):
            entries.append(_Entry(word))
            where = "text"
        elif word == "#" and entries and where != "feedback":
            where = "feedback"
        elif word == "->" and entries and where == "text" and entries[-1].mark == "=":
            entries[-1].arrow = ""
            where = "arrow"
        elif entries:
            _append(entries[-1], where, word)
        elif word.strip():
            raise _Mistake(f"'{word}' stands before the first answer; expected = or ~")
    return entries


def _append(entry: _Entry, where: str, piece: str) -> None:
    if where == "arrow":
        entry.arrow = (entry.arrow or "") + piece
    elif where == "feedback":
        entry.feedback += piece
    else:
        entry.text += piece


def _take_weight(text: str, default: Fraction) -> tuple[Fraction, str]:
    found = _WEIGHT.match(text)
    if not found:
        return default, text
    return Fraction(found[1].replace(",", ".")) / 100, text[found.end() :]


def _option(entry: _Entry, texts: _Texts, default: Fraction, *, typed: bool = False) -> Option:
    weight, text = _take_weight(entry.text, default)
    shown = texts.typed(text) if typed else texts.read(text)
    return Option(shown, weight, texts.read(entry.feedback))


def _truth(found: re.Match[str], texts: _Texts) -> Truth:
    answer = found[1].upper().startswith("T")
    feedback = ["", ""]
    place, number = 0, 0
    said = found[2] or ""
    for token in _TOKEN.finditer(said):
        if token.group() == "#" and number == 0:
            feedback[0], place, number = said[: token.start()], token.end(), 1
    feedback[number] = said[place:]
    # The first is for who answers wrongly, the second for who answers rightly.
    wrong, right = (texts.read(one) for one in feedback)
    return Truth(answer, right, wrong) if answer else Truth(answer, wrong, right)


def _match(entries: list[_Entry], texts: _Texts) -> Body:
    pairs, extra, why = [], [], []
    for entry in entries:
        if entry.arrow is None:
            raise _Mistake(f"'{entry.text.strip()[:30]}' is matched with nothing; expected ->")
        term, meaning = texts.read(entry.text), texts.read(entry.arrow)
        said = texts.read(entry.feedback)
        if not term:
            extra.append(Option(meaning, Fraction(0), said))
        else:
            pairs.append((term, meaning))
            why += [(term, said)] if said else []
    return MatchUp(tuple(pairs), tuple(extra), why=tuple(why))


def _numbers(answer: str, texts: _Texts) -> TypeNumber:
    first = answer.lstrip()
    entries = _entries(answer if first.startswith(("=", "~")) else f"={answer}")
    found = []
    for entry in entries:
        weight, text = _take_weight(entry.text, Fraction(entry.mark == "="))
        text = _unescape(text).strip()
        if text in ("", "*"):
            if entry.feedback.strip() or weight:
                texts.notes.append(Note("any other answer", "what the file says or gives to it was left out"))
            continue
        low, high, answer_, ranged = _range(text)
        found.append(NumberOption(low, high, weight, texts.read(entry.feedback), answer_, ranged))
    return TypeNumber(tuple(found))


def _range(text: str) -> tuple[Fraction, Fraction, Fraction | None, bool]:
    """Read ``3``, ``3:0.1`` or ``2.9..3.1``."""
    if ".." in text:
        low, high = (_number(part) for part in text.split("..", 1))
        return min(low, high), max(low, high), None, True
    value, _, margin = text.partition(":")
    centre = _number(value)
    width = abs(_number(margin)) if margin.strip() else Fraction(0)
    return centre - width, centre + width, centre, False


def _number(text: str) -> Fraction:
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(text):
        raise _Mistake(f"'{text[:30]}' is no number; expected for example 3.14, 3.14:0.01 or 3.1..3.2")
    return Fraction(text.replace(",", "."))
