"""Letters that look like plain ones: quotes of a word processor, spaces of a web page, letters of other alphabets.

Python tells their numbers; a beginner sees a line that looks right. The pairs are a choice from what Unicode lists as
confusable with ASCII (Unicode Technical Standard 39, section 4).
"""

import re
import unicodedata

_SIGNS = {
    "'": "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc\uff07",
    '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d",
    "*": "\u00d7\u2217\u22c5\uff0a",
    "/": "\u00f7\u2044\u2215",
    "(": "\uff08", ")": "\uff09", "[": "\uff3b", "]": "\uff3d",
    ",": "\uff0c\u3001", ":": "\uff1a\u2236", ";": "\uff1b\u037e",
    "=": "\uff1d", "+": "\uff0b", "<": "\uff1c\u2039", ">": "\uff1e\u203a",
    "<=": "\u2264", ">=": "\u2265", "!=": "\u2260",
    "...": "\u2026", "**2": "\u00b2", "**3": "\u00b3",
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "": "\u00ad\u200b\u200c\u200d\u2060\ufeff",
}  # fmt: skip
_LETTERS = {
    "a": "\u0430\u03b1", "c": "\u0441\u03f2", "d": "\u0501", "e": "\u0435", "h": "\u04bb", "i": "\u0456\u03b9\u0131",
    "j": "\u0458", "k": "\u03ba", "n": "\u03b7", "o": "\u043e\u03bf", "p": "\u0440\u03c1", "q": "\u051b", "s": "\u0455",
    "u": "\u03c5", "v": "\u03bd", "w": "\u051d\u03c9", "x": "\u0445\u03c7", "y": "\u0443\u03b3",
    "A": "\u0410\u0391", "B": "\u0412\u0392", "C": "\u0421\u03f9", "E": "\u0415\u0395", "H": "\u041d\u0397",
    "I": "\u0406\u0399", "J": "\u0408", "K": "\u041a\u039a", "M": "\u041c\u039c", "N": "\u039d", "O": "\u041e\u039f",
    "P": "\u0420\u03a1", "S": "\u0405", "T": "\u0422\u03a4", "X": "\u0425\u03a7", "Y": "\u04ae\u03a5", "Z": "\u0396",
}  # fmt: skip
_PLAIN = {letter: plain for table in (_SIGNS, _LETTERS) for plain, letters in table.items() for letter in letters}
_NAMED = re.compile(r"U\+([0-9A-F]{4,6})\b")
_IN_NAME = re.compile(r"name '([^']{1,100})' is not defined")


def skeleton(name: str) -> str:
    """Return a name with every letter that looks like a plain one replaced by it."""
    return "".join(_PLAIN.get(letter, letter) for letter in name)


def advice(text: str) -> str:
    """Say which letter of Python's message has a plain twin, and which; empty if none has."""
    for number in _NAMED.findall(text):
        if (letter := chr(min(int(number, 16), 0x10FFFF))) in _PLAIN:
            return _sentence(letter)
    if (found := _IN_NAME.search(text)) is not None:
        mixed = re.search("[A-Za-z]", found[1])
        for letter in found[1]:
            # A name that is a Greek letter is meant, as in a formula.
            if letter in _PLAIN and (mixed or "CYRILLIC" in unicodedata.name(letter, "")):
                return f"In this name stands {called(letter)}, which looks like {_shown(_PLAIN[letter])}: type it again"
    return ""


def _sentence(letter: str) -> str:
    plain = _PLAIN[letter]
    if not plain:
        return f"{called(letter)} cannot be seen: delete it, or type the line again"
    return f"{called(letter)} came from outside of a code editor: type {_shown(plain)} in its place"


def called(letter: str) -> str:
    """Return a letter, its number and its Unicode name."""
    name = unicodedata.name(letter, "an unnamed letter").lower()
    shown = letter if letter.isprintable() and not letter.isspace() else ""
    return f"{shown} (U+{ord(letter):04X}, {name})".strip()


def _shown(plain: str) -> str:
    return "a plain space" if plain == " " else f"the plain {plain}"
