r"""Python's regular expressions as JavaScript's, so that the page matches what ``re`` matches.

The two differ in small things: ``\w``, ``\d``, ``\s`` and ``\b`` know only ASCII in JavaScript, which has no ``\A``,
``\Z``, ``{,3}`` and ``a++`` either. What is translated is what ``dlquiz.model.pattern`` allows and what ``folding``
uses: no flags inside, no names, no references. The result wants the flags ``iu`` (or ``u``).
"""

import re
import unicodedata

_WORD = r"\p{L}\p{N}_"
_SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SETS = {"d": r"\p{Nd}", "w": _WORD, "s": _SPACE}
_EDGE = f"(?<=[{_WORD}])(?![{_WORD}])|(?<![{_WORD}])(?=[{_WORD}])"
_PLACES = {"A": "^", "Z": "$", "b": f"(?:{_EDGE})", "B": f"(?!{_EDGE})"}
_CHARACTERS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_DIGITS = {"x": 2, "u": 4, "U": 8}
_QUANTIFIER = re.compile(r"[*+?]|\{(?:\d+|\d*,\d*)\}")
_GROUP = re.compile(r"\((?:\?(?::|=|!|<=|<!))?")
_OCTAL = re.compile(r"[0-7]{1,3}")


def to_javascript(pattern: str) -> str:
    """Translate the source of a compiled Python pattern."""
    return _Translator(pattern).alternatives()


def _literal(char: str) -> str:
    return f"\\{char}" if char in r"^$\.*+?()[]{}|/" else _plain(char)


def _member(char: str) -> str:
    return f"\\{char}" if char in r"]\[^-" else _plain(char)


def _plain(char: str) -> str:
    # To Python, without regard to case, an i without its dot, or with one in capitals, is an i.
    return "i" if char in ("ı", "İ") else char


class _Translator:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._atomic = 0

    def alternatives(self) -> str:
        """Translate up to the end of the group or of the pattern."""
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        return "|".join(parts)

    def _sequence(self) -> str:
        made = ""
        while self._peek() not in ("", "|", ")"):
            made += self._repeated(self._atom())
        return made

    def _atom(self) -> str:
        if group := self._match(_GROUP):
            inside = self.alternatives()
            self._take(")")
            return f"{group}{inside})"
        char = self._next()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        return {".": r"[^\n]", "^": "^", "$": r"(?=\n?$)"}.get(char) or _literal(char)

    def _repeated(self, atom: str) -> str:
        quantifier = self._match(_QUANTIFIER)
        if not quantifier:
            return atom
        made = atom + quantifier.replace("{,", "{0,")
        if self._take("?"):
            return f"{made}?"
        if self._take("+"):
            # What matched is given back to nobody: a lookahead is never entered again.
            self._atomic += 1
            return f"(?:(?=(?<a{self._atomic}>{made}))\\k<a{self._atomic}>)"
        return made

    def _escape(self) -> str:
        if self._peek() in _PLACES:
            return _PLACES[self._next()]
        if self._peek().lower() in _SETS:
            return _chosen(*self._set(self._next()))
        return _literal(self._character())

    def _set(self, name: str) -> tuple[str, str]:
        """Return what is inside, and what is outside of the set that an escape names."""
        inside = _SETS[name.lower()]
        return (inside, "") if name.islower() else ("", inside)

    def _character(self) -> str:
        """Return the character behind a backslash that names no set."""
        char = self._next()
        if char in _DIGITS:
            return chr(int(self._cut(_DIGITS[char]), 16))
        if char == "N":
            return unicodedata.lookup(self._cut(self._pattern.index("}", self._at) + 1 - self._at).strip("{}"))
        if char.isdigit():
            self._at -= 1
            return chr(int(self._match(_OCTAL), 8))
        return _CHARACTERS.get(char, char)

    def _class(self) -> str:
        negated = self._take("^")
        listed, outside = "", []
        first = True
        while first or self._peek() != "]":
            first = False
            low, without = self._one_of_class()
            if without:
                outside.append(without)
            if len(low) == 1 and self._is_range():
                self._next()
                high, _ = self._one_of_class()
                listed += f"{_member(low)}-{_member(high)}"
            else:
                listed += _member(low) if len(low) == 1 else low
        self._next()
        return _chosen(listed, *outside, negated=negated)

    def _one_of_class(self) -> tuple[str, str]:
        """Return one character, or the inside or the outside of a set."""
        char = self._next()
        if char != "\\":
            return char, ""
        if self._peek().lower() in _SETS:
            return self._set(self._next())
        if self._peek() == "b":
            self._next()
            return "\b", ""
        return self._character(), ""

    def _is_range(self) -> bool:
        return self._peek() == "-" and self._pattern[self._at + 1 : self._at + 2] not in ("]", "")

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        return self._cut(1)

    def _cut(self, count: int) -> str:
        self._at += count
        return self._pattern[self._at - count : self._at]

    def _take(self, char: str) -> bool:
        if self._peek() != char:
            return False
        self._at += 1
        return True

    def _match(self, wanted: re.Pattern[str]) -> str:
        found = wanted.match(self._pattern, self._at)
        return self._cut(len(found[0])) if found else ""


def _chosen(listed: str, *outside: str, negated: bool = False) -> str:
    """Write a class: the characters of ``listed``, and those that are in none of a set of ``outside``."""
    parts = [f"[{listed}]"] if listed else []
    parts += [f"[^{without}]" for without in outside if without]
    if len(parts) == 1 and not (negated and outside):
        return f"[^{listed}]" if negated else parts[0]
    every = "|".join(parts)
    return f"(?:(?!{every})[^])" if negated else f"(?:{every})"
