"""What a learner has built, as one page in HTML or Markdown (pure): nothing in it that was not measured."""

from html import escape

from dlquiz.model.metrics import ConfusionMatrix, Curve, Images, Metric, Number
from dlquiz.model.portfolio import Built, Portfolio
from dlquiz.render.curves import curve_sentences
from dlquiz.render.drawing import curve_svg, images_svg
from dlquiz.render.layout import number
from dlquiz.render.matrices import right_sentences
from dlquiz.render.metrics import words_of
from dlquiz.render.page_frame import html_page, markdown_text
from dlquiz.render.pictures import picture_sentences
from dlquiz.text import one_line

_STYLE = """
figure { display: inline-block; margin: 0 1em 1em 0; text-align: center } figcaption { font-size: 0.8em }
@media print { section { break-inside: avoid } }
"""


def portfolio_html(found: Portfolio, name: str = "") -> str:
    """Return one page that needs nothing else: no script, no network; it can be printed."""
    parts = [f'<p class="facts">{escape(one)}</p>' for one in _facts(found)]
    for one in found.built:
        parts += [f"<section><h2>{escape(_line(one.title))}</h2>", f'<p class="facts">{escape(_result(one))}</p>']
        parts.append(f"<p>{escape(_line(one.summary))}</p>")
        for key, metric in one.measured.items():
            parts += _html(words_of(key), metric)
        parts.append("</section>")
    if found.terms:
        parts += ["<section><h2>Terms that are known</h2>", f"<p>{escape(_terms(found))}</p></section>"]
    return html_page(_title(found, name), parts, style=_STYLE)


def portfolio_markdown(found: Portfolio, name: str = "") -> str:
    """Return the same in Markdown, with words in the place of pictures."""
    lines = [f"# {markdown_text(_title(found, name))}", "", *_facts(found), ""]
    for one in found.built:
        lines += [
            f"## {markdown_text(_line(one.title))}",
            "",
            f"*{_result(one)}*",
            "",
            markdown_text(_line(one.summary)),
            "",
        ]
        for key, metric in one.measured.items():
            lines += [f"- {markdown_text(sentence.strip())}" for sentence in _sentences(words_of(key), metric)]
        if one.measured:
            lines.append("")
    if found.terms:
        lines += ["## Terms that are known", "", _terms(found), ""]
    return "\n".join(lines)


def _title(found: Portfolio, name: str) -> str:
    who = f"what {one_line(name, 80)} has built" if name.strip() else "what I have built"
    return f"{_line(found.course)}: {who}"


def _line(text: str) -> str:
    return one_line(text, 500)


def _facts(found: Portfolio) -> list[str]:
    facts = [
        f"{found.done} of {found.exercises} exercises with full points, "
        f"{found.earned:g} of {found.possible:g} points, on {_day(found.day)}.",
        f"Quiz questions answered: {found.questions}." if found.questions else "",
        f"Broken programs mended: {found.repaired}." if found.repaired else "",
    ]
    return [one for one in facts if one]


def _result(one: Built) -> str:
    bonus = f" and {one.bonus:g} as a bonus" if one.bonus else ""
    times = "grading" if one.gradings == 1 else "gradings"
    points = f"{one.earned:g} of {one.possible:g} points{bonus}"
    return f"{points} on {_day(one.day)}, best of {one.gradings} {times} (seed {one.seed})"


def _day(day: object) -> str:
    return f"{day:%d %B %Y}".lstrip("0")


def _terms(found: Portfolio) -> str:
    return ", ".join(term.replace("-", " ") for term in found.terms)


def _html(title: str, metric: Metric) -> list[str]:
    match metric:
        case Curve():
            drawn = [curve_svg(title, metric)]
        case Images():
            drawn = images_svg(title, metric)
        case _:
            return [f"<p>{escape(one)}</p>" for one in _sentences(title, metric)]
    said = _sentences(title, metric) if isinstance(metric, Curve) else [f"{title}:"]
    return [*(f"<p>{escape(one)}</p>" for one in said), *(one for one in drawn if one)]


def _sentences(title: str, metric: Metric) -> list[str]:
    match metric:
        case Number(value=value):
            return [] if value is None else [f"{title}: {number(value)}"]
        case Curve():
            return curve_sentences(metric)
        case ConfusionMatrix():
            return right_sentences(metric)
        case Images():
            return picture_sentences(title, metric)
        case _:
            return []
