"""Guess the format of a file from its name and how it begins."""

import re

from dlquiz.archives import is_zip
from dlquiz.errors import UsageError
from dlquiz.exchange.base import FORMATS, Format
from dlquiz.exchange.reading import files_of

_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s>/]")
_TEXT2QTI_BEGINS = re.compile(r"^(?:\d+\.[ \t]|GROUP\s*$|(?:quiz |text )?title:|text:)", re.MULTILINE | re.IGNORECASE)
_TEXT2QTI_GOES_ON = re.compile(
    r"^(?:\*?[a-z]\)[ \t]|\*[ \t]|\[[* ]?\][ \t]|=[ \t]|\.\.\.[ \t]|_{3,}\s*$|\^{3,}\s*$|text:)",
    re.MULTILINE | re.IGNORECASE,
)
_GIFT = re.compile(r"(?<!\\)\{[^{}]*\}|^\s*::.+::", re.MULTILINE)


def guess(data: bytes, name: str) -> Format:
    """Return the format of a foreign file; UsageError that lists the formats if it cannot be told."""
    start = data[:20_000].removeprefix(b"\xef\xbb\xbf")
    if is_zip(data):
        return FORMATS[_zip_format(data, name)]
    bare = start.lstrip()
    lower = name.lower()
    if bare.startswith(b"<"):
        found = _xml_format(bare)
        if found:
            return FORMATS[found]
    elif lower.endswith(".gift"):
        return FORMATS["gift"]
    elif lower.endswith(".toml") or re.search(rb"^\s*\[\[questions\]\]", start, re.MULTILINE):
        return FORMATS["mdbook-quiz"]
    elif bare[:1] in (b"[", b"{") and (lower.endswith(".json") or b'"' in start):
        return FORMATS["ai-for-beginners" if b'"questionText"' in data else "jupyterquiz"]
    else:
        text = start.decode("utf-8", "replace")
        if (_TEXT2QTI_BEGINS.search(text) and _TEXT2QTI_GOES_ON.search(text)) or lower.endswith(".md"):
            return FORMATS["text2qti"]
        if _GIFT.search(text) or lower.endswith(".txt"):
            return FORMATS["gift"]
    able = ", ".join(one.name for one in FORMATS.values() if one.can_import)
    raise UsageError(f"The format of {name} cannot be told.", next_step=f"Say which: --format with one of {able}")


def _xml_format(start: bytes) -> str:
    """Return the format of an XML file by its first element; nothing if it is none of ours."""
    bare = re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", start, flags=re.DOTALL)
    bare = re.sub(rb"<!.*?>", b"", bare)
    found = _ROOT.search(bare)
    root = found[1].decode() if found else ""
    if root in ("assessmentItem", "assessmentTest"):
        return "qti21"
    return {"quiz": "moodle", "questestinterop": "qti12"}.get(root, "")


def _zip_format(data: bytes, name: str) -> str:
    members = files_of(data, name)
    manifest = next((text for path, text in members.items() if path.rpartition("/")[2] == "imsmanifest.xml"), b"")
    if re.search(rb"imsqti[^\"]*v2p|assessmentItem", manifest) or any(
        b"<assessmentItem" in text[:4000] for text in members.values()
    ):
        return "qti21"
    return "qti12"
