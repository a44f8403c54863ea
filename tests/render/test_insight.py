"""The report of a class as text and as a page: nothing runs in it, and no line is too wide."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from dlquiz.model.insight import (
    CheckRate,
    ClassInsight,
    ExerciseInsight,
    HandInCounts,
    Misconception,
    PointsSpread,
    UnusualRun,
    WeekOfClass,
)
from dlquiz.render.drawing import histogram_svg, share_svg
from dlquiz.render.insight import GENERATOR, class_report_html, class_report_text

FORGOT, FACTOR = "Forgot to divide by the batch size", "dW is … times the expected one"
EVIL = '<script>alert("x")</script>\x1b[31m'
FOUND = ClassInsight(
    (
        ExerciseInsight(
            "exercise3", 41, 1,
            PointsSpread(10, 6.25, 0, 3, 7, 10, 10, 12, (1, 0, 4, 5, 0, 6, 7, 0, 5, 12)),
            (
                CheckRate("t::a", "dW is the mean over " * 4, 41, 25, (("wrong value", 22), ("timeout", 3)), 0.6),
                CheckRate("t::b", EVIL, 40, 2, (("wrong value", 2),), None),
                CheckRate("t::c", "never lost", 41, 0, (), 0.0),
            ),
            (
                Misconception(FORGOT, 25, 25 / 41, f"Exactly 32 times: {FORGOT}", 7),
                Misconception(FACTOR, 4, 4 / 41, "dW is 8 times the expected one", 9),
            ),
            3,
            tuple(UnusualRun(f"{EVIL}{place}", "exercise3", "ran into the time limit", place) for place in range(14)),
        ),
    ),
    (WeekOfClass(date(2026, 10, 5), 30, {FORGOT: 20}), WeekOfClass(date(2026, 10, 12), 11, {FORGOT: 5, FACTOR: 4})),
    41, 1,
)  # fmt: skip
COUNTS = {"exercise3": HandInCounts(4, "2026-10-20T10:00:00+00:00", 2, 1, 0)}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_text_says_the_rates_and_fits(width):
    text = class_report_text(FOUND, COUNTS, width)
    assert max(map(len, text.split("\n"))) <= width
    flat = " ".join(text.split())
    for said in (
        "41 learners graded; 2 handed in nothing, 1 cannot be read (run 4, 2026-10-20).",
        "1 grading not complete",
        "mean 6.25, median 7, the middle half from 3 to 10, all from 0 to 10. 12 learners with full points.",
        f"61% {FORGOT} (25 learners, such as grading 7)",
        "10% dW is 8 times the expected one (4 learners, such as grading 9)",
        "25 of 41 (22 by wrong value, 3 by timeout)",
        "2 of 40",
        "3 learners lost a check and got no diagnosis.",
        "and 2 more runs: --json and --html have all",
        "Of 1 hand-in no time is known",
    ):
        assert said in flat
    assert "never lost" not in text
    assert "\x1b" not in text
    assert next(line.split() for line in text.split("\n") if "2026-10-12" in line)[2:] == ["5", "of", "11"]


def test_where_no_time_is_known_that_is_said():
    text = class_report_text(ClassInsight(FOUND.exercises, (), 0, 41), {}, 80)
    assert "does not know when anything was handed in" in text
    assert "no time is known" not in text


class _Page(HTMLParser):
    """Collects tags, and whether each that was opened was closed."""

    def __init__(self):
        super().__init__()
        self.tags, self.labels, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.labels += [value for name, value in attrs if name == "aria-label"]
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_no_network_runs_nothing_and_every_picture_has_words():
    html = class_report_html(FOUND, COUNTS, f"Report {EVIL}")
    page = _Page()
    page.feed(html)
    assert page.open == []
    assert "script" not in page.tags
    assert "default-src 'none'" in html
    assert "http://" not in html.replace("http-equiv", "")
    assert "https://" not in html
    assert "url(" not in html
    assert "&lt;script&gt;" in html
    assert "\x1b" not in html
    assert GENERATOR in html[:200]
    assert len(page.labels) == page.tags.count("svg") == 1 + 3 + 2 + 4
    assert page.labels[0].startswith("exercise3, learners by % of the points: 0-10: 1, 10-20: 0, 20-30: 4")
    assert "61% of learners: Forgot to divide by the batch size" in page.labels
    assert "never lost" in html, "the page has all checks"
    assert html.count("ran into the time limit") == 14
    assert "@media print" in html


def test_a_histogram_of_nobody_and_a_share_beyond_the_whole_are_drawn():
    empty = histogram_svg("nobody", (0, 0), ("a", "b"))
    assert [float(high) for high in re.findall(r'<rect [^>]*height="([^"]+)"', empty)] == [0, 0]
    widths = [re.findall(r'width="([\d.]+)" height="8"', share_svg("t", share))[0] for share in (-1, 0.5, 2)]
    assert [float(width) for width in widths] == [0, 47, 94]
