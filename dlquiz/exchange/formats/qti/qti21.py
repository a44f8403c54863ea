"""QTI 2.1 and 2.2: a content package, a single item, or several items in one file."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from dlquiz.archives import is_zip
from dlquiz.exchange.base import Imported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.formats.qti.qti21_items import read_item
from dlquiz.exchange.formats.qti.qti21_write import write
from dlquiz.exchange.reading import files_of, refuse
from dlquiz.exchange.to_ours import build
from dlquiz.exchange.xmlsafe import Element, parse_xml

__all__ = ["read", "write"]


def read(data: bytes, file: str) -> Imported:
    """Read a package or an XML file.

    Raises
    ------
    ContentError
        It is no QTI 2.1: the message says what it is instead, as far as that can be told.
    """
    ledger = Ledger()
    if not is_zip(data):
        root = parse_xml(data, file)
        _known(root, file)
        items = list(root.walk("assessmentItem"))
        if not items:
            refuse(file, "the file lists questions, but holds none", "give the whole package (.zip)", line=root.line)
        title = root.get("title") if root.name != "assessmentItem" else ""
    else:
        items, title = _from_package(data, file, ledger)
    questions = (read_item(one) for one in items)
    return build(questions, title=title, file=file, lang=_language(items), ledger=ledger)


def _language(items: list[Element]) -> str:
    """Return the language that most questions say they are in; English if none does."""
    said = Counter(one.get("lang") for one in items if one.get("lang"))
    language, _, region = next(iter(said.most_common(1)), ("en", 1))[0].partition("-")
    return f"{language.lower()}-{region.upper()}" if len(region) == 2 else language.lower()


def _from_package(data: bytes, file: str, ledger: Ledger) -> tuple[list[Element], str]:
    items: dict[str, Element] = {}
    tests: dict[str, Element] = {}
    pictures = 0
    for name, content in files_of(data, file).items():
        path = PurePosixPath(name)
        if name.startswith("__MACOSX/") or path.name.startswith("."):
            continue
        pictures += path.suffix.casefold() in (".png", ".jpg", ".jpeg", ".gif", ".svg")
        if path.suffix.casefold() not in (".xml", ".qti") or path.name == "imsmanifest.xml":
            continue
        root = parse_xml(content, f"{file}/{name}")
        if root.name == "assessmentItem":
            items[name] = root
        elif root.name == "assessmentTest":
            tests[name] = root
        elif root.name == "questestinterop" or root.name.startswith("qti-"):
            _known(root, f"{file}/{name}")
    if not items:
        refuse(file, "the package holds no QTI 2.1 questions", "expected files with <assessmentItem>")
    if pictures:
        ledger.changed("", "pictures", f"{pictures} picture files in the package were left out")
    ordered = list(_in_order(items, tests, ledger))
    return ordered, next((test.get("title") for test in tests.values() if test.get("title")), "")


def _in_order(items: dict[str, Element], tests: dict[str, Element], ledger: Ledger) -> Iterator[Element]:
    """Yield the items as the test lists them, then those that it does not list."""
    left = dict(items)
    for where, test in tests.items():
        for number, section in enumerate(test.walk("assessmentSection"), 1):
            selection = section.first("selection")
            held = len(section.all("assessmentItemRef"))
            if selection is not None and selection.get("select") != str(held):
                why = (
                    f"section {number} draws {selection.get('select')} of {held} questions; here all of them are asked"
                )
                ledger.changed("", "question group", why)
        for reference in test.walk("assessmentItemRef"):
            path = _beside(where, reference.get("href"))
            if path in left:
                yield left.pop(path)
            elif path not in items:
                ledger.changed("", "reference", f"'{reference.get('href')}' is not in this package")
    yield from left.values()


def _beside(where: str, href: str) -> str:
    parts: list[str] = []
    for part in (*PurePosixPath(where).parent.parts, *PurePosixPath(href).parts):
        if part == ".." and parts:
            parts.pop()
        elif part not in (".", ".."):
            parts.append(part)
    return "/".join(parts)


def _known(root: Element, file: str) -> None:
    if root.name.startswith("qti-"):
        refuse(file, "this is QTI 3, which cannot be read", "export it as QTI 2.1 or 2.2", line=root.line)
    if root.name == "questestinterop":
        refuse(file, "this is QTI 1.2, not QTI 2.1", "read it with --from qti12", line=root.line)
    if root.name not in ("assessmentItem", "assessmentTest", "assessmentSection", "assessmentItems", "items"):
        refuse(file, f"this is no QTI 2.1: it begins with <{root.name}>", "expected <assessmentItem>", line=root.line)
