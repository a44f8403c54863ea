"""Reviews and mastery in words and pictures."""

import re
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.render.quiz import Look
from dlquiz.render.review import after_review, day_text, nothing_due, review_title, sentence, stats_lines

TODAY = date(2026, 11, 20)  # a Friday
PLAIN = Look(plain=True)


@dataclass
class Row:
    topic: str
    known: int
    seen: int
    questions: int


ROWS = [Row("batch-size", 1, 4, 8), Row("epoch", 3, 3, 3), Row("new", 0, 0, 5)]
TOTAL = Row("", 4, 7, 16)
DUE = (2, 0, 1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 1), "today"),
        (TODAY, "today"),
        (date(2026, 11, 21), "tomorrow"),
        (date(2026, 11, 25), "on Wednesday 25 November (in 5 days)"),
        (date(2027, 1, 2), "on Saturday 2 January 2027 (in 43 days)"),
    ],
)
def test_a_day_is_said_as_people_say_it(day, text):
    assert day_text(day, TODAY) == text


def test_plain_statistics_are_words_only():
    lines = stats_lines(ROWS, TOTAL, DUE, TODAY, PLAIN, most=15)
    assert lines == [
        "What you know now",
        "batch-size: 1 known, 4 answered, 8 in all.",
        "epoch: 3 known, 3 answered, 3 in all.",
        "1 topic without an answer so far.",
        "",
        "Due for review",
        *("today: 2", "tomorrow: 0", "Sunday: 1", "Monday: 0", "Tuesday: 0", "Wednesday: 0", "Thursday: 0"),
        "",
        "Of 16 questions you have answered 7, and you know 4 of them now. 2 are due",
        "today, and 1 more in the 6 days after. Look first at: batch-size.",
    ]
    assert not re.search(r"[\u2500-\u259f\x1b]", "\n".join(lines))


@pytest.mark.parametrize("width", [40, 80, 100])
def test_pictures_fit_the_terminal(width):
    lines = stats_lines(ROWS, TOTAL, DUE, TODAY, Look(width=width), most=15)
    assert max(map(len, lines)) <= width
    assert any("█" in line and "▒" in line and "░" in line for line in lines)


def test_only_the_weakest_topics_are_drawn_and_the_others_counted():
    lines = stats_lines(ROWS, TOTAL, DUE, TODAY, Look(), most=1)
    assert any(line.startswith("batch-size") for line in lines)
    assert "and 1 more topics (--all shows them)" in lines


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_every_bar_has_twenty_cells_and_hides_nothing(known, forgotten, unseen):
    row = Row("t", known, known + forgotten, known + forgotten + unseen)
    lines = stats_lines([row], row, DUE, TODAY, Look(width=90), most=None)
    if not row.seen:
        assert lines == [sentence(row, DUE, [])]
        return
    bar = lines[1].split("  ")[1]
    assert len(bar) == 20
    assert [sign in bar for sign in "█▒░"] == [known > 0, forgotten > 0, unseen > 0]


def test_the_sentences_agree_in_number():
    assert sentence(TOTAL, (0,) * 7, []).endswith("Nothing is due today, and nothing in the 6 days after.")
    assert "1 is due today, and 3 more" in sentence(TOTAL, (1, 3), [])
    assert sentence(Row("", 0, 0, 9), (0,), []) == "You have not answered any of the 9 questions yet."
    assert after_review(1, None, TODAY) == "1 more question is due today."
    assert after_review(7, None, TODAY) == "7 more questions are due today."
    assert after_review(0, date(2026, 11, 21), TODAY) == "The next question is due tomorrow."
    assert after_review(0, None, TODAY) == ""
    assert "not answered any question yet" in nothing_due(None, TODAY)
    assert nothing_due(date(2026, 11, 21), TODAY) == "Nothing is due today. The next question is due tomorrow."


def test_the_title_says_how_much_is_asked_of_what():
    assert review_title(20, 33, PLAIN)[0] == "Review: 20 questions of the 33 that are due."
    assert review_title(1, 1, PLAIN)[0] == "Review: 1 question."
    assert review_title(2, 2, PLAIN, cram=True)[0].startswith("Cramming: 2 questions. Your schedule")
