r"""MathML as LaTeX: ``<mfrac><mn>1</mn><mn>2</mn></mfrac>`` is ``\frac{1}{2}``.

Presentation MathML as editors of learning platforms write it. A formula that holds anything else raises `Unknown`, and
its reader says so: a formula that lost its structure says something else ("x2" for "x squared").
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_DEEPEST = 40


class Unknown(Exception):
    """The formula holds something that cannot be written as LaTeX here; the message names it."""


@dataclass(slots=True)
class MathNode:
    """An element of a formula: its name without a prefix, its attributes, and what stands in it."""

    name: str
    attributes: dict[str, str]
    content: "list[MathNode | str]" = field(default_factory=list)

    @property
    def children(self) -> "list[MathNode]":
        """The elements directly below this one."""
        return [one for one in self.content if isinstance(one, MathNode)]

    @property
    def text(self) -> str:
        """All text in this element and below, with single blanks."""
        return " ".join("".join(one if isinstance(one, str) else one.text for one in self.content).split())


_GREEK = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau "
    "upsilon varphi chi psi omega"
).split()
_TABLE = r"""
ϵ \epsilon  ϕ \phi  ϑ \vartheta  ϱ \varrho  ϖ \varpi  ο o  Γ \Gamma  Δ \Delta  Θ \Theta  Λ \Lambda  Ξ \Xi  Π \Pi
Σ \Sigma  Υ \Upsilon  Φ \Phi  Ψ \Psi  Ω \Omega  ∆ \Delta  µ \mu  ∞ \infty  ∂ \partial  ∇ \nabla  ℓ \ell  ∅ \emptyset
ℏ \hbar  ⊤ \top  ⊥ \perp  ℜ \Re  ℑ \Im  … \dots  ⋯ \cdots  ⋮ \vdots  ⋱ \ddots  ′ '  ″ ''  − -  ‐ -  – -  ∗ *
⋆ \star  · \cdot  ⋅ \cdot  × \times  ÷ \div  ± \pm  ∓ \mp  ∘ \circ  ⊙ \odot  ⊕ \oplus  ⊗ \otimes  ≤ \le  ⩽ \le
≥ \ge  ⩾ \ge  ≠ \ne  ≪ \ll  ≫ \gg  ≈ \approx  ∼ \sim  ≡ \equiv  ∝ \propto  → \to  ⟶ \to  ↦ \mapsto  ← \gets
⇒ \Rightarrow  ⇔ \iff  ↔ \leftrightarrow  ∈ \in  ∉ \notin  ⊂ \subset  ⊆ \subseteq  ∪ \cup  ∩ \cap  ∖ \setminus
∀ \forall  ∃ \exists  ¬ \neg  ∧ \land  ∨ \lor  ‖ \|  ∥ \parallel  ⟨ \langle  ⟩ \rangle  〈 \langle  〉 \rangle
⌊ \lfloor  ⌋ \rfloor  ⌈ \lceil  ⌉ \rceil  ≔ :=  ∣ \mid  √ \surd  ∴ \therefore  ° ^{\circ}  ∑ \sum  ∏ \prod  ∫ \int
∬ \iint  ∮ \oint  ⋃ \bigcup  ⋂ \bigcap  { \{  } \}  % \%  # \#  & \&  _ \_  \ \backslash  ~ \sim  ℝ \mathbb{R}
ℕ \mathbb{N}  ℤ \mathbb{Z}  ℂ \mathbb{C}  ℚ \mathbb{Q}
""".split()
_SIGNS: Final = {
    **{chr(0x3B1 + place): f"\\{name}" for place, name in enumerate(_GREEK)},
    **dict(zip(_TABLE[::2], _TABLE[1::2], strict=True)),
    **dict.fromkeys("\u2061\u2062\u2063\u2064\u200b\ufe00\ufe01", ""),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u200a\u202f", r"\ "),
}
_WORDS: Final = frozenset(
    "log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan min max arg sup inf lim liminf "
    "limsup det dim gcd deg hom ker Pr".split()
)
_UNDER: Final = frozenset(r"\sum \prod \bigcup \bigcap \lim \max \min \sup \inf \limsup \liminf \det \Pr \gcd".split())
_VARIANTS: Final = {
    "normal": "mathrm",
    "bold": "mathbf",
    "bold-italic": "boldsymbol",
    "double-struck": "mathbb",
    "script": "mathcal",
    "bold-script": "mathcal",
    "fraktur": "mathfrak",
    "sans-serif": "mathsf",
    "monospace": "mathtt",
}
_LETTERS: Final = (
    ("DOUBLE-STRUCK", "mathbb"),
    ("SCRIPT", "mathcal"),
    ("FRAKTUR", "mathfrak"),
    ("BLACK-LETTER", "mathfrak"),
    ("BOLD ITALIC", "boldsymbol"),
    ("BOLD", "mathbf"),
    ("SANS-SERIF", "mathsf"),
    ("MONOSPACE", "mathtt"),
    ("ITALIC", ""),
)
_OVER: Final = {
    **dict.fromkeys("^ˆ\u0302", "hat"),
    **dict.fromkeys("¯‾\u0304\u0305", "bar"),
    **dict.fromkeys("→⃗⇀", "vec"),
    **dict.fromkeys("~˜∼\u0303", "tilde"),
    **dict.fromkeys("˙.\u0307", "dot"),
    **dict.fromkeys("¨", "ddot"),
    "⏞": "overbrace",
}
_BELOW: Final = {**dict.fromkeys("_¯‾\u0332", "underline"), "⏟": "underbrace"}
_FENCES: Final = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⟨": "⟩", "⌊": "⌋", "⌈": "⌉", "〈": "〉"}
_MATRICES: Final = {"(": "pmatrix", "[": "bmatrix", "|": "vmatrix", "‖": "Vmatrix"}
_TALL = re.compile(r"\\(?:frac|sum|prod|int|sqrt|binom|begin)\b")
_ROWS: Final = frozenset("math mrow mstyle mpadded mtd merror".split())


def to_latex(formula: MathNode) -> str:
    """Return a formula's LaTeX, without its dollars; `Unknown` if it cannot be written wholly."""
    latex = re.sub(r"^(?:\\[ ,]|\s)+|(?:\\[ ,]|(?<!\\)\s)+$", "", _joined([_row(formula.children, 0)]))
    if re.search(r"[$\n]", latex):
        raise Unknown("a dollar sign")
    return latex


