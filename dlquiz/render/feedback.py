"""What a learner is told of a grading, as a page in HTML or Markdown, as JUnit XML, and for GitHub Actions (pure)."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from xml.etree import ElementTree

from dlquiz.model.feedback import Feedback, ShownCheck
from dlquiz.model.report import Outcome
from dlquiz.render.findings import counted, workflow_command
from dlquiz.render.page_frame import html_page, markdown_text
from dlquiz.text import clean, one_line

_STYLE = """
h3 { margin: 0.6em 0 0.2em; font-size: 1em; font-weight: normal } .lost h3 { font-weight: bold }
.lost { border-left: 4px solid #b00; padding-left: 0.8em } dt { font-weight: bold } dd { margin: 0 0 0.4em 0 }
pre { background: #f3f3f3; padding: 0.4em; overflow-x: auto; white-space: pre-wrap; margin: 0 }
@media print { .lost { break-inside: avoid } }
"""
_AS_CODE = ("Called with", "Expected", "Yours", "Traceback")
_VERDICTS = {
    Outcome.PASSED: "passed", Outcome.FAILED: "failed", Outcome.SKIPPED: "left out", Outcome.BROKEN: "not judged",
}  # fmt: skip


def feedback_html(name: str, found: Sequence[Feedback]) -> str:
    """Return one page that needs nothing else: no script, no network."""
    parts = []
    for one in found:
        parts += [f"<section><h2>{escape(one.exercise)}</h2>", f'<p class="facts">{escape(result_line(one))}</p>']
        parts += [f"<p>Your file stopped at {escape(place)}: {escape(said)}</p>" for place, said in one.stops]
        for check in one.checks:
            lost = ' class="lost"' if check.outcome is not Outcome.PASSED else ""
            parts.append(f"<div{lost}><h3>{escape(_check_line(check))}</h3>")
            if check.said:
                parts += ["<dl>", *(_html_entry(*pair) for pair in check.said), "</dl>"]
            parts.append("</div>")
        parts.append("</section>")
    return html_page(f"Feedback for {one_line(name, 200)}", parts, style=_STYLE)


def _html_entry(name: str, text: str) -> str:
    inside = f"<pre>{escape(text)}</pre>" if name in _AS_CODE else escape(text)
    return f"<dt>{escape(name)}</dt><dd>{inside}</dd>"


def feedback_markdown(name: str, found: Sequence[Feedback]) -> str:
    """Return the same in Markdown; what comes from a learner's code cannot end the block that it stands in."""
    lines = [f"# Feedback for {markdown_text(one_line(name, 200))}", ""]
    for one in found:
        lines += [f"## {markdown_text(one.exercise)}", "", markdown_text(result_line(one)), ""]
        lines += [
            f"Your file stopped at {markdown_text(place)}: {markdown_text(one_line(said, 2000))}\n"
            for place, said in one.stops
        ]
        for check in one.checks:
            lines += [f"- {markdown_text(_check_line(check))}"]
            lines += [line for pair in check.said for line in _markdown_entry(*pair)]
        lines.append("")
    return "\n".join(lines)


def _markdown_entry(name: str, text: str) -> Iterable[str]:
    if name not in _AS_CODE:
        return [f"    - {name}: {markdown_text(one_line(text, 4000))}"]
    return [f"    - {name}:", "", *(f"          {line}" for line in text.splitlines()), ""]


def result_line(one: Feedback) -> str:
    """Return the points in one sentence."""
    if not one.possible:
        return "Not graded."
    bonus = f", and {one.bonus:g} as a bonus" if one.bonus else ""
    sum_ = f"{one.earned:g} of {one.possible:g} points{bonus}."
    if not one.complete:
        return f"{sum_} This grading is not complete: something of the machine or of a check failed, not your file."
    lost = sum(check.outcome is not Outcome.PASSED for check in one.checks)
    if not one.checks:
        return sum_
    count = counted(len(one.checks), "check")
    return f"{sum_} {lost} of {count} not passed." if lost else f"{sum_} All checks pass."


def _check_line(check: ShownCheck) -> str:
    worth = f" ({check.earned:g} of {check.possible:g})" if check.possible else ""
    bonus = f" ({check.earned:g} bonus)" if check.earned and not check.possible else ""
    return f"{one_line(check.title, 500)}: {_VERDICTS[check.outcome]}{worth}{bonus}"


# -- for continuous integration ----------------------------------------------------


def junit_xml(found: Sequence[Feedback]) -> bytes:
    """Return the checks as JUnit XML, a suite for each exercise, as GitLab, Jenkins and GitHub's actions read it.

    With ``points`` a suite has one case, the sum. Points stand in the properties of a case.
    """
    root = ElementTree.Element("testsuites")
    for one in found:
        checks = one.checks or (_sum(one),)
        counts = {name: sum(check.outcome is outcome for check in checks) for name, outcome in _COUNTED.items()}
        numbers = {"tests": len(checks), **counts}
        suite = ElementTree.SubElement(root, "testsuite", _text(one.exercise, **numbers))
        for check in checks:
            case = ElementTree.SubElement(suite, "testcase", {"classname": one.exercise, "name": _xml(check.title)})
            points = ElementTree.SubElement(case, "properties")
            for key, value in (("points", check.earned), ("possible", check.possible)):
                ElementTree.SubElement(points, "property", {"name": key, "value": f"{value:g}"})
            if check.outcome is not Outcome.PASSED:
                problem = ElementTree.SubElement(case, _TAGS[check.outcome], {"message": _xml(_problem(check))})
                problem.text = _xml("\n".join(f"{name}: {text}" for name, text in check.said)) or None
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTED = {"failures": Outcome.FAILED, "errors": Outcome.BROKEN, "skipped": Outcome.SKIPPED}
_TAGS = {Outcome.FAILED: "failure", Outcome.BROKEN: "error", Outcome.SKIPPED: "skipped"}


def _sum(one: Feedback) -> ShownCheck:
    outcome = Outcome.BROKEN if not one.complete else Outcome.PASSED if one.passed else Outcome.FAILED
    said = (("Problem", result_line(one)),)
    return ShownCheck(1, "points", outcome, one.earned + one.bonus, one.possible, True, said)


def _text(name: str, **numbers: int) -> dict[str, str]:
    return {"name": _xml(name), **{key: str(value) for key, value in numbers.items()}}


def _xml(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return _NOT_XML.sub("", clean(text))


def _problem(check: ShownCheck) -> str:
    said = dict(check.said)
    return one_line(said.get("Likely cause") or said.get("Problem") or _VERDICTS[check.outcome], 1000)


def github_commands(found: Feedback, file: str) -> list[str]:
    """Return workflow commands of GitHub Actions: an annotation of the file for each check that is not passed."""
    checks = found.checks or ((_sum(found),) if not found.passed else ())
    lost = [check for check in checks if check.outcome is not Outcome.PASSED]
    lines = [
        workflow_command("error", file, title=f"{found.exercise}: {check.title}", message=_problem(check))
        for check in lost
    ]
    return [*lines, workflow_command("notice", file, title=found.exercise, message=result_line(found))]
