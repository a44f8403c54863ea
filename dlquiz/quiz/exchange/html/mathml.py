"""LaTeX formulas as MathML, which browsers show without any program or network.

A small part of LaTeX is understood, the one that quizzes use. A formula with anything else is shown as its source.
"""

import re
from dataclasses import dataclass
from html import escape

_IDENTIFIERS = {
    **{
        name: chr(0x3B1 + i)
        for i, name in enumerate(
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma "
            "tau upsilon varphi chi psi omega".split()
        )
    },
    "epsilon": "ϵ",
    "phi": "ϕ",
    "vartheta": "ϑ",
    "varrho": "ϱ",
    "varpi": "ϖ",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Xi": "Ξ",
    "Pi": "Π",
    "Sigma": "Σ",
    "Upsilon": "Υ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
    "infty": "∞",
    "partial": "∂",
    "nabla": "∇",
    "ell": "ℓ",
    "emptyset": "∅",
    "hbar": "ℏ",
    "Re": "ℜ",
    "Im": "ℑ",
    "top": "⊤",
    "intercal": "⊺",
}
_OPERATORS = {
    "cdot": "⋅",
    "times": "×",
    "div": "÷",
    "pm": "±",
    "mp": "∓",
    "ast": "∗",
    "star": "⋆",
    "circ": "∘",
    "odot": "⊙",
    "oplus": "⊕",
    "otimes": "⊗",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "ne": "≠",
    "neq": "≠",
    "ll": "≪",
    "gg": "≫",
    "approx": "≈",
    "sim": "∼",
    "equiv": "≡",
    "propto": "∝",
    "to": "→",
    "rightarrow": "→",
    "mapsto": "↦",
    "leftarrow": "←",
    "gets": "←",
    "Rightarrow": "⇒",
    "implies": "⇒",
    "iff": "⇔",
    "leftrightarrow": "↔",
    "in": "∈",
    "notin": "∉",
    "subset": "⊂",
    "subseteq": "⊆",
    "cup": "∪",
    "cap": "∩",
    "setminus": "∖",
    "forall": "∀",
    "exists": "∃",
    "neg": "¬",
    "land": "∧",
    "lor": "∨",
    "mid": "|",
    "vert": "|",
    "Vert": "‖",
    "|": "‖",
    "ldots": "…",
    "dots": "…",
    "cdots": "⋯",
    "vdots": "⋮",
    "ddots": "⋱",
    "prime": "′",
    "colon": ":",
    "%": "%",
    "{": "{",
    "}": "}",
    "lbrace": "{",
    "rbrace": "}",
    "langle": "⟨",
    "rangle": "⟩",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "lVert": "‖",
    "rVert": "‖",
    "lvert": "|",
    "rvert": "|",
    "&": "&",
    "#": "#",
    "_": "_",
    "$": "$",
    "parallel": "∥",
    "perp": "⊥",
    "backslash": "\\",
    "coloneqq": "≔",
}
_BIG = {"sum": "∑", "prod": "∏", "int": "∫", "bigcup": "⋃", "bigcap": "⋂", "oint": "∮"}
_FUNCTIONS = frozenset(
    "log ln exp sin cos tan cot sinh cosh tanh arcsin arccos arctan min max argmin argmax arg sup inf lim det dim gcd "
    "deg ker Pr softmax relu sign".split()
)
_LIMITS = frozenset({"min", "max", "argmin", "argmax", "sup", "inf", "lim", "det", "Pr", "gcd"})
_ACCENTS = {
    "hat": "^",
    "widehat": "^",
    "bar": "¯",
    "overline": "¯",
    "vec": "→",
    "tilde": "~",
    "widetilde": "~",
    "dot": "˙",
    "ddot": "¨",
}
_STYLES = {
    "mathrm": "normal",
    "rm": "normal",
    "mathbf": "bold",
    "boldsymbol": "bold-italic",
    "bm": "bold-italic",
    "mathit": "italic",
    "mathbb": "double-struck",
    "mathcal": "script",
    "mathscr": "script",
    "mathsf": "sans-serif",
    "mathtt": "monospace",
    "mathfrak": "fraktur",
}
_TEXTS = frozenset({"text", "textrm", "textit", "textbf", "texttt", "mbox", "operatorname"})
_SPACES = {",": "0.17em", ":": "0.22em", ";": "0.28em", " ": "0.25em", "quad": "1em", "qquad": "2em", "!": "0em"}
_FENCES = {
    "matrix": "",
    "pmatrix": "()",
    "bmatrix": "[]",
    "vmatrix": "||",
    "Vmatrix": "‖‖",
    "cases": "{",
    "aligned": "",
}
_IGNORED = frozenset({"displaystyle", "textstyle", "limits", "nolimits", "big", "Big", "bigg", "Bigg", "bigl", "bigr"})
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_DEEPEST = 40

