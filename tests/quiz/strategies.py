"""Hypothesis strategies for quizzes: every kind, with texts that are hard to write in YAML, GIFT and XML."""

from typing import Any

from hypothesis import strategies as st

from dlquiz.model.common import accepts
from dlquiz.model.quiz import Order, Quiz

TOKENS = (
    'a b batch epoch weight x=1 ~ {n} #tag 50% key:value it\'s "quoted" \\alpha $x_1^2$ `a={b}` -> é 日本 a<b & * _ :: '
    "// [html] | ... ? no yes null~ 1e3 0x1 @ %20% <b> &amp; - + = ' \\n \\\\ (10,) key: #: ]]> ]] -- --- !tag &a *b"
).split(" ")
"""Words that mean something to a parser."""


def words(*, min_size: int = 1, max_size: int = 5) -> st.SearchStrategy[str]:
    """Texts of one line."""
    return st.lists(st.sampled_from(TOKENS), min_size=min_size, max_size=max_size).map(" ".join).filter(_usable)


def texts() -> st.SearchStrategy[str]:
    """Texts of one or several lines; some are long."""
    return st.one_of(
        words(),
        words(min_size=25, max_size=40),
        st.lists(words(), min_size=2, max_size=3).map("\n".join),
        st.tuples(words(), words()).map("\n\n".join),
    ).filter(_usable)


def any_text() -> st.SearchStrategy[str]:
    """Whatever text our files may hold."""
    alphabet = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co"))
    return st.text(st.one_of(st.sampled_from("\n :#-'\"{}[]|>&*!%@`\\?,"), alphabet), min_size=1, max_size=60).filter(
        _usable
    )


def _usable(text: str) -> bool:
    # A bare null is nothing in fields that may be left out, and quoting it does not help.
    return bool(text.strip()) and text.strip() != "null"


@st.composite
def different(draw: st.DrawFn, least: int, most: int, one: st.SearchStrategy[str] | None = None) -> list[str]:
    """Texts that differ also to somebody who does not see spaces and capital letters."""
    return draw(
        st.lists(
            words() if one is None else one,
            min_size=least,
            max_size=most,
            unique_by=lambda text: " ".join(text.split()).casefold(),
        )
    )


@st.composite
def common(draw: st.DrawFn, text: st.SearchStrategy[str]) -> dict[str, Any]:
    """The fields that every question has."""
    fields: dict[str, Any] = {"stem": draw(text), "explain": draw(text), "source": draw(words())}
    if draw(st.booleans()):
        fields["tags"] = draw(
            st.lists(st.sampled_from(["batch-size", "epoch", "a b"]), min_size=1, max_size=3, unique=True)
        )
    if draw(st.booleans()):
        fields["hints"] = draw(st.lists(text, min_size=1, max_size=2))
    if draw(st.booleans()):
        fields["points"] = draw(st.sampled_from(["2", "0.5", "10"]))
    if draw(st.integers(0, 5)) == 0:
        fields["ignore"] = ["key-longest"]
    return fields


def _reasons(draw: st.DrawFn, options: list[str], text: st.SearchStrategy[str]) -> dict[str, str]:
    return {option: draw(text) for option in options}


@st.composite
def questions(draw: st.DrawFn, kind: str | None = None, text: st.SearchStrategy[str] | None = None) -> dict[str, Any]:
    """One question of any kind, as it stands in YAML, without its id."""
    text = texts() if text is None else text
    kind = kind or draw(st.sampled_from(KINDS))
    return {"kind": kind, **draw(common(text)), **_BODIES[kind](draw, text)}