def _one(node: MathNode, depth: int) -> str:
    if depth > _DEEPEST:
        raise Unknown("something very deep")
    name = node.name
    if name in _ROWS:
        return _row(node.children, depth)
    if name in _TOKENS:
        return _TOKENS[name](node)
    if name in _LAYOUT:
        return _LAYOUT[name](node, depth + 1)
    raise Unknown(f"<{name}>")


def _row(nodes: Sequence[MathNode], depth: int) -> str:
    """Return what stands beside each other; fences around all of it, or around a table, belong to it."""
    nodes = [one for one in nodes if one.content or one.name in ("mspace", "mtd", "mrow")]
    for place, one in enumerate(nodes):
        if one.name == "mtable" or (one.name in _ROWS and [child.name for child in one.children] == ["mtable"]):
            table = one if one.name == "mtable" else one.children[0]
            before, after = (nodes[i].text if 0 <= i < len(nodes) else "" for i in (place - 1, place + 1))
            if before in _MATRICES and _FENCES[before] == after:
                rest = (nodes[: place - 1], nodes[place + 2 :])
                return _joined(
                    [_row(rest[0], depth), _table(table, _MATRICES[before], depth + 1), _row(rest[1], depth)]
                )
            if before == "{" and place + 1 == len(nodes):
                return _joined([_row(nodes[: place - 1], depth), _table(table, "cases", depth + 1)])
    parts = [_one(one, depth + 1) for one in nodes]
    if len(nodes) > 2 and nodes[0].name == nodes[-1].name == "mo" and _FENCES.get(nodes[0].text) == nodes[-1].text:
        inside = _joined(parts[1:-1])
        if _TALL.search(inside):
            return _joined([rf"\left{parts[0]}", inside, rf"\right{parts[-1]}"])
    return _joined(parts)


