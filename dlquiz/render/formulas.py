r"""LaTeX formulas as plain Unicode text, for a terminal: ``$\frac{a}{b}$`` becomes ``a/b``.

Only the part of LaTeX that lessons use. What is not known stays readable: a command
that has no sign here becomes its own name.
"""

import re
import unicodedata
from collections.abc import Callable

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
    "_": "_", "#": "#", "&": "&", "$": "$", "prime": "′",
    "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "",
    "displaystyle": "", "limits": "", "nolimits": "",
}  # fmt: skip
_PLAIN_ARGUMENT = frozenset(
    ("text", "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "boldsymbol", "bm", "operatorname", "textbf", "textit")
)
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307"}
_LETTERS = {
    ("mathbb", "R"): "ℝ",
    ("mathbb", "N"): "ℕ",
    ("mathbb", "Z"): "ℤ",
    ("mathbb", "E"): "𝔼",
    ("mathcal", "L"): "ℒ",
}
_UP = str.maketrans(
    dict(zip("0123456789+-−=()nixyzabcdkmtTHLNRW′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣʸᶻᵃᵇᶜᵈᵏᵐᵗᵀᴴᴸᴺᴿᵂ′", strict=True))
)
_DOWN = str.maketrans(dict(zip("0123456789+-−=()aeijklmnoprstux", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤₓ", strict=True)))
_CODE = r"(?P<code>^(?P<fence>```+|~~~+).*?^(?P=fence)[`~]*[ \t]*$|`+[^`\n]+`+)"
_EMPTY_LINES = re.compile(_CODE + r"|\n{3,}", re.DOTALL | re.MULTILINE)
_BRACKETS = {
    "p": "()", "b": "[]", "B": (r"\{", r"\}"), "v": "||", "V": "‖‖", "small": ("", ""), "": ("", ""),
}  # fmt: skip
_MATRIX = re.compile(
    r"\\begin\{(?P<kind>p|b|B|v|V|small|)matrix\}(?P<rows>(?:(?!\\begin\{).)*?)\\end\{(?P=kind)matrix\}", re.DOTALL
)
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
            lines = [formula_text(part) for part in _MATRIX.sub(_matrix, match["display"]).split(r"\\")]
            return "\n\n" + "\n".join(f"{indent}{line}" for line in lines if line) + "\n\n"
        text = formula_text(match["inline"])
        return f"`{text}`" if as_code and "`" not in text else text

    return _EMPTY_LINES.sub(lambda found: found[0] if found["code"] else "\n\n", _FORMULA.sub(replace, markdown))


def formula_text(latex: str) -> str:
    """Turn one formula (without its dollars) into Unicode text on one line."""
    latex = _MATRIX.sub(_matrix, latex)
    text = _Reader(re.sub(r"\\(begin|end)\{[^}]*\}", "", latex.replace("&", ""))).read()
    return unicodedata.normalize("NFC", re.sub(r" {2,}", " ", text.replace("\n", " ")).strip())


def _matrix(found: re.Match[str]) -> str:
    """Write a matrix in one line, as programs do: (1, 2; 3, 4)."""
    left, right = _BRACKETS[found["kind"]]
    rows = [row.split("&") for row in found["rows"].split(r"\\") if row.strip()]
    return left + "; ".join(", ".join(cell.strip() for cell in row) for row in rows) + right


class _Reader:
    """A recursive descent over one formula; an unclosed brace ends with the text."""

    def __init__(self, latex: str) -> None:
        self._latex = latex
        self._at = 0

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
        sign = self._latex[self._at]
        self._at += 1
        if sign == "{":
            return self.read(until="}")
        if sign == "\\":
            return self._command()
        if sign in "^_":
            return self._script(sign, self._argument())
        return {"~": " ", "-": "−", "'": "′"}.get(sign, sign)

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
        return sign + (content if len(content) <= 1 else f"({content})")

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
        if name in _ACCENTS:
            content = self._argument()
            return content[:1] + _ACCENTS[name] + content[1:] if len(content) == 1 else f"{name}({content})"
        if name in ("mathbb", "mathcal"):
            content = self._argument()
            return _LETTERS.get((name, content), content)
        # A word such as exp, log, max: apart from what stands before it, and from a letter after it.
        before = self._latex[: self._at - len(name) - 1][-1:]
        following = self._latex[self._at : self._at + 1]
        apart = " " if before.isalnum() or before in ("}", ")") else ""
        return apart + name + (" " if following.isalnum() or following == "\\" else "")

    def fraction(self) -> str:
        above, below = self._argument(), self._argument()
        following = self._latex[self._at : self._at + 1]
        return f"{_closed(above)}/{_closed(below)}" + (" " if following.isalnum() or following == "\\" else "")

    def root(self) -> str:
        return f"√{_closed(self._argument())}"


def _closed(text: str) -> str:
    text = text.strip()
    return text if re.fullmatch(r"[^\s+\-−/·×=,]+", text) else f"({text})"


_STRUCTURES: dict[str, Callable[[_Reader], str]] = {
    "frac": _Reader.fraction,
    "tfrac": _Reader.fraction,
    "dfrac": _Reader.fraction,
    "sqrt": _Reader.root,
}