def _choice(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    right, *wrong = draw(different(2, 5))
    return {"right": right, "wrong": _reasons(draw, wrong, text)}


def _multi(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    options = draw(different(2, 6))
    cut = draw(st.integers(1, len(options) - 1))
    right: Any = options[:cut]
    if draw(st.booleans()):
        right = _reasons(draw, options[:cut], text)
    partial = draw(st.sampled_from(["all", "each", "net"]))
    return {"right": right, "wrong": _reasons(draw, options[cut:], text), "partial": partial}


def _truefalse(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    return {"answer": draw(st.sampled_from(["true", "false"]))}


def _numeric(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    answer = draw(st.integers(-1000, 1000)) / draw(st.sampled_from([1, 2, 8, 100]))
    fields: dict[str, Any] = {"answer": repr(answer)}
    form = draw(st.sampled_from(["exact", "absolute", "range", "percent"]))
    if form == "absolute":
        fields["tolerance"] = draw(st.sampled_from(["0.5", "0.01", "3"]))
    elif form == "range":
        fields["tolerance"] = [repr(answer - draw(st.integers(0, 3))), repr(answer + draw(st.integers(0, 3)))]
    elif form == "percent" and answer:
        fields["tolerance"] = "5%"
    if draw(st.booleans()):
        fields["unit"] = draw(st.sampled_from(["MiB", "s", "epochs"]))
    near = draw(st.lists(st.integers(2000, 9000), max_size=2, unique=True))
    if near:
        fields["near"] = {str(number): draw(text) for number in near}
    return fields


def _short(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    listed = draw(different(1, 5))
    cut = draw(st.integers(1, len(listed)))
    accept = listed[:cut]
    if draw(st.integers(0, 3)) == 0:
        accept.append("/mini.?batch(es)?/")
    reject = [one for one in listed[cut:] if not any(accepts(other, one) for other in accept)]
    return {"accept": accept, "typos": draw(st.sampled_from(["0", "1", "2"])), "reject": _reasons(draw, reject, text)}


def _cloze(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    plain = st.sampled_from(["epoch", "batch", "mini-batch", "a~b", "x=1", "50%", "c#", "{n}", "it's", "é"])
    found = draw(st.lists(plain, min_size=2, max_size=6, unique=True))
    cut = draw(st.integers(1, len(found) - 1))
    parts = [draw(words()).replace("]]", "").replace("[[", "") + f" [[{blank}]]" for blank in found[:cut]]
    fields: dict[str, Any] = {"stem": " ".join(parts) + " end."}
    where = draw(st.sampled_from(["wrong", "reject", ""]))
    if where:
        fields[where] = _reasons(draw, found[cut:], text)
    return fields | {"partial": draw(st.sampled_from(["all", "each"]))}


def _match(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    terms = draw(different(2, 5))
    meanings = draw(different(len(terms), len(terms) + 2))
    fields: dict[str, Any] = {"pairs": dict(zip(terms, meanings, strict=False))}
    extra = meanings[len(terms) :]
    if extra:
        fields["extra"] = _reasons(draw, extra, text) if draw(st.booleans()) else extra
    if draw(st.booleans()):
        fields["why"] = {terms[0]: draw(text)}
    return fields | {"partial": draw(st.sampled_from(["all", "each"]))}


def _order(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    items = draw(different(3, 5))
    return {"items": items, "partial": draw(st.sampled_from(["all", "each", "pairs"]))}


@st.composite
def puzzles(draw: st.DrawFn) -> Order:
    """A question about lines of code: indented, with lines that belong nowhere and lines that may change places."""
    letters = draw(st.lists(st.sampled_from("abcdefghijklm"), min_size=3, max_size=9, unique=True))
    cut = draw(st.integers(2, len(letters)))
    items, level = [], 0
    for letter in letters[:cut]:
        items.append(f"{'    ' * level}{letter} = 1")
        level = draw(st.integers(0, level + 1))
    group = draw(st.lists(st.sampled_from(letters[:cut]), min_size=2, unique=True)) if draw(st.booleans()) else []
    extra = [f"{letter} = 1" for letter in letters[cut:]][:6]
    partial = draw(st.sampled_from(["all", "each", "pairs"]))
    fields = {"id": "p", "kind": "order", "stem": "?", "explain": "So.", "source": "A test", "partial": partial}
    free = [[f"{letter} = 1" for letter in group]] if group else []
    return Order.model_validate({**fields, "indent": "true", "items": items, "extra": extra, "any_order": free})


def _categorise(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    items = draw(different(2, 6))
    names = draw(different(2, 3))
    groups: dict[str, list[str]] = {name: [] for name in names}
    for item in items:
        groups[draw(st.sampled_from(names))].append(item)
    return {"groups": groups}


def _output(draw: st.DrawFn, text: Any) -> dict[str, Any]:
    code = draw(
        st.sampled_from(["print(1)", "for i in range(2):\n    print(i)\n\nprint('#: x')", "  # first\nprint({1: 2})"])
    )
    return {"code": code, "answer": draw(texts())}


_BODIES = {
    "choice": _choice,
    "multi": _multi,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "short": _short,
    "cloze": _cloze,
    "match": _match,
    "order": _order,
    "categorise": _categorise,
    "output": _output,
}
KINDS = tuple(_BODIES)


@st.composite
def quizzes(
    draw: st.DrawFn, *, kinds: tuple[str, ...] = KINDS, text: st.SearchStrategy[str] | None = None, most: int = 4
) -> Quiz:
    """A valid quiz."""
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=most))
    listed = [{"id": f"q{i}", **draw(questions(kind, text))} for i, kind in enumerate(chosen)]
    if draw(st.booleans()):
        listed.append(PARAMETRIC)
    fields: dict[str, Any] = {"format_version": 1, "title": draw(words()), "questions": listed}
    if draw(st.booleans()):
        fields |= {"topic": "basics", "summary": draw(texts()), "lang": "de"}
    return Quiz.model_validate(fields)


PARAMETRIC: dict[str, Any] = {
    "kind": "numeric",
    "id": "steps",
    "params": {"n": ["1000", "60000"], "b": ["32", "128"]},
    "stem": "{{n:,}} images in batches of {{b}}: how many steps are an epoch?",
    "answer": "ceil(n / b)",
    "near": {"floor(n / b)": "The last batch of {{b}} is missing."},
    "explain": "{{n}} / {{b}} = {{n / b:.2f}}, rounded up.",
    "source": "Goodfellow et al., Deep Learning (2016)",
}