def _joined(parts: Sequence[str]) -> str:
    """Write parts one after the other; a command's name ends before a letter."""
    text = ""
    for part in parts:
        text += " " if re.search(r"\\[A-Za-z]+$", text) and re.match(r"[A-Za-z]", part) else ""
        text += part
    return text


def _group(latex: str) -> str:
    return f"{{{latex}}}"


def _script(latex: str) -> str:
    return latex if len(latex) == 1 and latex not in "^_'" else _group(latex)


def _base(latex: str) -> str:
    """Return what a script hangs on: one thing, in braces if it is more."""
    alone = re.fullmatch(r"[^\\{}^_]?|\\[A-Za-z]+(?:\{[^{}]*\})?|\\[^A-Za-z]|\([^()^_]*\)|\[[^\[\]^_]*\]", latex)
    return latex if alone else _group(latex)


# --- what holds text --------------------------------------------------------------------------------


def _signs(text: str) -> str:
    return _joined([_sign(char) for char in text])


def _sign(char: str) -> str:
    if char in _SIGNS:
        return _SIGNS[char]
    if char.isascii():
        return "" if char == "$" else char
    plain = unicodedata.normalize("NFKC", char)
    named = unicodedata.name(char, "")
    if plain != char and len(plain) == 1 and named.startswith(("MATHEMATICAL", "SCRIPT", "BLACK")):
        style = next((command for word, command in _LETTERS if word in named), "")
        inner = _SIGNS.get(plain, plain)
        return rf"\{style}{{{inner}}}" if style else inner
    caseless = char.isalpha() and not (char.islower() or char.isupper())
    return rf"\text{{{char}}}" if caseless else char


def _identifier(node: MathNode) -> str:
    text = node.text
    variant = node.attributes.get("mathvariant", "")
    if len(text) > 1 and text.isalpha() and text.isascii():
        if variant in ("", "normal"):
            return rf"\{text}" if text in _WORDS else rf"\mathrm{{{text}}}"
        return rf"\{_VARIANTS.get(variant, 'mathrm')}{{{text}}}"
    latex = _signs(text)
    if variant not in _VARIANTS or (variant == "normal" and latex.startswith("\\")):
        return latex
    return rf"\{_VARIANTS[variant]}{{{latex}}}"


def _number(node: MathNode) -> str:
    latex = _signs(node.text.replace(" ", ""))
    variant = node.attributes.get("mathvariant", "")
    return rf"\{_VARIANTS[variant]}{{{latex}}}" if variant in _VARIANTS and variant != "normal" else latex


def _operator(node: MathNode) -> str:
    text = node.text
    if len(text) > 1 and text.isalpha() and text.isascii():
        return rf"\{text}" if text in _WORDS else rf"\operatorname{{{text}}}"
    return _signs(text)


def _text(node: MathNode) -> str:
    text = "".join(one if isinstance(one, str) else one.text for one in node.content)
    text = re.sub(r"\s+", " ", text.replace("\u00a0", " "))
    if not text.strip():
        return r"\ " if text else ""
    if re.search(r"[\\{}^~$]", text):
        raise Unknown("a sign in a text")
    escaped = re.sub(r"([#%&_])", r"\\\1", text)
    return f"\\text{{{escaped}}}"


def _space(node: MathNode) -> str:
    width = re.fullmatch(r"(-?[\d.]+)(em|ex|px|pt)?", node.attributes.get("width", "0").strip())
    wide = float(width[1]) * {"em": 1, "ex": 0.5, "px": 0.06, "pt": 0.08}[width[2] or "em"] if width else 0.2
    return r"\quad" if wide >= 0.8 else r"\," if wide > 0.05 else ""


# --- what holds other elements ----------------------------------------------------------------------


def _parts(node: MathNode, count: int, depth: int) -> list[str]:
    if len(node.children) != count:
        raise Unknown(f"<{node.name}> with {len(node.children)} parts")
    return [_one(one, depth) for one in node.children]


def _fraction(node: MathNode, depth: int) -> str:
    above, below = _parts(node, 2, depth)
    if re.fullmatch(r"0\D*", node.attributes.get("linethickness", "")):
        return rf"{{{above} \atop {below}}}"
    return rf"\frac{{{above}}}{{{below}}}"


