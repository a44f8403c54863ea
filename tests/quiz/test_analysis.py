"""Item analysis: a published example, independent formulas, and properties."""

import csv
import json
import math
import statistics
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.errors import ContentError
from dlquiz.model.quiz import Quiz
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.analysis import Response, alpha, analyse, correlation, first_attempts, variance
from dlquiz.quiz.answers import document, mark_all
from dlquiz.quiz.attempts import read_attempts
from dlquiz.study.store import Progress, answers_in

WUENSCH = """
A 1111110110
B 1011011101
C 1111011001
D 0010001000
E 0000010010
F 1110111111
G 1101110111
H 1111111101
I 0101111101
J 1101101110
"""
"""Ten students, ten items: K. L. Wuensch, The Kuder-Richardson 20 (East Carolina University, StatHelp/KR20.txt).

The page prints p, q and p * q of each item, the totals, and their variance (5.84).
"""
ROWS = {line.split()[0]: [int(digit) for digit in line.split()[1]] for line in WUENSCH.split("\n") if line}


def quiz(*questions):
    common = {"explain": "It is explained here.", "source": "A book"}
    return Quiz.model_validate(
        {"format_version": 1, "title": "T", "questions": [{**common, **one} for one in questions]}
    )


def truths(count):
    return quiz(
        *(
            {"kind": "truefalse", "id": f"q{number}", "stem": f"Statement {number}.", "answer": True}
            for number in range(count)
        )
    )


def attempts(rows):
    return [
        Response(learner, f"q{number}", ("True" if score else "False",), score)
        for learner, scores in rows.items()
        for number, score in enumerate(scores)
    ]


CHOICE = {
    "kind": "choice",
    "id": "c",
    "stem": "Which?",
    "right": "key",
    "wrong": {"near": "It is near only.", "far": "It is far away."},
}


# -- the published example ----------------------------------------------------


def test_the_published_table_is_copied_right():
    assert [sum(column) / 10 for column in zip(*ROWS.values(), strict=True)] == [
        0.7, 0.7, 0.6, 0.7, 0.6, 0.8, 0.7, 0.7, 0.5, 0.6,
    ]  # fmt: skip
    assert [sum(row) for row in ROWS.values()] == [8, 7, 7, 2, 2, 9, 8, 9, 7, 7]
    assert variance([sum(row) for row in ROWS.values()]) == pytest.approx(5.84)


def test_kr_20_of_the_published_example():
    # By hand from the printed figures: 10 / 9 * (1 - 2.18 / 5.84).
    by_hand = 10 / 9 * (1 - (0.21 + 0.21 + 0.24 + 0.21 + 0.24 + 0.16 + 0.21 + 0.21 + 0.25 + 0.24) / 5.84)
    result = analyse(truths(10), attempts(ROWS))
    assert result.reliability.name == "KR-20"
    assert (result.reliability.learners, result.reliability.questions) == (10, 10)
    assert result.reliability.value == pytest.approx(by_hand)
    assert round(by_hand, 4) == 0.6963


def test_alpha_of_the_published_example_from_the_covariances():
    # Cronbach's own form: k squared times the mean covariance over the variance of the totals.
    table = np.array(list(ROWS.values()), dtype=float)
    covariance = np.cov(table.T, bias=True)
    k = table.shape[1]
    between = (covariance.sum() - np.trace(covariance)) / (k * (k - 1))
    assert alpha(table.tolist()) == pytest.approx(k**2 * between / covariance.sum())


def test_difficulty_and_discrimination_of_the_published_example():
    result = analyse(truths(10), attempts(ROWS))
    table = np.array(list(ROWS.values()), dtype=float)
    for number, item in enumerate(result.items):
        assert item.difficulty == pytest.approx(table[:, number].mean())
        rest = table.sum(axis=1) - table[:, number]
        right, wrong = rest[table[:, number] == 1], rest[table[:, number] == 0]
        # The point-biserial by its own formula: (M1 - M0) / s * sqrt(p q).
        p = len(right) / 10
        by_groups = (right.mean() - wrong.mean()) / rest.std() * math.sqrt(p * (1 - p))
        assert item.discrimination == pytest.approx(by_groups)


