"""Which ``<`` of a text begin a tag, and which are only letters: ``0<a and a<b>c`` holds no tag.

Authors write both, in formats that say nothing about it. A tag has a name that HTML or MathML knows, well-formed
attributes, and an end where its element needs one. Anything else is text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_ATTRIBUTE = r"[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=`]+))?"
_PIECE = re.compile(
    r"<!\w[^<>]*>|<\?[^<>]*>"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][\w.:-]*)(?P<attributes>(?>(?:\s+{_ATTRIBUTE})*))\s*(?P<closed>/?)>"
    r"|<"
)
_BARE = re.compile(r"[^\s=]+(?=\s|$)")
_VALUED = re.compile(r"[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|\S+)")

_VOID: Final = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_END_MAY_MISS: Final = frozenset("p li dt dd tr td th thead tbody tfoot colgroup option optgroup rb rt rp".split())
ALWAYS: Final = frozenset("script style iframe object embed applet noscript template".split())
"""Elements that run or load something: never text, not even with a missing end."""
_NEED_NO_PARTNER: Final = ALWAYS | _VOID | _END_MAY_MISS
_PAIRED: Final = frozenset(
    "a abbr acronym address article aside audio b bdi bdo big blockquote body button canvas caption center cite code "
    "data datalist del details dfn dir div dl em fieldset figcaption figure font footer form frameset h1 h2 h3 h4 h5 "
    "h6 head header hgroup html i ins kbd label legend main map mark menu meter nav nobr ol output picture pre "
    "progress q rtc ruby s samp section select small span strike strong sub summary sup svg table textarea time title "
    "tt u ul var video".split()
)
MATHML: Final = frozenset(
    "math mrow mi mo mn ms mtext mspace mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose msub msup "
    "msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mlabeledtr mtd maction semantics "
    "annotation annotation-xml maligngroup malignmark".split()
)
_KNOWN: Final = _NEED_NO_PARTNER | _PAIRED | MATHML
_SWITCHES: Final = frozenset("checked compact controls disabled hidden nowrap noshade open readonly selected".split())
# A lone one of these is a variable or a word more often than a tag.
_HTML: Final = (_KNOWN - MATHML - frozenset({"data", "output", "label", "time", "main", "map", "title", "var"})) | {
    "math"
}


def local(name: str) -> str:
    """Return an element's name without the prefix of its namespace, in small letters."""
    return name.rpartition(":")[2].lower()


def has_tags(text: str) -> bool:
    """Return whether a text is probably HTML."""
    return "<" in text and any(local(name) in _HTML for name in _accepted(text).values())


def only_tags(html: str) -> tuple[str, tuple[str, ...]]:
    """Escape every ``<`` that begins no tag; return also names that HTML does not know, of tags that have an end."""
    if "<" not in html:
        return html, ()
    html = _without_comments(html)
    tags = _accepted(html)
    parts, place = [], 0
    for piece in _PIECE.finditer(html):
        if piece["name"] is None and piece[0] != "<":
            continue  # a declaration
        if piece.start() not in tags:
            parts += [html[place : piece.start()], "&lt;"]
            place = piece.start() + 1
    names = (name.lower() for name in tags.values() if local(name) not in _KNOWN and ":" not in name)
    return "".join((*parts, html[place:])), tuple(dict.fromkeys(names))


def _without_comments(html: str) -> str:
    parts, place = [], 0
    while (start := html.find("<!--", place)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        parts.append(html[place:start])
        place = end + 3
    return "".join((*parts, html[place:]))


def _accepted(html: str) -> Mapping[int, str]:
    """Return the places of all tags, with their names."""
    found: dict[int, str] = {}
    waiting: dict[str, list[int]] = {}
    for piece in _PIECE.finditer(html):
        name = piece["name"]
        if name is None or not _well_formed(piece["attributes"]):
            continue
        short = local(name)
        if piece["end"]:
            if waiting.get(name.lower()):
                found[waiting[name.lower()].pop()] = name
                found[piece.start()] = name
            elif short in _NEED_NO_PARTNER:
                found[piece.start()] = name
        elif short in _NEED_NO_PARTNER or piece["closed"]:
            found[piece.start()] = name
        if not piece["end"] and not piece["closed"]:
            waiting.setdefault(name.lower(), []).append(piece.start())
    return found


def _well_formed(attributes: str) -> bool:
    """Return whether attributes have values, up to the few that need none: in ``<a and b>`` they are words."""
    return all(word.lower() in _SWITCHES for word in _words(attributes))


def _words(attributes: str) -> Iterator[str]:
    rest = _VALUED.sub(" ", attributes)
    yield from (word for word in _BARE.findall(rest) if word != "/")
