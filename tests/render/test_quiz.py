"""Questions, marks and scores as lines of text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.model.progress import QuizRow
from dlquiz.model.quiz import Choice, Cloze, Match, Multi, Numeric, Quiz, Short
from dlquiz.quiz.marking import mark, right_answer
from dlquiz.quiz.view import seen
from dlquiz.render.quiz import (
    Look,
    answer_text,
    exam_lines,
    flow,
    hint_lines,
    list_lines,
    mark_lines,
    marked_lines,
    question_lines,
    result_lines,
    summary_lines,
    time_left,
    title_lines,
)

COMMON = {"explain": "Because of `X`.", "source": "A book, chapter 1"}
MULTI = Multi.model_validate(
    {
        "kind": "multi",
        "id": "m",
        "stem": "Which of these **regularise**?",
        "right": {"Dropout": "It drops units.", "Weight decay": "It keeps weights small."},
        "wrong": {"More epochs": "They fit the training set closer."},
        "points": 2,
        **COMMON,
    }
)
SHOWN = {"1": "More epochs", "2": "Weight decay", "3": "Dropout"}
PLAIN = Look(plain=True)
FANCY = Look(colour=True)


def lines_of(question, answer, options, look):
    return mark_lines(question, mark(question, answer), options, right_answer(question), look)


def without_colour(text):
    return re.sub(r"\x1b\[\d+m", "", text)


def test_a_plain_question_is_words_and_numbers_only():
    assert question_lines(seen(MULTI), SHOWN, 2, 8, PLAIN) == [
        "",
        "Question 2 of 8",
        "Which of these **regularise**?",
        "",
        "  1. More epochs",
        "  2. Weight decay",
        "  3. Dropout",
        "",
        "One or more answers: type all that are right, for example “1 3”.",
    ]


def test_a_plain_mark_says_everything_in_words():
    assert lines_of(MULTI, ["Dropout", "More epochs"], SHOWN, PLAIN) == [
        "Not right. 1 right option not ticked, 1 wrong option ticked.",
        "  1. More epochs: your answer, wrong. They fit the training set closer.",
        "  2. Weight decay: right, but you did not choose it. It keeps weights small.",
        "  3. Dropout: your answer, right. It drops units.",
        "Why: Because of `X`.",
        "Source: A book, chapter 1",
    ]


def test_plain_lines_hold_no_drawing_and_no_escape_codes():
    text = "\n".join(
        [
            *question_lines(seen(MULTI), SHOWN, 1, 2, PLAIN),
            *lines_of(MULTI, ["Dropout"], SHOWN, PLAIN),
            *summary_lines(1, 2, 0, 1, [("dropout", 1)], PLAIN),
        ]
    )
    assert not re.search(r"[\u2500-\u259f✓✗\x1b]", text)


@pytest.mark.parametrize("answer", [["Dropout"], ["More epochs"], ["Dropout", "Weight decay"]])
def test_without_its_colours_a_coloured_mark_still_says_the_same(answer):
    coloured = lines_of(MULTI, answer, SHOWN, FANCY)
    bare = lines_of(MULTI, answer, SHOWN, Look())
    assert any("\x1b[" in line for line in coloured)
    assert [without_colour(line) for line in coloured] == [line.replace("`X`", "X") for line in bare]


def test_partial_credit_shows_points_of_points():
    assert lines_of(MULTI, ["Dropout"], SHOWN, PLAIN)[0].startswith("Partly right: 1 of 2 points.")


def test_a_wrong_word_is_followed_by_the_right_one_and_by_what_the_author_foresaw():
    question = Short.model_validate(
        {
            "kind": "short",
            "id": "s",
            "stem": "?",
            "accept": ["/b.tch/", "batch"],
            "reject": {"epoch": "A full pass."},
            **COMMON,
        }
    )
    assert lines_of(question, "epoch", {}, PLAIN)[:3] == ["Not right.", "The answer is “batch”.", "  A full pass."]


def test_an_unclear_answer_gives_nothing_away():
    question = Numeric.model_validate({"kind": "numeric", "id": "n", "stem": "?", "answer": 16000, **COMMON})
    lines = lines_of(question, "16,000", {}, PLAIN)
    assert lines[0].startswith("Not clear: ")
    assert "Because" not in " ".join(lines)


def test_a_picture_is_told_in_words():
    question = Choice.model_validate(
        {
            "kind": "choice",
            "id": "c",
            "stem": "?",
            "right": "a",
            "wrong": {"b": "No."},
            "image": "figures/loss.svg",
            "alt": "Two curves that part",
            **COMMON,
        }
    )
    assert "Picture: Two curves that part (figures/loss.svg)" in question_lines(
        seen(question), {"1": "a", "2": "b"}, 1, 1, PLAIN
    )


def test_text_is_filled_and_code_is_left_alone():
    text = "One line\nthat goes on.\n\n```\nfor x in  X:\n    pass\n```\n\n- first\n- second"
    assert flow(text, PLAIN) == [
        "One line that goes on.",
        "",
        "    for x in  X:",
        "        pass",
        "",
        "- first",
        "- second",
    ]


def test_a_block_of_code_is_shown_without_its_backticks_and_as_it_is():
    text = "```python\ny = x**2 + x**2\n```"
    assert flow(text, Look(colour=True), first="1. ") == ["1.     y = x**2 + x**2"]
    assert flow("```\nnever closed", PLAIN) == ["    never closed"]


def test_a_picture_in_a_text_is_told_in_words():
    text = "See ![the loss falls](loss.png) and `![a](b)` and ![](c.png)."
    assert flow(text, PLAIN) == ["See [Picture: the loss falls (loss.png)] and `![a](b)` and [Picture: c.png]."]


@settings(deadline=None)
@given(st.text(), st.integers(20, 120), st.booleans())
def test_any_text_can_be_drawn_and_no_control_character_gets_through(text, width, colour):
    for line in flow(text, Look(width=width, colour=colour), first="Why: "):
        assert all(c.isprintable() for c in without_colour(line))


@settings(deadline=None)
@given(st.text(st.sampled_from("ab \n"), max_size=300))
def test_filled_lines_keep_every_word_and_fit_the_width(text):
    lines = flow(text, Look(width=40), first="  ")
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= 40 for line in lines if " " in line.strip())


def test_hints_are_numbered_and_end():
    hints = ("Gentle.", "Nearly there.")
    assert [hint_lines(hints, n, PLAIN) for n in range(3)] == [
        ["Hint 1 of 2: Gentle."],
        ["Hint 2 of 2: Nearly there."],
        ["There are no more hints for this question."],
    ]
    assert hint_lines((), 0, PLAIN) == ["There is no hint for this question."]


def test_the_end_tells_score_and_what_to_look_at_again():
    assert summary_lines(2.5, 4, 2, 4, [("epoch", 2), ("batch", 1)], PLAIN) == [
        "",
        "Score",
        "2 of 4 right, 2.5 of 4 points (62 %).",
        "Look at these again:",
        "  - epoch (2 questions)",
        "  - batch (1 question)",
    ]
    assert summary_lines(1, 1, 1, 1, [], PLAIN)[-1] == "Everything is right. Well done!"
    assert "0 of 0" in " ".join(summary_lines(0, 0, 0, 0, [], PLAIN))


def test_a_long_list_of_words_to_look_at_again_is_cut():
    lines = summary_lines(0, 9, 0, 9, [(f"word{i}", 1) for i in range(9)], PLAIN)
    assert lines[-2:] == ["  - word6 (1 question)", "  and 2 more words"]


def test_the_title_tells_where_a_sitting_goes_on():
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "summary": "S.", "questions": [MULTI.model_dump()]})
    assert title_lines(quiz, 8, 3, PLAIN)[:3] == ["T", "S.", "8 questions. Seed 3."]
    assert "at question 4 of 8" in title_lines(quiz, 8, 3, PLAIN, resumed_at=4)[1]


def test_the_list_says_what_was_taken():
    rows = [QuizRow("one", "First", 12, 0.875), QuizRow("second", "Second", 3, None, started=True)]
    assert list_lines(rows, PLAIN) == [
        "one     First (12 questions, best 88 %)",
        "second  Second (3 questions, not taken yet, started)",
    ]
    assert list_lines([], PLAIN) == []


def test_marked_rows_keep_their_words_in_colour():
    rows = {"a": "right", "bb": "unanswered"}
    assert [without_colour(line) for line in marked_lines(rows, FANCY)] == marked_lines(rows, PLAIN)


# --- exams, and what a screen reader hears ----------------------------------------------


def test_the_place_of_a_question_tells_the_time_that_is_left():
    assert time_left(272.9) == "4 min 32 s left"
    assert time_left(-3) == "0 s left"
    assert "Question 2 of 8, 4 min 32 s left" in question_lines(seen(MULTI), SHOWN, 2, 8, PLAIN, note=time_left(272.9))


def test_an_exam_says_what_it_is_and_offers_no_hint():
    quiz = Quiz.model_construct(title="T", summary="")
    text = " ".join(title_lines(quiz, 8, 3, PLAIN, exam=True) + exam_lines("14:05", PLAIN))
    assert "for a hint" not in text
    assert "The time ends at 14:05; it goes on when you stop." in text
    assert "time" not in " ".join(exam_lines("", PLAIN))


def test_at_the_end_of_an_exam_a_question_stands_with_its_answer():
    options = SHOWN
    lines = result_lines(
        MULTI, seen(MULTI), tuple(MULTI.right), mark(MULTI, tuple(MULTI.right)), options, "x", 1, 2, PLAIN
    )
    assert "Question 1 of 2" in lines
    assert f"Your answer: {'; '.join(MULTI.right)}" in lines
    assert "Right." in lines
    missing = result_lines(MULTI, seen(MULTI), None, None, options, "a → b", 1, 2, PLAIN)
    assert "Not answered. The answer is “a: b”." in missing
    assert any(line.startswith("Why:") for line in missing)


def test_answers_of_every_kind_are_written_for_people():
    assert answer_text("epoch") == "epoch"
    assert answer_text(3.5) == "3.5"
    assert answer_text(("a", "b")) == "a; b"
    assert answer_text({"epoch": "a pass", "step": "an update"}) == "epoch: a pass; step: an update"


def test_plain_pairs_and_blanks_have_no_drawing():
    match = Match.model_validate({"id": "m", "kind": "match", "stem": "?", "pairs": {"x": "1", "y": "2"}, **COMMON})
    shown = " ".join(
        mark_lines(match, mark(match, {"x": "1", "y": "1"}), {}, right_answer(match), PLAIN)
        + question_lines(
            seen(Cloze.model_validate({"id": "c", "kind": "cloze", "stem": "An [[epoch]].", **COMMON})),
            *({}, 1, 1, PLAIN),
        )
    )
    assert "x: 1: right." in shown
    assert "[blank]" in shown
    assert not re.search("[→✓✗_]", shown)


def test_the_summary_names_the_lesson_if_something_was_wrong():
    lines = summary_lines(1, 2, 1, 2, [("epoch", 1)], PLAIN, lesson="exercise2")
    assert "The lesson about them: dlquiz lesson exercise2" in lines