def _root(node: MathNode, depth: int) -> str:
    if node.name == "msqrt":
        return rf"\sqrt{{{_row(node.children, depth)}}}"
    inside, index = _parts(node, 2, depth)
    return rf"\sqrt[{index}]{{{inside}}}"


def _scripts(node: MathNode, depth: int) -> str:
    base, *scripts = _parts(node, 3 if node.name == "msubsup" else 2, depth)
    below = scripts[0] if node.name != "msup" else ""
    above = scripts[-1] if node.name != "msub" else ""
    text = _base(base) + (f"_{_script(below)}" if below else "")
    if not above:
        return text
    return text + (above if re.fullmatch("'+", above) else f"^{_script(above)}")


def _limits(node: MathNode, depth: int) -> str:
    base, *marks = _parts(node, 3 if node.name == "munderover" else 2, depth)
    signs = [one.text for one in node.children[1:]]
    below = marks[0] if node.name != "mover" else ""
    above = marks[-1] if node.name != "munder" else ""
    if base in _UNDER or base.startswith((r"\underbrace", r"\overbrace", r"\operatorname")):
        return base + (f"_{_script(below)}" if below else "") + (f"^{_script(above)}" if above else "")
    if below:
        accent = _BELOW.get(signs[0])
        base = rf"\{accent}{{{base}}}" if accent else rf"\underset{{{below}}}{{{base}}}"
    if above:
        accent = _OVER.get(signs[-1])
        accent = "overline" if accent == "bar" and len(base) > 1 and not base.startswith("\\") else accent
        base = rf"\{accent}{{{base}}}" if accent else rf"\overset{{{above}}}{{{base}}}"
    return base


def _fenced(node: MathNode, depth: int) -> str:
    opens, closes = (node.attributes.get(name, default) for name, default in (("open", "("), ("close", ")")))
    separators = node.attributes.get("separators", ",").replace(" ", "")
    parts: list[MathNode] = []
    for place, one in enumerate(node.children):
        if place and separators:
            parts.append(MathNode("mo", {}, [separators[min(place - 1, len(separators) - 1)]]))
        parts.append(one)
    fences = [MathNode("mo", {}, [sign]) if sign else None for sign in (opens, closes)]
    return _row([one for one in (fences[0], *parts, fences[1]) if one is not None], depth)


def _table(node: MathNode, name: str, depth: int) -> str:
    rows = []
    for row in node.children:
        if row.name != "mtr" or any(cell.name != "mtd" for cell in row.children):
            raise Unknown(f"<{row.name}> in a table")
        rows.append(" & ".join(_row(cell.children, depth + 1) for cell in row.children))
    return rf"\begin{{{name}}}" + r" \\ ".join(rows) + rf"\end{{{name}}}"


def _first(node: MathNode, depth: int) -> str:
    """Return the LaTeX that an editor has left in the formula; else the first part."""
    for one in node.children:
        encoding = one.attributes.get("encoding", "").lower()
        if one.name == "annotation" and "tex" in encoding and _balanced(one.text):
            return one.text
    return _one(node.children[0], depth) if node.children else ""


def _balanced(latex: str) -> bool:
    deep = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", latex):
        deep += 1 if brace == "{" else -1
        if deep < 0:
            return False
    return deep == 0 and "$" not in latex


_TOKENS: Final[Mapping[str, Callable[[MathNode], str]]] = {
    "mi": _identifier,
    "mn": _number,
    "mo": _operator,
    "mtext": _text,
    "ms": _text,
    "mspace": _space,
    "none": lambda node: "",
}
_LAYOUT: Final[Mapping[str, Callable[[MathNode, int], str]]] = {
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _root,
    "msub": _scripts,
    "msup": _scripts,
    "msubsup": _scripts,
    "munder": _limits,
    "mover": _limits,
    "munderover": _limits,
    "mfenced": _fenced,
    "mtable": lambda node, depth: _table(node, "matrix", depth),
    "semantics": _first,
    "maction": _first,
}
