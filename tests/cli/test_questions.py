"""``questions``: about the learner's own file, after full points."""

import pytest

from dlquiz.study.store import Progress

pytestmark = pytest.mark.sandbox

OWN = """def add(a, b):
    total = a * 1
    total = total + b
    return total


def half(a):
    result = a
    result = result / 2
    return result
"""


def typed(questions, *, right):
    """The numbers of right or wrong options, a line each."""
    lines = []
    for one in questions:
        option = one["right"] if right else next(iter(one["wrong"]))
        lines.append(str(one["options"].index(option) + 1))
    return "\n".join(lines) + "\n"


@pytest.fixture
def graduate(worker):
    """Somebody whose file of exercise 1 has full points and lines to ask about."""
    worker.file().write_text(OWN)
    assert worker.type("grade", "exercise1").code == 0
    return worker


def test_they_come_after_full_points_of_this_very_file(graduate):
    assert graduate.type("questions", "exercise1", "--json").json["questions"]
    graduate.file().write_text(OWN + "# changed\n")
    refused = graduate.type("questions", "exercise1")
    assert refused.code == 1
    assert "full points, as it is now" in refused.err
    assert "Next: dlquiz grade exercise1" in refused.err


def test_nobody_who_has_done_nothing_is_left_without_a_way_on(worker):
    refused = worker.type("questions")
    assert "no exercise has them yet" in refused.err
    assert "Next: dlquiz next" in refused.err


def test_the_lines_of_the_file_are_asked_about_and_the_answers_are_kept(graduate):
    asked = graduate.type("questions", "--json").json["questions"]
    assert {one["kind"] for one in asked} == {"left-out", "changed"}
    for one in asked:
        assert OWN.split("\n")[one["line"] - 1].strip() in one["explanation"]
        assert one["right"] not in one["wrong"]
    whole = graduate.type_apart("questions", input=typed(asked, right=True))
    assert (whole.returncode, whole.stderr) == (0, ""), whole.stdout
    assert f"{len(asked)} of {len(asked)} right." in whole.stdout
    with Progress(graduate.work / ".dlquiz" / "progress.sqlite3") as store:
        kept = store.own_answers.all("exercise1")
        (report,) = store.reports("exercise1")
    assert [(one.number, one.correct) for one in kept] == [(1, True), (2, True)]
    assert {one.submission_sha256 for one in kept} == {report.submission.sha256}


def test_the_first_answer_stays_because_its_explanation_was_read(graduate):
    asked = graduate.type("questions", "--json").json["questions"]
    result = graduate.type_apart("questions", input=typed(asked, right=False))
    assert result.returncode == 1
    assert f"0 of {len(asked)} right." in result.stdout
    graduate.type_apart("questions", input=typed(asked, right=True))
    with Progress(graduate.work / ".dlquiz" / "progress.sqlite3") as store:
        assert not any(one.correct for one in store.own_answers.all())


def test_next_offers_them_until_they_were_asked(graduate):
    assert "Or: dlquiz questions exercise1   (about your own file" in graduate.type("next").out
    asked = graduate.type("questions", "--json").json["questions"]
    graduate.type_apart("questions", input=typed(asked, right=True))
    assert "dlquiz questions" not in graduate.type("next").out
    assert graduate.type("next", "--json").json["questions"] is None


def test_who_stops_can_come_back(graduate):
    result = graduate.type_apart("questions", input="q\n")
    assert result.returncode == 1
    assert "Next: dlquiz questions exercise1" in result.stderr


def test_a_file_with_nothing_sure_to_ask_is_left_alone(worker):
    worker.file().write_text("def add(a, b): return a + b\n\n\ndef half(a): return a / 2\n")
    assert worker.type("grade", "exercise1").code == 0
    result = worker.type("questions", "exercise1")
    assert "certain enough to ask" in result.err
    assert "Next: dlquiz next" in result.err
    assert "dlquiz questions" not in worker.type("next").out