# -- properties ---------------------------------------------------------------

scores = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=3, max_size=30)


@given(scores, scores)
def test_a_correlation_is_that_of_the_standard_library(xs, ys):
    count = min(len(xs), len(ys))
    xs, ys = [round(x, 3) for x in xs[:count]], [round(y, 3) for y in ys[:count]]
    got = correlation(xs, ys)
    if got is None:
        assert len(set(xs)) < 2 or len(set(ys)) < 2
    else:
        assert got == pytest.approx(statistics.correlation(xs, ys), abs=1e-9)


tables = st.integers(2, 6).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 1), min_size=width, max_size=width), min_size=10, max_size=25)
)


@given(tables)
def test_reliability_does_not_depend_on_the_order_of_learners_or_of_rows(table):
    rows = {f"l{number}": row for number, row in enumerate(table)}
    listed = attempts(rows)
    one, other = analyse(truths(len(table[0])), listed), analyse(truths(len(table[0])), listed[::-1])
    assert one.reliability.name == other.reliability.name == "KR-20"
    assert one.reliability.value == pytest.approx(other.reliability.value, abs=1e-9)
    assert [item.difficulty for item in one.items] == pytest.approx([item.difficulty for item in other.items])


@given(tables)
def test_kr_20_is_at_most_1_and_turning_all_marks_round_does_not_change_it(table):
    turned = [[1 - score for score in row] for row in table]
    value = alpha(table)
    assert value is None or value <= 1 + 1e-9
    assert (alpha(turned) is None) == (value is None)
    if value is not None:
        assert alpha(turned) == pytest.approx(value, abs=1e-9)


@given(tables)
def test_a_question_with_its_marks_turned_round_has_the_opposite_discrimination(table):
    quiz_of = truths(len(table[0]))
    turned = [[1 - row[0], *row[1:]] for row in table]
    one, other = (
        analyse(quiz_of, attempts({f"l{number}": row for number, row in enumerate(rows)})).items[0]
        for rows in (table, turned)
    )
    if one.discrimination is None:
        assert other.discrimination is None
    else:
        assert other.discrimination == pytest.approx(-one.discrimination, abs=1e-9)


# -- what is flagged ----------------------------------------------------------


def a_class(choose, learners=30):
    """Answers of a class to one choice and five statements; the later in the class, the better."""
    listed = []
    for number in range(learners):
        ability = number / (learners - 1)
        answer = choose(ability, number)
        listed.append(Response(f"l{number}", "c", (answer,), float(answer == "key")))
        listed += [Response(f"l{number}", f"q{place}", (), float(ability > (place + 0.5) / 5)) for place in range(5)]
    return listed


def with_choice():
    return quiz(
        CHOICE,
        *(
            {"kind": "truefalse", "id": f"q{number}", "stem": f"Statement {number}.", "answer": True}
            for number in range(5)
        ),
    )


def test_a_good_question_is_not_flagged():
    item = analyse(with_choice(), a_class(lambda ability, n: "key" if ability > 0.5 else ("near", "far")[n % 2])).items[
        0
    ]
    assert item.discrimination > 0.5
    assert item.flags == ()
    assert [(use.text, use.right, use.flag) for use in item.options] == [
        ("key", True, ""), ("near", False, ""), ("far", False, ""),
    ]  # fmt: skip


def test_a_wrong_key_is_flagged():
    item = analyse(with_choice(), a_class(lambda ability, n: "near" if ability > 0.5 else ("key", "far")[n % 2])).items[
        0
    ]
    assert "check the key" in item.flags
    assert item.discrimination < 0
    assert {use.text: use.flag for use in item.options} == {"key": "", "near": "attracts the best", "far": ""}


def test_an_option_that_nobody_chooses_is_flagged():
    item = analyse(with_choice(), a_class(lambda ability, n: "key" if n % 2 else "near")).items[0]
    assert {use.text: use.flag for use in item.options}["far"] == "hardly chosen"


