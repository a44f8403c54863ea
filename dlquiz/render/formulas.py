r"""LaTeX formulas as plain Unicode text, for a terminal: ``$\frac{a}{b}$`` becomes ``a/b``.

Only the part of LaTeX that lessons use. What is not known stays readable: a command
that has no sign here becomes its own name.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

_SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω",
    "varepsilon": "ε", "varphi": "φ", "ell": "ℓ",
    "cdot": "·", "times": "×", "odot": "⊙", "circ": "∘", "ast": "*", "pm": "±", "div": "÷",
    "sum": "Σ", "prod": "Π", "int": "∫", "partial": "∂", "nabla": "∇", "infty": "∞",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "equiv": "≡", "sim": "~",
    "propto": "∝", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "mapsto": "↦", "leftrightarrow": "↔",
    "in": "∈", "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃",
    "dots": "…", "ldots": "…", "cdots": "⋯", "vdots": "⋮", "top": "ᵀ", "mid": "|", "vert": "|", "Vert": "‖",
    "lVert": "‖",
    "rVert": "‖", "lvert": "|", "rvert": "|", "|": "‖",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩",
    "quad": "  ", "qquad": "    ", ",": " ", ";": " ", ":": " ", "!": "", " ": " ", "{": "{", "}": "}", "%": "%",
    "_": "_", "#": "#", "&": "&", "$": "$", "prime": "′", "\\": "; ",
    "big": "", "Big": "", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "",
    "displaystyle": "", "limits": "", "nolimits": "",
}  # fmt: skip
_PLAIN_ARGUMENT = frozenset(("mathrm", "mathbf", "mathit", "mathsf", "mathtt", "boldsymbol", "bm"))
_TEXT = ("text", "textrm", "textbf", "textit", "textsf", "texttt", "textnormal", "mbox")
"""Their argument is ordinary text, in which "-" is no minus and "_" lowers nothing."""
_ARROWS = {"xrightarrow": "→", "xleftarrow": "←", "xRightarrow": "⇒", "xmapsto": "↦", "xleftrightarrow": "↔"}
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307"}
_DOUBLE = dict(
    zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ1", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝟙", strict=True)
)  # fmt: skip
_LETTERS = {("mathcal", "L"): "ℒ"} | {("mathbb", plain): double for plain, double in _DOUBLE.items()}
_UP = str.maketrans(
    dict(zip("0123456789+-−=()nixyzabcdkmtTHLNRW′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣʸᶻᵃᵇᶜᵈᵏᵐᵗᵀᴴᴸᴺᴿᵂ′", strict=True))
)
_DOWN = str.maketrans(dict(zip("0123456789+-−=()aeijklmnoprstux", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤₓ", strict=True)))
_CODE = r"(?P<code>^(?P<fence>```+|~~~+).*?^(?P=fence)[`~]*[ \t]*$|`+[^`\n]+`+)"
_EMPTY_LINES = re.compile(_CODE + r"|\n{3,}", re.DOTALL | re.MULTILINE)
_BRACKETS = {
    "p": "()", "b": "[]", "B": (r"\{", r"\}"), "v": "||", "V": "‖‖", "small": ("", ""), "": ("", ""),
}  # fmt: skip
_TABLE = re.compile(
    r"\\begin\{(?P<name>(?:p|b|B|v|V|small|)matrix|[dr]?cases|array(?=\}\{))\}(?P<rows>(?:(?!\\begin\{).)*?)\\end\{(?P=name)\}",
    re.DOTALL,
)
"""A matrix, or cases, that holds no other table."""
_DEPTH = 8
"""Tables in tables are read so deep; nobody writes a third one."""
_NESTED = 50
"""Braces in braces are read so deep. The signs behind them stay as they are."""
_STACK = re.compile(r"\\substack\{([^{}]*)\}")
_NEW_ROW = re.compile(r"\s*\\\\(?:\[-?[\d.]+ ?[a-z]{2}\])?\s*")
_IN_TEXT = re.compile(r"\\([^A-Za-z\s])|[{}]")
_CELL = re.compile(r"(?<!\\)&")
_SAID = re.compile(rf"\\(?:{'|'.join(_TEXT)}|mathrm)\b")
_FORMULA = re.compile(
    _CODE + r"|\n*(?P<indent>^[ \t]*)?\$\$(?P<display>.+?)\$\$[ \t]*\n*"
    r"|(?<![\\$\w])\$(?P<inline>[^\s$`](?:[^$`\n]*(?:\n[^$`\n]+)*?[^\s$`\\])?)\$(?![\d$])",
    re.DOTALL | re.MULTILINE,
)


def readable_formulas(markdown: str, *, as_code: bool) -> str:
    """Replace every ``$…$`` and ``$$…$$`` of a Markdown text; code stays as it is.

    Parameters
    ----------
    as_code : bool
        Put the result into Markdown code, so that a Markdown renderer leaves its
        underscores and stars alone. False for text that is printed as it is.
    """

    def replace(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        if match["display"] is not None:
            # Inside an item of a list the code stands as deep as its text, and four columns more.
            indent = f"{match['indent'] or ''}    "
            lines = [formula_text(part) for part in _NEW_ROW.split(_without_tables(match["display"]))]
            return "\n\n" + "\n".join(f"{indent}{line}" for line in lines if line) + "\n\n"
        text = formula_text(match["inline"])
        return f"`{text}`" if as_code and "`" not in text else text

    return _EMPTY_LINES.sub(lambda found: found[0] if found["code"] else "\n\n", _FORMULA.sub(replace, markdown))


def formula_text(latex: str) -> str:
    """Turn one formula (without its dollars) into Unicode text on one line."""
    latex = _NEW_ROW.sub(lambda _: r"\\", _without_tables(latex))
    text = _Reader(re.sub(r"\\(begin|end)\{[^}]*\}", "", latex)).read()
    return unicodedata.normalize("NFC", re.sub(r" {2,}", " ", text.replace("\n", " ")).strip())


def _without_tables(latex: str) -> str:
    latex = _STACK.sub(lambda found: "{" + ", ".join(_NEW_ROW.split(found[1])) + "}", latex)
    for _ in range(_DEPTH):
        latex, count = _TABLE.subn(_table, latex)
        if not count:
            break
    return latex


def _table(found: re.Match[str]) -> str:
    """Write a matrix in one line, as programs do: (1, 2; 3, 4). Cases are a sentence: { x if x > 0; 0 otherwise }."""
    name, inside = found["name"], found["rows"]
    if name == "array":
        inside = inside.partition("}")[2]  # without the columns: {cc}
    rows = [[cell.strip() for cell in _CELL.split(row)] for row in _NEW_ROW.split(inside) if row.strip()]
    if name.endswith("cases"):
        return r"\{ " + "; ".join(_case(row) for row in rows) + r" \}"
    left, right = _BRACKETS[name.removesuffix("matrix").removesuffix("array")]
    return left + "; ".join(", ".join(row) for row in rows) + right


def _case(cells: Sequence[str]) -> str:
    value, condition = cells[0].rstrip(",; "), " ".join(cells[1:])
    if not condition:
        return value
    return f"{value} {condition}" if _SAID.match(condition) else rf"{value}\text{{ if }}{condition}"


class _Reader:
    """A recursive descent over one formula; an unclosed brace ends with the text."""

    def __init__(self, latex: str) -> None:
        self._latex = latex
        self._at = 0
        self._deep = 0

    def read(self, *, until: str = "") -> str:
        parts: list[str] = []
        while self._at < len(self._latex):
            sign = self._latex[self._at]
            if until and sign == until:
                self._at += 1
                break
            parts.append(self._read_one())
        return "".join(parts)

    def _read_one(self) -> str:
        if self._deep == _NESTED:
            rest, self._at = self._latex[self._at :], len(self._latex)
            return rest
        self._deep += 1
        text = self._sign()
        self._deep -= 1
        return text

    def _sign(self) -> str:
        sign = self._latex[self._at]
        self._at += 1
        if sign == "{":
            return self.read(until="}")
        if sign == "\\":
            return self._command()
        if sign in "^_":
            return self._script(sign, self._argument())
        return {"~": " ", "-": "−", "'": "′", "&": ""}.get(sign, sign)

    def _argument(self) -> str:
        self._skip_blanks()
        return self._read_one() if self._at < len(self._latex) else ""

    def _skip_blanks(self) -> None:
        while self._at < len(self._latex) and self._latex[self._at] in " \n":
            self._at += 1

    def _script(self, sign: str, content: str) -> str:
        content = content.strip()
        table = _UP if sign == "^" else _DOWN
        if content and all(ord(letter) in table for letter in content):
            return content.translate(table)
        if content in ("ᵀ", "*", "′"):
            return content
        return sign + (content if len(content) <= 1 or re.fullmatch(r"\([^()]*\)", content) else f"({content})")

    def _command(self) -> str:
        match = re.compile(r"[A-Za-z]+|.", re.DOTALL).match(self._latex, self._at)
        if match is None:
            return ""
        name = match[0]
        self._at = match.end()
        return _STRUCTURES[name](self) if name in _STRUCTURES else self._plain_command(name)

    def _plain_command(self, name: str) -> str:
        if name in ("partial", "nabla"):
            # ∂L, not ∂ L: the blank only ends the command.
            self._skip_blanks()
        if name in _SIGNS:
            return _SIGNS[name]
        if name in _PLAIN_ARGUMENT:
            return self._argument()
        if name in _ARROWS:
            return self._arrow(_ARROWS[name])
        if name in _ACCENTS:
            content = self._argument()
            return content[:1] + _ACCENTS[name] + content[1:] if len(content) == 1 else f"{name}({content})"
        if name in ("mathbb", "mathcal"):
            content = self._argument()
            return _LETTERS.get((name, content), content)
        # A word such as exp, log, max.
        return self._apart(name, self._at - len(name) - 1)

    def _apart(self, word: str, begin: int) -> str:
        """Return the word apart from what stands before its command, and from a letter after it."""
        before = self._latex[begin - 1 : begin]
        following = self._latex[self._at : self._at + 1]
        apart = " " if before.isalnum() or (before and before in "})") else ""
        return apart + word + (" " if following.isalnum() or following == "\\" else "")

    def _arrow(self, arrow: str) -> str:
        """Return an arrow with what stands above and below it behind it: →(above; below)."""
        self._skip_blanks()
        below = ""
        if self._latex[self._at : self._at + 1] == "[":
            self._at += 1
            below = self.read(until="]")
        said = "; ".join(one for one in (self._argument().strip(), below.strip()) if one)
        return f"{arrow}({said})" if said else arrow

    def text(self) -> str:
        r"""Return the argument of ``\text``, in which only ``$…$`` is a formula."""
        self._skip_blanks()
        if self._latex[self._at : self._at + 1] != "{":
            return self._argument()
        found = re.compile(r"(?:\\.|[^{}\\]|\{(?:\\.|[^{}\\])*\})*", re.DOTALL).match(self._latex, self._at + 1)
        if found is None or self._latex[found.end() : found.end() + 1] != "}":
            return self._argument()  # braces in braces, or none that closes it
        self._at = found.end() + 1
        parts = re.split(r"(?<!\\)\$", found[0])
        return "".join(
            _Reader(part).read() if number % 2 else _IN_TEXT.sub(r"\1", part.replace("~", " "))
            for number, part in enumerate(parts)
        )

    def operator(self) -> str:
        begin = self._latex.rfind("\\", 0, self._at)
        if self._latex[self._at : self._at + 1] == "*":
            self._at += 1
        return self._apart(self._argument(), begin)

    def side(self) -> str:
        r"""``\left`` and ``\right`` say how large a bracket is; with a dot there is none."""
        if self._latex[self._at : self._at + 1] == ".":
            self._at += 1
        return ""

    def above(self) -> str:
        sign, base = self._argument(), self._argument()
        return base + self._script("^", sign)

    def below(self) -> str:
        sign, base = self._argument(), self._argument()
        return base + self._script("_", sign)

    def braced(self) -> str:
        return _closed(self._argument())

    def choose(self) -> str:
        above, below = self._argument(), self._argument()
        return f"({above.strip()} choose {below.strip()})"

    def fraction(self) -> str:
        above, below = self._argument(), self._argument()
        following = self._latex[self._at : self._at + 1]
        return f"{_closed(above)}/{_closed(below)}" + (" " if following.isalnum() or following == "\\" else "")

    def root(self) -> str:
        return f"√{_closed(self._argument())}"


def _closed(text: str) -> str:
    text = text.strip()
    return text if re.fullmatch(r"[^\s+\-−/·×=,]+|\([^()]*\)", text) else f"({text})"


_STRUCTURES: dict[str, Callable[[_Reader], str]] = {
    "frac": _Reader.fraction,
    "tfrac": _Reader.fraction,
    "dfrac": _Reader.fraction,
    "sqrt": _Reader.root,
    "binom": _Reader.choose,
    "tbinom": _Reader.choose,
    "dbinom": _Reader.choose,
    "overset": _Reader.above,
    "stackrel": _Reader.above,
    "underset": _Reader.below,
    "overbrace": _Reader.braced,
    "underbrace": _Reader.braced,
    "operatorname": _Reader.operator,
    "left": _Reader.side,
    "right": _Reader.side,
    **dict.fromkeys(_TEXT, _Reader.text),
}
