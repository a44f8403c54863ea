"""QTI 1.2, as Canvas, Blackboard and others write it: a package, or the bare XML file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from dlquiz.archives import is_zip
from dlquiz.exchange.base import Imported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.formats.qti.qti12_items import read_item
from dlquiz.exchange.formats.qti.qti12_write import write
from dlquiz.exchange.neutral import Foreign
from dlquiz.exchange.reading import files_of, refuse
from dlquiz.exchange.texts import from_html
from dlquiz.exchange.to_ours import build
from dlquiz.exchange.xmlsafe import Element, parse_xml

__all__ = ["read", "write"]

_ENDINGS = (".xml", ".qti")


def read(data: bytes, file: str) -> Imported:
    """Read a package or an XML file.

    Raises
    ------
    ContentError
        It is no QTI 1.2: the message says what it is instead, as far as that can be told.
    """
    ledger = Ledger()
    summary: list[str] = []
    if is_zip(data):
        roots = list(_from_package(data, file, ledger, summary))
    else:
        roots = [_document(parse_xml(data, file), file)]
    if not roots:
        refuse(file, "the package holds no QTI 1.2 questions", "expected a file with <questestinterop>")
    tests = _without_doubles([test for root in roots for test in _tests(root)])
    if len(tests) > 1:
        ledger.changed("", "several quizzes", f"the {len(tests)} quizzes and banks in it became one", loss=False)
    questions: list[Foreign] = []
    for test in tests:
        _say_what_is_flattened(test, ledger)
    for item in _each_once(tests, ledger):
        questions += read_item(item)
    if not questions:
        refuse(file, "the file holds no questions", "expected <item> elements")
    titles = [test.get("title") or _bank_title(test) for test in tests]
    title = next((one for one in titles if one), "")
    return build(questions, title=title, file=file, ledger=ledger, summary="\n\n".join(summary))


def _each_once(tests: list[Element], ledger: Ledger) -> Iterator[Element]:
    """Yield the questions; one that stands in a quiz and again in a bank, as Canvas exports them, once."""
    before: set[object] = set()
    again = 0
    # A quiz comes before the banks: it is what the author arranged.
    for test in sorted(tests, key=lambda one: one.name == "objectbank"):
        mine = [(item, _asked(item)) for item in test.walk("item")]
        again += sum(asked in before for _, asked in mine)
        yield from (item for item, asked in mine if asked not in before)
        before |= {asked for _, asked in mine}
    if again:
        why = f"{again} questions stand in the quiz and in a bank, or in several: each was read once"
        ledger.changed("", "repeated questions", why, loss=False)


def _asked(item: Element) -> object:
    """Return what a question asks, offers and says, without the identifiers that differ between copies."""
    names = {one.get("ident") for one in item.walk("response_label", "response_lid", "response_str", "response_num")}
    parts = (one for part in item.children if part.name != "itemmetadata" for one in part.walk() if not one.children)
    texts = (" ".join(one.text.split()) for one in parts)
    return tuple("" if text in names else text for text in texts)


def _from_package(data: bytes, file: str, ledger: Ledger, summary: list[str]) -> Iterator[Element]:
    others = []
    for name, content in files_of(data, file).items():
        inside = f"{file}/{name}"
        path = PurePosixPath(name)
        if name.startswith("__MACOSX/") or path.name.startswith("."):
            continue
        if path.suffix.casefold() not in _ENDINGS:
            others.append(name)
            continue
        if b"questestinterop" in content[:4000] or b"q\0u\0e\0s\0t\0e\0s\0t" in content[:4000]:
            yield _document(parse_xml(content, inside), inside)
        elif path.name == "assessment_meta.xml":
            _settings(parse_xml(content, inside), ledger, summary)
        elif b"assessmentItem" in content[:4000] or b"qti-assessment-item" in content[:4000]:
            _document(parse_xml(content, inside), inside)
    pictures = sum(
        PurePosixPath(name).suffix.casefold() in (".png", ".jpg", ".jpeg", ".gif", ".svg") for name in others
    )
    if pictures:
        ledger.changed("", "pictures", f"{pictures} picture files in the package were left out")


def _settings(root: Element, ledger: Ledger, summary: list[str]) -> None:
    """Read the settings that Canvas keeps beside the questions."""
    description, notes = from_html(root.text_at("description"))
    summary += [description] if description else []
    for note in notes:
        ledger.changed("", note.what, f"in the description of the quiz: {note.why}", loss=note.loss)
    if root.text_at("shuffle_answers").casefold() == "false":
        ledger.changed("", "order of options", "it is fixed in the file; here options are shuffled")


def _document(root: Element, file: str) -> Element:
    if root.name.startswith("qti-"):
        refuse(file, "this is QTI 3, which cannot be read", "export it as QTI 1.2, 2.1 or 2.2", line=root.line)
    if root.name in ("assessmentItem", "assessmentTest"):
        refuse(file, "this is QTI 2, not QTI 1.2", "read it with --from qti21", line=root.line)
    if root.name != "questestinterop":
        refuse(file, f"this is no QTI 1.2: it begins with <{root.name}>", "expected <questestinterop>", line=root.line)
    return root


def _tests(root: Element) -> list[Element]:
    found = [one for one in root.children if one.name in ("assessment", "objectbank")]
    return found or [root]


def _without_doubles(tests: list[Element]) -> list[Element]:
    """Leave out a second copy of a quiz: Canvas writes one for other programs, with fewer questions."""
    best: dict[str, Element] = {}
    for number, test in enumerate(tests):
        key = test.get("ident") or f"#{number}"
        if key not in best or _count(test) > _count(best[key]):
            best[key] = test
    return list(best.values())


def _count(test: Element) -> int:
    return sum(1 for _ in test.walk("item"))


def _bank_title(test: Element) -> str:
    for entry in test.walk("qtimetadatafield"):
        if entry.text_at("fieldlabel") == "bank_title":
            return entry.text_at("fieldentry")
    return ""


@dataclass(frozen=True, slots=True)
class _Pool:
    drawn: str
    held: int
    bank: str


def _pools(test: Element) -> Iterator[_Pool]:
    for section in test.walk("section"):
        selection = section.first("selection_ordering", "selection")
        if selection is not None:
            drawn, bank = selection.text_at("selection_number"), selection.text_at("sourcebank_ref")
            yield _Pool(drawn, len(section.all("item")), bank)


def _say_what_is_flattened(test: Element, ledger: Ledger) -> None:
    for number, pool in enumerate(_pools(test), 1):
        if pool.bank and not pool.held:
            why = f"group {number} draws {pool.drawn or 'some'} questions of a bank that is not in this file"
            ledger.changed("", "question bank", why)
        elif pool.drawn and pool.drawn != str(pool.held):
            why = f"group {number} draws {pool.drawn} of {pool.held} questions in the file; here all of them are asked"
            ledger.changed("", "question group", why)
    for reference in test.walk("itemref", "sectionref"):
        ledger.changed("", "reference", f"'{reference.get('linkrefid')}' is not in this file")