def test_chance_is_no_reason_to_doubt_a_key():
    """Answers that have nothing to do with ability: at most one class in ten may raise the alarm."""
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(100):
        options = rng.choice(["key", "near", "far"], 30)
        item = analyse(with_choice(), a_class(lambda _, n, options=options: str(options[n]))).items[0]
        alarms += "check the key" in item.flags
    assert alarms <= 10


def test_below_ten_learners_no_number_is_given():
    rows = dict(list(ROWS.items())[:9])
    result = analyse(truths(10), attempts(rows))
    assert {item.note for item in result.items} == {"too few"}
    assert {item.discrimination for item in result.items} == {None}
    assert result.reliability.value is None
    assert result.reliability.note == "too few: 9 learners, at least 10 are needed"


def test_scores_between_0_and_1_give_alpha():
    rows = {learner: [score / 2 for score in row] for learner, row in ROWS.items()}
    assert analyse(truths(10), attempts(rows)).reliability.name == "alpha"


def test_equal_totals_give_no_reliability_but_a_reason():
    rows = {f"l{number}": [number % 2, 1 - number % 2] for number in range(12)}
    result = analyse(truths(2), attempts(rows)).reliability
    assert (result.value, result.note) == (None, "all totals are the same")


def test_learners_who_met_different_questions_are_compared_on_the_common_ones():
    listed = attempts(ROWS)
    listed += [Response("K", "q0", (), 1.0), Response("L", "q10", (), 1.0)]
    result = analyse(truths(11), listed).reliability
    assert (result.learners, result.questions) == (10, 10)


def test_only_the_first_attempt_counts():
    early, late = Response("a", "q0", (), 0.0, "2026-01-01"), Response("a", "q0", (), 1.0, "2026-01-02")
    assert first_attempts([late, early]) == first_attempts([early, late]) == [early]
    result = analyse(truths(1), [late, early])
    assert (result.answers, result.repeated, result.items[0].difficulty) == (1, 1, 0.0)


# -- files --------------------------------------------------------------------


def read(*paths, quiz_of=None, names=("words",)):
    return list(read_attempts(paths, names, quiz_of or truths(10), read_store=answers_in))


def test_rows_are_read_from_csv_json_and_json_lines_alike(tmp_path):
    rows = [
        {"learner": "a", "question": "q0", "answer": "True", "score": 1},
        {"learner": "b", "question": "q0", "score": 0},
    ]
    (tmp_path / "1.json").write_text(json.dumps(rows))
    (tmp_path / "2.json").write_text(json.dumps({"attempts": rows}))
    (tmp_path / "3.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with (tmp_path / "4.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["learner", "question", "answer", "score"])
        writer.writeheader()
        writer.writerows(rows)
    wanted = [Response("a", "q0", ("True",), 1.0), Response("b", "q0", (), 0.0)]
    assert [read(path) for path in sorted(tmp_path.iterdir())] == [wanted] * 4
    assert read(tmp_path) == wanted * 4


def test_an_answer_without_a_score_is_marked(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"learner": "a", "question": "c", "answer": text} for text in ("key", "far")]))
    assert [one.score for one in read(path, quiz_of=quiz(CHOICE))] == [1.0, 0.0]


EXPLORATION = {"kind": "short", "id": "s", "stem": "?", "accept": ["exploration"], "typos": "2"}
STEPS = {"kind": "numeric", "id": "n", "stem": "{{n}} / {{b}}?", "params": {"n": ["100", "200"], "b": ["10"]}}
TYPED = quiz(EXPLORATION, {**STEPS, "answer": "n / b"})


@pytest.mark.parametrize(
    ("question", "variant", "answer"),
    [
        ("s", None, "exploitation"),
        ("s", None, "explorations"),
        ("s", None, "exploration"),
        ("n", 0, "10"),
        ("n", 0, "20"),
        ("n", 1, "20"),
        ("n", 1, 20),
        ("n", 1, "10"),
    ],
)
def test_an_answer_without_a_score_is_marked_as_in_a_sitting(tmp_path, question, variant, answer):
    sittings = (steps.begin("typed", TYPED, seed) for seed in range(100))
    asked = next(one for one in sittings if (one.slots[0].question_id, one.slots[0].variant) == (question, variant))
    _, result = steps.answer(asked, TYPED, answer)
    row = {"learner": "a", "question": question, "answer": answer, "variant": variant}
    (tmp_path / "a.json").write_text(json.dumps([row]))
    (one,) = read(tmp_path / "a.json", quiz_of=TYPED)
    assert one.score == result.score


