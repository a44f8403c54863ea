"""Read Moodle XML, the format in which Moodle exports question banks.

The format: https://docs.moodle.org/en/Moodle_XML_format.
"""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from dlquiz.exchange.base import Imported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.draft import NotOurs
from dlquiz.exchange.formats.gift.read import category_name
from dlquiz.exchange.formats.moodle.cloze import has_places, parse_places
from dlquiz.exchange.markup import has_tags
from dlquiz.exchange.neutral import (
    Body,
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    Gap,
    MatchUp,
    Note,
    NumberOption,
    Option,
    Partial,
    PutInOrder,
    Truth,
    TypeNumber,
    TypeText,
    Unreadable,
)
from dlquiz.exchange.reading import refuse
from dlquiz.exchange.texts import from_html, from_markdown, our_formulas
from dlquiz.exchange.to_ours import build
from dlquiz.exchange.verdicts import only_judges
from dlquiz.exchange.xmlsafe import Element, parse_xml
from dlquiz.quiz.quantities import names_of
from dlquiz.text import identifier

_NEVER = {
    "description": "a text without a question has no place in a quiz",
    "essay": "an essay cannot be marked by a program",
    "calculated": "its numbers are made by Moodle's formulas, which are not run here",
    "calculatedsimple": "its numbers are made by Moodle's formulas, which are not run here",
    "calculatedmulti": "its numbers are made by Moodle's formulas, which are not run here",
    "random": "it only draws another question",
    "randomsamatch": "it is made of other questions while the quiz runs",
    "ddimageortext": "it needs a picture to drop words on",
    "ddmarker": "it needs a picture to put marks on",
}


def read(data: bytes, file: str) -> Imported:
    """Read a Moodle XML file; ContentError if it is none."""
    root = parse_xml(data, file)
    if root.name != "quiz":
        message = f"this is XML, but not Moodle's: it begins with <{root.name}>"
        refuse(file, message, "expected <quiz>", line=root.line)
    ledger = Ledger()
    named = list(_with_category(root))
    if not named:
        refuse(file, "the file holds no question", 'expected <question type="multichoice"> or the like', line=root.line)
    categories = list(dict.fromkeys(category for _, category in named if category))
    if len(categories) > 1:
        ledger.changed("", "category", f"{len(categories)} categories became tags of their questions", loss=False)
    # A single category is the title: as a tag of every question it would say nothing.
    questions = (_question(element, category if len(categories) > 1 else "") for element, category in named)
    return build(questions, title="".join(categories[:1]), file=file, ledger=ledger)


def _with_category(root: Element) -> Iterator[tuple[Element, str]]:
    """Yield the questions with the category that stands before them."""
    category = ""
    for element in root.all("question"):
        if element.get("type").strip().lower() == "category":
            category = category_name(element.text_at("category", "text"))
        else:
            yield element, category


def _question(element: Element, category: str) -> Foreign:
    kind = element.get("type").strip().lower()
    texts = _Texts()
    stem = ""
    try:
        body, stem = _body(element, kind, texts)
    except NotOurs as error:
        body = Unreadable(error.what, error.why)
    tags = [tag.text.strip() for holder in element.all("tags") for tag in holder.all("tag")]
    explain = [texts.read(element.first("generalfeedback"))]
    remark = texts.read(element.first("correctfeedback"))
    # Moodle writes "Your answer is correct." into every question, in the language of the site.
    if remark and not only_judges(remark):
        explain.append(remark)
    for name in ("partiallycorrectfeedback", "incorrectfeedback"):
        said = texts.read(element.first(name))
        if said and not only_judges(said):
            texts.note("feedback", "what is said to any wrong or partly right answer was left out")
    if any(True for _ in element.walk("file")):
        texts.note("files", "files inside of a question are not read")
    return Foreign(
        body,
        stem,
        name=element.text_at("name"),
        identifier=element.text_at("idnumber"),
        explain="\n\n".join(part for part in explain if part),
        tags=tuple(dict.fromkeys((*tags, *([identifier(category)] if identifier(category) else [])))),
        hints=tuple(hint for hint in map(texts.read, element.all("hint")) if hint),
        points=_points(element, texts),
        line=element.line,
        notes=tuple(dict.fromkeys(texts.notes)),
    )


