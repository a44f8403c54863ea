"""LaTeX formulas as MathML, which browsers show without any program or network.

The translation is math-core's. It is a young library of native code, so what it writes is parsed, and only elements and
attributes of MathML pass. A formula that it does not understand is shown as its source.
"""

import re
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, Final

from dlquiz.errors import ContentError
from dlquiz.exchange.xmlsafe import Element, parse_xml
from dlquiz.text import storable

if TYPE_CHECKING:
    from math_core import LatexToMathML

_LONGEST = 5_000
_DEEPEST = 40
"""Levels of a formula. math-core is native code that recurses: some thousands would end the process."""
_MOST_EXPANSIONS = 300
_MACROS: Final = {
    "mbox": r"\text{#1}",
    "widetilde": r"\tilde{#1}",
    "softmax": r"\operatorname{softmax}",
    "relu": r"\operatorname{relu}",
    "sign": r"\operatorname{sign}",
    "bm": r"\boldsymbol{#1}",
}
"""Commands that quizzes use and math-core does not know."""

_NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
_ELEMENTS: Final = frozenset(
    "math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt msub msubsup msup mtable mtd mtext "
    "mtr munder munderover b i code span".split()
)
_ATTRIBUTES: Final = frozenset(
    "accent accentunder display displaystyle form height largeop linethickness lspace mathvariant maxsize minsize "
    "movablelimits notation rspace scriptlevel stretchy symmetric voffset width".split()
)
_VALUE = re.compile(r"[\w.%+ -]{0,40}")
_OPEN = re.compile(r"\\(?:left|begin)\b|(?<!\\)[{\[]")
_CLOSE = re.compile(r"\\(?:right|end)\b|(?<!\\)[}\]]")
_PIECE = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)
_STYLES: Final = {
    "text-align: left": "left",
    "text-align: right": "right",
    "padding-left: 0": "close-left",
    "padding-right: 0": "close-right",
    "padding-left:1em": "far-left",
    "border-left": "line-left",
    "border-right": "line-right",
    "border-top": "line-top",
    "border-bottom": "line-bottom",
}
"""What math-core says about cells of a table, as classes of our style sheet: the page allows no other styles."""


class _Strange(Exception):
    """The translation holds something that is no MathML."""


@lru_cache(maxsize=4096)
def mathml(latex: str, display: bool = False) -> str:
    """Return a formula as MathML; as its source in code marks if it cannot be understood wholly."""
    from math_core import LatexError

    if len(latex) > _LONGEST or _depth(latex) > _DEEPEST:
        return _source(latex)
    try:
        raw = _converter().convert_with_local_state(latex, displaystyle=display)
        root = parse_xml(_without_names(raw).encode("utf-8", "replace"), "a formula")
        return _written(root)
    except (LatexError, ContentError, _Strange):
        return _source(latex)


def _source(latex: str) -> str:
    return f"<code>{escape(storable(latex))}</code>"


@lru_cache(maxsize=1)
def _converter() -> "LatexToMathML":
    from math_core import LatexToMathML

    # A macro may expand to many of itself. `\\ldots` and others are macros too, so some must be allowed.
    return LatexToMathML(xml_namespace=True, fancy_error=False, max_expansions=_MOST_EXPANSIONS, macros=_MACROS)


def _depth(latex: str) -> int:
    """Return how deep a formula is at most: braces, fences and tables, and commands that follow each other."""
    deep = deepest = chain = 0
    for piece in _PIECE.findall(latex):
        chain = chain + 1 if piece.startswith("\\") and piece[1:].isalpha() else 0 if not piece.isspace() else chain
        if _OPEN.fullmatch(piece):
            deep += 1
        elif _CLOSE.fullmatch(piece):
            deep = max(0, deep - 1)
        deepest = max(deepest, deep + chain)
    return deepest


def _without_names(xml: str) -> str:
    """Write entities that only HTML knows as the characters that they are."""
    known = ("&amp;", "&lt;", "&gt;", "&quot;", "&apos;")
    return re.sub(r"&[A-Za-z]\w*;", lambda match: match[0] if match[0] in known else unescape(match[0]), xml)


def _written(element: Element) -> str:
    if element.name not in _ELEMENTS:
        raise _Strange
    attributes = {"xmlns": _NAMESPACE} if element.name == "math" else {}
    for name, value in element.attributes.items():
        if name in _ATTRIBUTES and _VALUE.fullmatch(value):
            attributes[name] = value
        elif name not in ("class", "style"):
            raise _Strange
    classes = [_STYLES[part] for part in map(_declared, element.get("style").split(";")) if part in _STYLES]
    if classes:
        attributes["class"] = " ".join(classes)
    inside = "".join(escape(one, quote=False) if isinstance(one, str) else _written(one) for one in element.content)
    listed = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{element.name}{listed}>{inside}</{element.name}>"


def _declared(style: str) -> str:
    """Return a declaration; of a border only its side, since all are the same line."""
    style = style.strip()
    return style.partition(":")[0] if style.startswith("border-") else style