def test_a_score_of_a_result_document_is_kept_and_its_variant_read(tmp_path):
    marked = mark_all(TYPED, {"s": "exploitation", "n": "10"})
    (tmp_path / "anna.json").write_text(json.dumps(document("typed", TYPED, marked)))
    rows = read(tmp_path / "anna.json", quiz_of=TYPED, names=("typed",))
    assert [(row.question, row.score) for row in rows] == [("s", 0.0), ("n", 1.0)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "n", "answer": "10"}, "needs its 'variant'"),
        ({"question": "n", "answer": "10", "variant": 2}, "has the variants 0 to 1, found 2"),
        ({"question": "n", "answer": "10", "variant": -1}, "has the variants 0 to 1"),
        ({"question": "n", "answer": "10", "variant": "one"}, "has the variants 0 to 1"),
        ({"question": "s", "answer": [["exploration"]]}, "neither a text, a number, a list"),
    ],
)
def test_an_answer_that_cannot_be_marked_is_told(tmp_path, row, said):
    (tmp_path / "a.json").write_text(json.dumps([{"learner": "a", **row}]))
    with pytest.raises(ContentError) as caught:
        read(tmp_path / "a.json", quiz_of=TYPED)
    assert said in caught.value.findings[0].message


def test_the_stores_of_a_class_are_read_with_the_folders_as_names(tmp_path):
    for name, score in (("anna", 1.0), ("ben", 0.0)):
        with Progress(tmp_path / "class" / name / ".dlquiz" / "progress.sqlite3") as store:
            at = datetime(2026, 11, 20, tzinfo=UTC)
            store.record_answer("s1", "words", "q0", json.dumps("True"), score == 1, score, at)
            store.record_answer("s2", "another", "q0", json.dumps("True"), True, 1.0, at)
    found = read(tmp_path / "class")
    assert [(one.learner, one.question, one.answer, one.score) for one in found] == [
        ("anna", "q0", ("True",), 1.0), ("ben", "q0", ("True",), 0.0),
    ]  # fmt: skip


def test_reading_a_store_does_not_change_it(tmp_path):
    path = tmp_path / "progress.sqlite3"
    with Progress(path):
        pass
    before = path.read_bytes()
    assert read(path) == []
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "student,question\na,b\n", "the first line names no column 'learner'"),
        ("a.json", "{", "this is not valid JSON"),
        ("a.json", "[1]", "an answer must be an object"),
        ("a.json", "3", "expected a list of answers"),
        ("a.json", '[{"question": "q0"}]', "an answer has no learner"),
        ("a.json", '[{"learner": "a", "question": "q0"}]', "neither an answer nor a score"),
        ("a.csv", "learner,question,score\na,q0,7\n", "expected a number from 0 to 1"),
        ("a.csv", "learner,question,score\na,q0,nan\n", "expected a number from 0 to 1"),
        ("progress.sqlite3", "no store", "not a store of dlquiz"),
        ("a.pdf", "x", "no kind of file that holds answers"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, name, text, said):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ContentError) as caught:
        read(path)
    assert said in caught.value.findings[0].message
    assert Path(caught.value.findings[0].file).name == name


def test_a_folder_without_answers_is_refused(tmp_path):
    with pytest.raises(ContentError, match="no file of answers"):
        read(tmp_path)


def test_a_broken_row_is_told_with_its_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("learner,question,score\na,q0,1\nb,,1\n")
    with pytest.raises(ContentError) as caught:
        read(path)
    assert caught.value.findings[0].line == 3


def test_closing_is_left_to_nobody(tmp_path):
    """The reader keeps no store open: another program can delete or move it."""
    import sqlite3

    path = tmp_path / "progress.sqlite3"
    with Progress(path):
        pass
    read(path)
    with closing(sqlite3.connect(path)) as store:
        store.execute("BEGIN EXCLUSIVE")
