"""Signs for a terminal that cannot show all of ours: no character is ever a reason to stop.

Python raises an error when it prints a character that the locale's encoding lacks. Here such a character becomes one
that says the same, or a question mark.
"""

import codecs
import io
import unicodedata

_INSTEAD = {
    "✓": "+", "✗": "x", "–": "-", "—": "-", "−": "-", "·": "-", "•": "*", "…": "...", "×": "x", "÷": "/",
    "█": "#", "▒": "=", "░": "-", "▁": "_", "▂": "_", "▃": ".", "▄": "-", "▅": "-", "▆": "=", "▇": "=",
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "′": "'", "→": "->", "←": "<-", "⇒": "=>", "↦": "->", "↔": "<->",
    "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "∞": "inf", "√": "sqrt ", "∂": "d", "Σ": "sum ", "Π": "prod ",
    "∈": " in ", "⊙": "*", "⌈": "ceil(", "⌉": ")", "⌊": "floor(", "⌋": ")", "‖": "||", "ᵀ": "^T", "│": "|", "ℓ": "l",
}  # fmt: skip


def forgive(stream: io.TextIOWrapper) -> None:
    """Let a stream write every character that it is given."""
    codecs.register_error("dlquiz", _instead)
    stream.reconfigure(errors="dlquiz")


def _instead(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_plain(sign, error.encoding) for sign in lost), error.end


def _plain(sign: str, encoding: str) -> str:
    for text in (_INSTEAD.get(sign, ""), unicodedata.normalize("NFKD", sign), _name(sign)):
        kept = text.encode(encoding, "ignore").decode(encoding)
        if kept.strip():
            return kept
    return "?"


def _name(sign: str) -> str:
    """Return the name of a Greek letter, and the nearest sign for a part of a frame."""
    name = unicodedata.name(sign, "")
    if name.startswith("BOX DRAWINGS"):
        return "|" if name.endswith("VERTICAL") else "-" if name.endswith("HORIZONTAL") else "+"
    return name.rpartition(" ")[2].lower() if name.startswith("GREEK") else ""