def _points(element: Element, texts: "_Texts") -> float:
    text = element.text_at("defaultgrade")
    try:
        return float(text) if text else 1.0
    except ValueError:
        texts.note("points", f"'{text[:20]}' is no number of points")
        return 1.0


class _Texts:
    """Reads the texts of one question, and collects what they lose."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def note(self, what: str, why: str, *, loss: bool = True) -> None:
        self.notes.append(Note(what, why, loss))

    def read(self, element: Element | None) -> str:
        """Return the text of an element that has a ``format`` and a ``<text>``, as Markdown."""
        if element is None:
            return ""
        holder = element.first("text")
        text = holder.text if holder is not None else "".join(one for one in element.content if isinstance(one, str))
        return self.convert(text, element.get("format"))

    def convert(self, text: str, form: str) -> str:
        """Return a text in one of Moodle's formats as Markdown."""
        if form == "markdown":
            text, notes = from_markdown(text)
        elif form == "plain_text" or (form == "moodle_auto_format" and not has_tags(text)):
            return our_formulas(text).strip()
        elif has_tags(text) or "&" in text or form == "html":
            text, notes = from_html(text)
        else:
            return our_formulas(text).strip()
        self.notes.extend(notes)
        return text

    def converter(self, form: str) -> Callable[[str], str]:
        """Return `convert` for one format."""
        return lambda text: self.convert(text, form)


def _body(element: Element, kind: str, texts: _Texts) -> tuple[Body, str]:
    """Return what is asked for, and the stem."""
    if kind in _NEVER:
        raise NotOurs(kind, _NEVER[kind])
    holder = element.first("questiontext")
    if kind in ("cloze", "multianswer"):
        return _cloze(holder, texts), ""
    if kind in ("ddwtos", "gapselect"):
        return _gaps(element, kind, texts), ""
    stem = texts.read(holder)
    match kind:
        case "multichoice" | "multichoiceset":
            return _choice(element, kind, texts), stem
        case "truefalse":
            return _truth(element, texts), stem
        case "shortanswer":
            options = tuple(_option(one, texts, typed=True) for one in element.all("answer"))
            return TypeText(options, element.text_at("usecase") == "1", wildcards=True), stem
        case "numerical":
            return _numbers(element, texts), stem
        case "matching" | "match" | "ddmatch":
            return _match(element, texts), stem
        case "ordering":
            return _order(element, texts), stem
    raise NotOurs(kind or "question", f"the question type '{kind}' is not known here")


def _fraction(element: Element) -> Fraction:
    text = element.get("fraction", "0").strip().replace(",", ".") or "0"
    try:
        return Fraction(text) / 100
    except (ValueError, ZeroDivisionError):
        raise NotOurs("answer", f"line {element.line}: the fraction '{text[:20]}' is no number") from None


def _option(element: Element, texts: _Texts, *, typed: bool = False) -> Option:
    text = element.text_at("text") if typed else texts.read(element)
    return Option(text, _fraction(element), texts.read(element.first("feedback")))


def _choice(element: Element, kind: str, texts: _Texts) -> Body:
    options = tuple(_option(one, texts) for one in element.all("answer"))
    fixed = element.text_at("shuffleanswers").lower() in ("0", "false")
    if kind == "multichoiceset":
        return ChooseMany(options, "all", fixed)
    several = element.text_at("single").lower() in ("0", "false")
    return ChooseMany(options, fixed=fixed) if several else ChooseOne(options, fixed)


def _truth(element: Element, texts: _Texts) -> Truth:
    found: dict[bool, Option] = {}
    for one in element.all("answer"):
        option = _option(one, texts, typed=True)
        found[option.text.strip().lower() in ("true", "1")] = option
    if True not in found or False not in found:
        raise NotOurs("truefalse", "it needs one answer 'true' and one answer 'false'")
    return Truth(found[True].weight > found[False].weight, found[True].feedback, found[False].feedback)


def number(text: str) -> Fraction:
    """Read a number; `NotOurs` if it is none."""
    try:
        # Digits only: Fraction would also read 1/3, and "1e999999999" would take for ever.
        if not re.fullmatch(r"[+-]?(?:\d{1,40}(?:[.,]\d{0,40})?|[.,]\d{1,40})(?:[eE][+-]?\d{1,3})?", text.strip()):
            raise ValueError
        return Fraction(text.strip().replace(",", "."))
    except ValueError:
        raise NotOurs("numeric", f"'{text.strip()[:30]}' is no number") from None


