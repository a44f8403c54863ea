"""Numbers and units as people type them: ``16 000``, ``0,5``, ``-1.5e3 ms``, ``5 %``."""

import re
from dataclasses import dataclass
from fractions import Fraction

LONGEST = 64
"""Characters that a number and its unit may have."""

_COMMA_LANGUAGES = {
    *("az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr", "gl", "hr", "hu", "hy", "id"),
    *("is", "it", "ka", "kk", "lt", "lv", "mk", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr"),
    *("sv", "tr", "uk", "uz", "vi"),
}
_POINT_REGIONS = frozenset({"de-ch", "de-li", "it-ch", "es-mx", "es-us", "es-pr", "es-do", "es-gt", "es-hn", "es-ni"})

_SPACES = "\u0020\u00a0\u2009\u202f"
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)\s*(?:10\s*(?:\^|\*\*)\s*(?P<power>[+-]?\d{1,4})|"
    rf"(?P<body>(?:\d(?:[\d.,'_{_SPACES}]*\d)?|[.,]\d+)[.,]?)"
    r"(?:\s*(?:[eE]|(?:[x×*·]\s*)?10\s*(?:\^|\*\*))\s*(?P<exponent>[+-]?\d{1,4}))?)"
    r"(?:\s*/\s*(?P<below>\d+))?",
    re.ASCII,
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_POWER = re.compile(r"(?<=10)[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}")
_GROUPED = re.compile(r"(\^|\*\*)\s*(?:\{\s*([+-]?[0-9]{1,4})\s*\}|\(\s*([+-]?[0-9]{1,4})\s*\))")


@dataclass(frozen=True)
class NumberReading:
    """One way to read a text: its value, exactly, and the unit's text (empty if there is none)."""

    value: Fraction
    unit: str


@dataclass(frozen=True)
class NotANumber:
    """The text is no number; ``why`` tells the person what to do about it."""

    why: str


def decimal_comma(lang: str) -> bool:
    """Return whether people who write ``lang`` (``de``, ``pt-BR``) use a comma as their decimal mark."""
    tag = lang.casefold().replace("_", "-")
    return tag not in _POINT_REGIONS and tag.split("-", 1)[0] in _COMMA_LANGUAGES


def read(text: str, lang: str = "en") -> tuple[NumberReading, ...] | NotANumber:
    """Read a number with an optional unit.

    Parameters
    ----------
    text : str
        Anything at all.
    lang : str
        Language tag of the quiz. Its decimal mark is always a decimal mark; the other mark before exactly three
        digits could be either.

    Returns
    -------
    tuple of NumberReading, or NotANumber
        One reading, or two if the text is ambiguous (``16,000`` in English: 16000 or 16).
    """
    if len(text) > LONGEST:
        return NotANumber(f"This is too long for a number (at most {LONGEST} characters).")
    clean = text.strip().replace("\u2212", "-").replace("\u2013", "-").replace("\u2019", "'")
    # 10⁻³, 10^{-3} and 10^(-3) are 10^-3.
    clean = _POWER.sub(lambda match: f"^{match[0].translate(_RAISED)}", clean)
    clean = _GROUPED.sub(lambda match: match[1] + (match[2] or match[3]), clean)
    if re.fullmatch(r"[+-]?\s*(nan|inf|infinity|∞)", clean, re.IGNORECASE):
        return NotANumber("Please write an ordinary number: “nan” and “inf” are not accepted here.")
    found = _NUMBER.match(clean)
    if found is None:
        return NotANumber("This is not a number. Please write digits, for example 12 or 0.5.")
    unit = clean[found.end() :].strip()
    if re.search(r"\d", unit):
        return NotANumber("This holds more than one number. Please write just one.")
    return _values(found, unit, lang)


def _values(found: re.Match[str], unit: str, lang: str) -> tuple[NumberReading, ...] | NotANumber:
    bodies = _digits(found["body"], lang) if found["power"] is None else ("1",)
    if not bodies:
        return NotANumber("The commas, points or spaces in this number do not fit. Please write it without them.")
    exponent = int(found["power"] or found["exponent"] or 0)
    below = int(found["below"] or 1)
    if abs(exponent) > 308 or below == 0:
        return NotANumber("This number is too large or too small, or divides by zero.")
    sign = -1 if found["sign"] == "-" else 1
    # Fractions keep 0.1 + tolerance exact; the caps above keep them small.
    scale = Fraction(10) ** exponent * sign / below
    return tuple(NumberReading(Fraction(body) * scale, unit) for body in bodies)


def _digits(body: str, lang: str) -> tuple[str, ...]:
    """Return the plain spellings (``1234.5``) that a typed number may stand for; none if its marks do not fit."""
    decimal, other = (",", ".") if decimal_comma(lang) else (".", ",")
    body = re.sub(rf"[{_SPACES}]", " ", body)
    marks = [c for c in body if c in ".,"]
    silent = {c for c in body if c in " '_"}
    if len(silent) > 1:
        return ()
    grouping = silent.pop() if silent else None
    if len(set(marks)) == 2:
        # The last mark is the decimal one, whatever the language: 1.234,5 can be read in one way only.
        return _plain(body, marks[-1], grouping or marks[0])
    if len(marks) > 1:
        return _plain(body, None, marks[0]) if grouping is None else ()
    if not marks:
        return _plain(body, None, grouping)
    mark = marks[0]
    as_decimal = _plain(body, mark, grouping)
    if mark == decimal or grouping is not None or not re.fullmatch(rf"[1-9]\d{{0,2}}{re.escape(other)}\d{{3}}", body):
        return as_decimal
    return (*_plain(body, None, mark), *as_decimal)


def _plain(body: str, decimal: str | None, grouping: str | None) -> tuple[str, ...]:
    whole, mark, part = body.partition(decimal) if decimal else (body, "", "")
    if grouping:
        if not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(grouping)}\d{{3}})+", whole):
            return ()
        whole = whole.replace(grouping, "")
    if not re.fullmatch(r"\d*", whole) or not re.fullmatch(r"\d*", part) or not (whole or part):
        return ()
    return (f"{whole or '0'}.{part}",) if mark and part else (whole or "0",)