_DOUBLE = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}
_SCRIPT = {"B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ"}


_LETTERS = {"mathbb": _DOUBLE, "mathcal": _SCRIPT, "mathscr": _SCRIPT}


class _Unknown(Exception):
    """The formula holds something that is not understood here."""


def mathml(latex: str, display: bool = False) -> str:
    """Return a formula as MathML; as its source in code marks if it cannot be understood wholly."""
    try:
        rows = _Parser(latex).formula()
    except _Unknown:
        return f"<code>{escape(latex)}</code>"
    shown = ' display="block"' if display else ""
    return f'<math{shown} xmlns="http://www.w3.org/1998/Math/MathML">{rows}</math>'


@dataclass
class _Piece:
    xml: str
    limits: bool = False


class _Parser:
    def __init__(self, latex: str) -> None:
        self.raw: list[str] = _TOKEN.findall(latex)
        self.tokens = [token for token in self.raw if not token.isspace()]
        self.place = 0
        self.depth = 0

    def formula(self) -> str:
        xml = self._row(frozenset())
        if self.place < len(self.tokens):
            raise _Unknown
        return xml

    def _peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _next(self) -> str:
        if self.place >= len(self.tokens):
            raise _Unknown
        self.place += 1
        return self.tokens[self.place - 1]

    def _row(self, ends: frozenset[str]) -> str:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Unknown
        pieces = []
        while self._peek() and self._peek() not in ends:
            pieces.append(self._scripted())
        self.depth -= 1
        return f"<mrow>{''.join(pieces)}</mrow>"

    def _scripted(self) -> str:
        base = _Piece("<mrow></mrow>") if self._peek() in ("^", "_") else self._atom()
        below = above = ""
        while self._peek() in ("^", "_", "'"):
            mark = self._next()
            if mark == "'":
                above += "<mo>′</mo>"
            elif mark == "^":
                above += self._argument()
            elif below:
                raise _Unknown
            else:
                below = self._argument()
        over = f"<mrow>{above}</mrow>"
        low, high, both = ("munder", "mover", "munderover") if base.limits else ("msub", "msup", "msubsup")
        if below and above:
            return f"<{both}>{base.xml}{below}{over}</{both}>"
        if below:
            return f"<{low}>{base.xml}{below}</{low}>"
        return f"<{high}>{base.xml}{over}</{high}>" if above else base.xml

    def _argument(self) -> str:
        if self._peek() == "{":
            self._next()
            row = self._row(frozenset("}"))
            self._expect("}")
            return row
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Unknown
        xml = self._atom().xml
        self.depth -= 1
        return xml

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise _Unknown

    def _atom(self) -> _Piece:
        token = self._next()
        if token == "{":
            row = self._row(frozenset("}"))
            self._expect("}")
            return _Piece(row)
        if token.startswith("\\"):
            return self._command(token[1:])
        if token[0].isdigit():
            return _Piece(f"<mn>{token}</mn>")
        if token.isalpha():
            return _Piece(f"<mi>{escape(token)}</mi>")
        if token in "}&^_$#%~\\":
            raise _Unknown
        if token in "()[]|":
            return _Piece(f'<mo stretchy="false">{token}</mo>')
        return _Piece(f"<mo>{escape({'-': '−', '*': '∗'}.get(token, token))}</mo>")

    def _command(self, name: str) -> _Piece:
        if name in _IDENTIFIERS:
            return _Piece(f"<mi>{_IDENTIFIERS[name]}</mi>")
        if name in _OPERATORS:
            return _Piece(f"<mo>{escape(_OPERATORS[name])}</mo>")
        if name in _BIG:
            return _Piece(f"<mo>{_BIG[name]}</mo>", limits=name not in ("int", "oint"))
        if name in _FUNCTIONS:
            return _Piece(
                f"<mi>{name}</mi><mspace width='0.17em'/>" if name not in _LIMITS else f"<mi>{name}</mi>",
                name in _LIMITS,
            )
        if name in _SPACES:
            return _Piece(f'<mspace width="{_SPACES[name]}"/>')
        if name in _IGNORED:
            return _Piece("")
        if name in _STYLES:
            return _Piece(self._styled(name))
        if name in _TEXTS:
            return self._text(name)
        return self._structure(name)

    def _structure(self, name: str) -> _Piece:
        if name in ("frac", "dfrac", "tfrac"):
            return _Piece(f"<mfrac>{self._argument()}{self._argument()}</mfrac>")
        if name == "binom":
            return _Piece(
                f'<mrow><mo>(</mo><mfrac linethickness="0">{self._argument()}{self._argument()}</mfrac>'
                "<mo>)</mo></mrow>"
            )
        if name == "sqrt":
            return self._root()
        if name in _ACCENTS:
            inner = self._argument()
            return _Piece(f'<mover accent="true">{inner}<mo>{escape(_ACCENTS[name])}</mo></mover>')
        if name == "underline":
            return _Piece(f"<munder>{self._argument()}<mo>_</mo></munder>")
        if name in ("underbrace", "overbrace"):
            tag, brace = ("munder", "⏟") if name == "underbrace" else ("mover", "⏞")
            return _Piece(f"<{tag}>{self._argument()}<mo>{brace}</mo></{tag}>", limits=True)
        if name == "left":
            return self._fenced()
        if name == "begin":
            return self._table()
        raise _Unknown

    def _root(self) -> _Piece:
        if self._peek() != "[":
            return _Piece(f"<msqrt>{self._argument()}</msqrt>")
        self._next()
        index = self._row(frozenset("]"))
        self._expect("]")
        return _Piece(f"<mroot>{self._argument()}{index}</mroot>")

    def _styled(self, name: str) -> str:
        inner = self._argument()
        if name in _LETTERS:
            return _lettered(inner, _LETTERS[name])
        variant = _STYLES[name]
        if variant == "normal":
            inner = re.sub(r"</mi><mi>", "", inner)
        return re.sub(r"<(mi|mn)>", rf'<\1 mathvariant="{variant}">', inner)

    def _text(self, name: str) -> _Piece:
        self._expect("{")
        # Spaces count in a text: take it from the tokens with spaces.
        start = self._raw_place()
        words, deep, place = [], 1, start
        while place < len(self.raw) and deep:
            token = self.raw[place]
            deep += (token == "{") - (token == "}")
            if token == "{" or (token.startswith("\\") and token not in ("\\_", "\\%", "\\&", "\\#", "\\ ")):
                raise _Unknown
            if deep:
                words.append(token.removeprefix("\\") if token.startswith("\\") else token)
                self.place += not token.isspace()
            place += 1
        self._expect("}")
        text = escape("".join(words))
        return _Piece(
            f"<mi>{text}</mi>" if name == "operatorname" else f"<mtext>{text}</mtext>", name == "operatorname"
        )

    def _raw_place(self) -> int:
        seen = 0
        for place, token in enumerate(self.raw):
            if seen == self.place and not token.isspace():
                return (
                    place - 1 if place > 1 and self.raw[place - 1].isspace() and self.raw[place - 2] == "{" else place
                )
            seen += not token.isspace()
        raise _Unknown

    def _delimiter(self) -> str:
        token = self._next()
        if token == ".":
            return ""
        if token.startswith("\\"):
            if token[1:] not in _OPERATORS:
                raise _Unknown
            return _OPERATORS[token[1:]]
        if token not in "()[]|/<>":
            raise _Unknown
        return {"<": "⟨", ">": "⟩"}.get(token, token)

    def _fenced(self) -> _Piece:
        left = self._delimiter()
        inner = self._row(frozenset({"\\right"}))
        self._expect("\\right")
        right = self._delimiter()
        return _Piece(f"<mrow>{_stretchy(left)}{inner}{_stretchy(right)}</mrow>")

    def _table(self) -> _Piece:
        name = self._environment()
        if name not in _FENCES:
            raise _Unknown
        rows, cells = [], []
        while True:
            cells.append(f"<mtd>{self._row(frozenset({'&', chr(92) * 2, chr(92) + 'end'}))}</mtd>")
            token = self._next()
            if token == "&":
                continue
            rows.append(f"<mtr>{''.join(cells)}</mtr>")
            cells = []
            if token == "\\end":
                break
        if self._environment() != name:
            raise _Unknown
        fences = _FENCES[name]
        return _Piece(f"<mrow>{_stretchy(fences[:1])}<mtable>{''.join(rows)}</mtable>{_stretchy(fences[1:])}</mrow>")

    def _environment(self) -> str:
        self._expect("{")
        word = ""
        while self._peek() != "}":
            word += self._next()
        self._next()
        return word


def _lettered(xml: str, letters: dict[str, str]) -> str:
    return re.sub(r"<mi>(.)</mi>", lambda match: f"<mi>{letters.get(match[1], match[1])}</mi>", xml)


def _stretchy(mark: str) -> str:
    return f'<mo stretchy="true">{escape(mark)}</mo>' if mark else ""
