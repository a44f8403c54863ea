"""The page with what somebody has built: what was measured, and nothing that a text could do to it."""

import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest

from dlquiz.model.metrics import ConfusionMatrix, Curve, Images, Number, Picture
from dlquiz.model.portfolio import Built, Portfolio
from dlquiz.render.drawing import curve_svg, images_svg
from dlquiz.render.portfolio import portfolio_html, portfolio_markdown

LOSS = Curve(x=(1, 2, 3), lines={"loss": (2.3, 1.0, 0.5), "new <rows>": (2.3, None, 0.9)}, x_label="epoch")
DIGIT = Images(height=2, width=2, pictures=(Picture(pixels=(0, 255, 255, 0), caption="you: 7, truth: 2"),))


def built(**changes):
    known = {
        "exercise_id": "exercise4", "title": "A network", "summary": "Train it.", "earned": 9.5, "possible": 10,
        "bonus": 0, "day": date(2026, 11, 3), "gradings": 3, "passed": False, "seed": 7,
        "measured": {
            "loss": LOSS, "misread": DIGIT, "accuracy": Number(value=0.97),
            "confusion_matrix": ConfusionMatrix(counts=((3, 1), (0, 4))),
        },
    }  # fmt: skip
    return Built(**known | changes)


def page(*exercises, **changes):
    known = {"course": "Deep learning", "exercises": 16, "possible": 112.0, "terms": ("batch-size",), "questions": 40}
    return Portfolio(**known | {"day": date(2026, 12, 1), "built": exercises, "repaired": 2} | changes)


def test_the_page_says_what_was_measured_in_both_forms():
    found = page(built(), built(exercise_id="exercise5", earned=6, possible=6, passed=True, gradings=1, measured={}))
    for text in (portfolio_html(found, "Ada"), portfolio_markdown(found, "Ada")):
        for words in (
            "Deep learning: what Ada has built",
            "1 of 16 exercises with full points, 15.5 of 112 points, on 1 December 2026.",
            "Quiz questions answered: 40.",
            "Broken programs mended: 2.",
            "9.5 of 10 points on 3 November 2026, best of 3 gradings (seed 7)",
            "6 of 6 points on 3 November 2026, best of 1 grading (seed 7)",
            "Accuracy: 0.97",
            "0: 3 of 4",
            "batch size",
        ):
            assert words in text
    assert "what I have built" in portfolio_markdown(found)


def test_the_page_needs_nothing_and_runs_nothing():
    text = portfolio_html(page(built()))
    assert "default-src 'none'" in text
    assert not re.search(r"<script|<link|<img|https?://|@import|url\(", text)
    body = re.search(r"<body>.*</body>", text, re.DOTALL)
    assert body is not None
    ET.fromstring(body[0])  # well formed


HOSTILE = "<script>alert(1)</script> *a* [b](javascript:c) `d`\x1b[31m\n# e"


def test_no_text_from_outside_means_more_than_itself():
    curve = Curve(x=(1.0,), lines={HOSTILE[:100]: (1.0,)}, x_label=HOSTILE[:100], y_label=HOSTILE[:100])
    picture = Images(height=1, width=1, pictures=(Picture(pixels=(9,), caption=HOSTILE[:100]),))
    found = page(built(title=HOSTILE, summary=HOSTILE, measured={HOSTILE: curve, "x": picture}), course=HOSTILE)
    text = portfolio_html(found, HOSTILE)
    assert "<script" not in text
    assert "\x1b" not in text
    ET.fromstring(re.search(r"<body>.*</body>", text, re.DOTALL)[0])
    markdown = portfolio_markdown(found, HOSTILE)
    assert not re.search(r"(?<!\\)[<`*\[]", re.sub(r"^\*.*\*$|^#+ |^- ", "", markdown, flags=re.MULTILINE))
    assert "\x1b" not in markdown


def test_a_curve_has_a_line_for_each_name_and_a_gap_for_what_is_no_number():
    drawn = curve_svg("Loss", LOSS)
    assert drawn.count("<polyline") == 3
    assert 'aria-label="Loss"' in drawn
    assert "new &lt;rows&gt;" in drawn
    lines = re.findall(r'stroke-dasharray="([^"]+)"', drawn)
    assert len(set(lines)) == 2
    numbers = [
        float(one) for one in re.findall(r"[\d.]+(?=,)|(?<=,)[\d.]+", " ".join(re.findall('points="(.*?)"', drawn)))
    ]
    assert all(0 <= one <= 360 for one in numbers)


@pytest.mark.parametrize("lines", [{"a": (None, None)}, {"a": (float("nan"), float("inf"))}])
def test_nothing_is_drawn_of_nothing(lines):
    assert curve_svg("x", Curve(x=(1.0, 2.0), lines=lines)) == ""


def test_one_point_and_equal_values_are_drawn():
    assert "<polyline" in curve_svg("x", Curve(x=(1.0,), lines={"a": (2.0,)}))
    assert "nan" not in curve_svg("x", Curve(x=(1.0, 2.0), lines={"a": (2.0, 2.0)}))


def test_bright_pixels_are_ink_on_paper():
    (drawn,) = images_svg("Misread", DIGIT)
    assert drawn.count('fill="rgb(0,0,0)"') == 2
    assert "you: 7, truth: 2</figcaption>" in drawn


def test_pictures_that_belong_together_are_not_parted():
    pictures = tuple(Picture(pixels=(number,), caption=str(number)) for number in range(10))
    shown = [len(images_svg("x", Images(height=1, width=1, together=k, pictures=pictures))) for k in (1, 2, 4, 10)]
    assert shown == [6, 6, 4, 10]