def written(value: Fraction, lang: str = "en") -> str:
    """Write ``value`` for a person, with the decimal mark of ``lang``."""
    text = str(value.numerator) if value.denominator == 1 and abs(value) < 10**15 else f"{_float(value):.10g}"
    return text.replace(".", ",") if decimal_comma(lang) else text


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


@dataclass(frozen=True)
class Unit:
    """A unit: what it measures, and how many of that quantity's base unit it is."""

    quantity: str
    factor: Fraction


_SIZES = "B=1 byte=1 bit=1/8 kB=1e3 KB=1e3 MB=1e6 GB=1e9 TB=1e12 kilobyte=1e3 megabyte=1e6 gigabyte=1e9 terabyte=1e12"
_BINARY_SIZES = {
    name: 2**power
    for power, names in ((10, "KiB kibibyte"), (20, "MiB mebibyte"), (30, "GiB gibibyte"), (40, "TiB tebibyte"))
    for name in names.split()
}
_TIMES = (
    "s=1 sec=1 second=1 min=60 minute=60 h=3600 hour=3600 d=86400 day=86400 ms=1e-3 millisecond=1e-3"
    " us=1e-6 µs=1e-6 μs=1e-6 microsecond=1e-6 ns=1e-9 nanosecond=1e-9"
)
_FREQUENCIES = "Hz=1 kHz=1e3 MHz=1e6 GHz=1e9"
_SHARES = "%=1/100 percent=1/100 x=1 ×=1"


def _table() -> dict[str, Unit]:
    table = {name: Unit("data", Fraction(factor)) for name, factor in _BINARY_SIZES.items()}
    for what, line in {"data": _SIZES, "time": _TIMES, "frequency": _FREQUENCIES, "share": _SHARES}.items():
        for name, factor in (pair.split("=") for pair in line.split()):
            table[name] = Unit(what, Fraction(factor))
    return table | {f"{name}s": unit for name, unit in table.items() if len(name) > 2 and name.islower()}


UNITS = _table()
_PLAIN = Unit("share", Fraction(1))


def unit(text: str) -> Unit | None:
    """Return the unit that ``text`` names; "no unit" for an empty text; None for a word that is no unit we know.

    The exact spelling comes first: ``ms`` and ``MS`` need not be the same. Another case is understood if it leaves
    no doubt.
    """
    text = " ".join(text.split()).rstrip(".")
    if not text:
        return _PLAIN
    if text in UNITS:
        return UNITS[text]
    folded = {u for name, u in UNITS.items() if name.casefold() == text.casefold()}
    return folded.pop() if len(folded) == 1 else None


def names_of(text: str) -> tuple[str, ...]:
    """Return a unit's name as it is written, then its other names: "ms" is "millisecond" and "milliseconds"."""
    known = unit(text)
    others = [name for name, one in UNITS.items() if one == known] if known is not None else []
    if known is None and text.isalpha() and len(text) > 2:
        others = [text.removesuffix("s") if text.endswith("s") else f"{text}s"]
    return tuple(dict.fromkeys((" ".join(text.split()), *others)))


def same_word(a: str, b: str) -> bool:
    """Return whether two units that are in no table are the same word, also as a plural ("epoch", "epochs")."""
    x, y = (" ".join(t.casefold().split()).rstrip(".") for t in (a, b))
    return x == y or x == y + "s" or y == x + "s"