def _numbers(element: Element, texts: _Texts) -> TypeNumber:
    answers = []
    for one in element.all("answer"):
        text = one.text_at("text") or "".join(part for part in one.content if isinstance(part, str)).strip()
        said = texts.read(one.first("feedback"))
        if text == "*":
            if said or _fraction(one):
                texts.note("any other answer", "what the file says or gives to any other answer was left out")
            continue
        centre = number(text)
        width = abs(number(one.text_at("tolerance") or "0"))
        answers.append(NumberOption(centre - width, centre + width, _fraction(one), said, centre))
    return TypeNumber(tuple(answers), _unit(element, texts))


def _unit(element: Element, texts: _Texts) -> str:
    units = [unit for holder in element.all("units") for unit in holder.all("unit")]
    if not units:
        return ""
    basic = next((one for one in units if one.text_at("multiplier") in ("", "1", "1.0")), units[0])
    if element.text_at("unitgradingtype") not in ("1", "2"):
        texts.note("unit", "a unit may be written in the file; here only the number")
        return ""
    name = basic.text_at("unit_name")
    if any(one.text_at("unit_name") not in names_of(name) for one in units):
        texts.note("unit", f"of {len(units)} units, {name} stays; known units are converted")
    return name


def _match(element: Element, texts: _Texts) -> MatchUp:
    pairs, extra = [], []
    for one in element.all("subquestion"):
        term = texts.read(one)
        answer = one.text_at("answer")
        if term:
            pairs.append((term, answer))
        elif answer:
            extra.append(Option(answer, Fraction(0)))
    # Moodle offers each text once, also if several questions share it.
    return MatchUp(tuple(pairs), tuple(extra))


_GRADING: dict[str, Partial] = {"ALL_OR_NOTHING": "all", "-1": "all", "ABSOLUTE_POSITION": "each", "0": "each"}


def _order(element: Element, texts: _Texts) -> PutInOrder:
    answers = [(one, texts.read(one)) for one in element.all("answer")]
    places = [one.get("fraction") for one, _ in answers]
    if len(set(places)) == len(places) and all(re.fullmatch(r"\d+(\.0*)?", place) for place in places):
        answers.sort(key=lambda pair: float(pair[0].get("fraction")))
    grading = element.text_at("gradingtype")
    if element.text_at("selecttype") in ("RANDOM", "CONTIGUOUS", "1", "2"):
        texts.note("items", "Moodle asks for some of the items; here for all")
    return PutInOrder(tuple(text for _, text in answers), _GRADING.get(grading, "weights"))


def _cloze(holder: Element | None, texts: _Texts) -> FillIn:
    text = holder.text_at("text") if holder is not None else ""
    form = holder.get("format") if holder is not None else ""
    if not has_places(text):
        raise NotOurs("cloze", "it has no blank that can be read, such as {1:SHORTANSWER:=word}")
    return parse_places(
        text, texts.converter(form or "html"), texts.notes, tags=form in ("", "html", "moodle_auto_format")
    )


def _gaps(element: Element, kind: str, texts: _Texts) -> FillIn:
    words = [
        (one.text_at("text"), one.text_at("group"))
        for one in element.all("dragbox" if kind == "ddwtos" else "selectoption")
    ]
    holder = element.first("questiontext")
    text = texts.read(holder).replace("\\[\\[", "[[")
    parts: list[str | Gap] = []
    used: list[str] = []
    for place, piece in enumerate(re.split(r"\[\[(\d+)\]\]", text)):
        if place % 2 == 0:
            parts += [piece] if piece else []
            continue
        if not 1 <= int(piece[:9]) <= len(words):
            raise NotOurs(kind, f"the place [[{piece[:9]}]] has no word")
        used.append(words[int(piece) - 1][0])
        parts.append(Gap((Option(used[-1], Fraction(1)),), listed=True))
    if not used:
        raise NotOurs(kind, "it has no place such as [[1]]")
    if len({group for _, group in words}) > 1:
        texts.note("lists to choose from", "the words stand in groups in the file; here they share one list")
    wrong = tuple(Option(word, Fraction(0)) for word, _ in words if word not in used)
    return FillIn(tuple(parts), wrong)
