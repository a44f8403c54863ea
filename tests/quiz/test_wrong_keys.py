"""Wrong keys that were planted in simulated classes, and right ones that raise no alarm."""

import csv
from pathlib import Path

import numpy as np
import pytest

from dlquiz.model.quiz import Quiz
from dlquiz.quiz.analysis import Response, analyse
from dlquiz.quiz.wrong_keys import doubts

COMMON = {"explain": "e", "source": "s"}
FOUND = Path(__file__).resolve().parents[3] / "shared/found/inputs/quiz-files"


def quiz_of(options, keys):
    """A quiz of one question for each key, a number of an option; with two options, each is true or false."""
    texts = [f"option {number}" for number in range(options)]
    questions = []
    for number, key in enumerate(keys):
        one = {**COMMON, "id": f"q{number}", "stem": f"Question {number}?"}
        if options == 2:
            questions.append({**one, "kind": "truefalse", "answer": key == 0})
        else:
            wrong = {text: "No." for text in texts if text != texts[key]}
            questions.append({**one, "kind": "choice", "right": texts[key], "wrong": wrong})
    return Quiz.model_validate({"format_version": 1, "title": "T", "questions": questions})


def choices(rng, questions, options, learners, guessed):
    """What each learner of a class chooses; option 0 is the right one, and the better know it more often."""
    ability = rng.normal(size=learners)
    chosen = []
    for _ in range(questions):
        knows = 1 / (1 + np.exp(-np.exp(rng.normal(0, 0.3)) * (ability - rng.normal(-0.6, 1))))
        right = rng.random(learners) < guessed + (1 - guessed) * knows
        others = rng.choice(np.arange(1, options), learners, p=rng.dirichlet(np.ones(options - 1)))
        chosen.append(np.where(right, 0, others))
    return np.array(chosen)


def flagged(seed, questions, options, guessed=0.0, learners=40):
    """Plant one wrong key; return whether it is flagged, how many right ones are, and of how many."""
    rng = np.random.default_rng(seed)
    chosen = choices(rng, questions, options, learners, guessed)
    planted = int(rng.integers(questions))
    keys = [0] * questions
    keys[planted] = int(rng.integers(1, options))
    names = ["True", "False"] if options == 2 else [f"option {number}" for number in range(options)]
    rows = [
        Response(f"l{learner}", f"q{number}", (names[option],), float(option == keys[number]))
        for number, row in enumerate(chosen)
        for learner, option in enumerate(row)
    ]
    alarms = ["check the key" in item.flags for item in analyse(quiz_of(options, keys), rows).items]
    return alarms.pop(planted), sum(alarms), len(alarms)


@pytest.mark.parametrize(("questions", "options", "guessed"), [(10, 4, 0), (10, 4, 0.2), (12, 3, 0), (12, 2, 0)])
def test_forty_of_fifty_wrong_keys_are_found_with_one_false_alarm_in_fifty(questions, options, guessed):
    classes = [flagged(seed, questions, options, guessed) for seed in range(50)]
    found, alarms, right = (sum(column) for column in zip(*classes, strict=True))
    print(f"{questions} questions, {options} options: {found} of 50 found, {alarms} of {right} right keys flagged")
    assert found >= 40
    assert alarms <= right / 50


def test_the_class_of_the_finding_is_flagged():
    path = FOUND / "class_first-words_wrongkey.csv"
    if not path.is_file():
        pytest.skip("the fixture class_first-words_wrongkey.csv is not beside this checkout")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    scores = {}
    for row in rows:
        if row["score"]:
            scores.setdefault(row["learner"], []).append(float(row["score"]))
    chosen = [
        (row["answer"], sum(scores[row["learner"]]) / len(scores[row["learner"]]))
        for row in rows
        if row["question"] == "fw-ai-ml-dl"
    ]
    options = sorted({text for text, _ in chosen})
    found = doubts(chosen, "AI, ML and DL are three names for one thing", options)
    assert max(found, key=found.get) == "ML is a part of DL, and DL is a part of AI"
    assert max(found.values()) > 0.15


def test_a_wrong_answer_that_is_typed_by_the_best_is_named():
    question = {**COMMON, "kind": "numeric", "id": "n", "stem": "2 + 2?", "answer": 5}
    others = [
        {**COMMON, "kind": "truefalse", "id": f"q{number}", "stem": f"Number {number}.", "answer": True}
        for number in range(6)
    ]
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question, *others]})
    rows = []
    for learner in range(20):
        answer = "4" if learner > 5 else "5" if learner > 3 else str(learner + 10)
        rows.append(Response(f"l{learner}", "n", (answer,), float(answer == "5")))
        rows += [Response(f"l{learner}", f"q{n}", ("x",), float(learner > 3 * n)) for n in range(6)]
    item = analyse(quiz, rows).items[0]
    assert "check the key" in item.flags
    assert [(use.text, use.right, use.flag) for use in item.options] == [
        ("(what is marked right)", True, ""),
        ("4", False, "may be the right one"),
    ]


def test_without_another_option_or_answer_nothing_is_doubted():
    assert doubts([], "a", ["a", "b"]) == {"b": 0.0}
    assert doubts([("a", 0.5)], "a", ["a"]) == {}
    assert doubts([("a", None), ("b", None)], "a", ["a", "b"])["b"] < 0.1
