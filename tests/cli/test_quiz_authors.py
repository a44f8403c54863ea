"""``dlquiz quiz check``, ``lint``, ``preview``, ``schema``, ``analyse`` and ``dlquiz dev new quiz``, as typed."""

import json
import re
import sys

import pytest
import yaml

from dlquiz.content.course import builtin_course
from dlquiz.errors import SandboxError
from dlquiz.model.quiz import KINDS
from dlquiz.quiz import code_runner
from dlquiz.quiz.lint.registry import RULES

QUIZ = """\
format_version: 1
title: Two questions
questions:
  - kind: choice
    id: a-pass
    stem: What is one pass over the training set called?
    right: An epoch
    wrong:
      A batch: This is a small part of the training set.
      A step: A step uses one batch only.
    explain: In one epoch every example is used once.
    source: Google, Machine Learning Glossary
  - kind: output
    id: a-sum
    stem: The code adds two numbers.
    params: {n: [1, 2]}
    code: |
      print({{n}} + 2)
    answer: "{{n + 2}}"
    explain: The numbers are added, then printed.
    source: Python documentation
"""


@pytest.fixture
def file(person):
    path = person.here / "my-quiz.yaml"
    path.write_text(QUIZ)
    return path


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# -- check --------------------------------------------------------------------


@pytest.mark.sandbox
def test_check_runs_every_variant_of_the_code_and_says_what_is_fine(person, file):
    result = person.type("quiz", "check", "my-quiz.yaml")
    assert result.code == 0
    assert "1 file, 2 questions fine: 1 choice, 1 output." in result.out
    assert "they are 3 questions. 2 programs printed what the answer says." in result.out
    assert "Next: dlquiz quiz lint my-quiz.yaml" in result.err


@pytest.mark.sandbox
def test_the_next_step_for_a_file_with_a_space_can_be_typed(person, file):
    file.rename(file.with_name("Big Quiz.yaml"))
    result = person.type("quiz", "check", "Big Quiz.yaml")
    assert "Next: dlquiz quiz lint 'Big Quiz.yaml'" in result.err


@pytest.mark.sandbox
def test_check_finds_an_answer_that_the_code_does_not_print(person, file):
    change(file, "{{n + 2}}", "{{n + 3}}")
    result = person.type("quiz", "check", "my-quiz.yaml")
    assert result.code == 3
    assert "my-quiz.yaml:19:13: error[DLQ038]: question 'a-sum': the code prints “3”, not “4”" in result.out
    assert "not “4” (variant 1 of 2)" in result.out
    assert person.type("quiz", "check", "--no-run", "my-quiz.yaml").code == 0


def test_check_doubts_a_text_that_a_comment_has_cut_off(person, file):
    assert "Note" not in person.type("quiz", "check", file.name, "--no-run").err
    change(file, "right: An epoch", "right: The # of epochs")
    result = person.type("quiz", "check", file.name, "--no-run")
    assert result.code == 0, "it may be a comment"
    said = "Note: my-quiz.yaml:7: what stands behind '#' is a comment, and no part of the text: '# of epochs'."
    assert said in " ".join(result.err.split())
    assert "quote the whole text" in result.err


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("print(1 / 0)", "ZeroDivisionError: division by zero"),
        ("import torch", "torch"),
        ("open('/etc/passwd').read()", "PermissionError"),
        ("raise SystemExit(3)", "the code does not run to its end"),
    ],
)
def test_code_of_a_quiz_runs_behind_the_wall(person, file, code, said):
    change(file, "print({{n}} + 2)", code)
    result = person.type("quiz", "check", "my-quiz.yaml")
    assert result.code == 3
    assert "my-quiz.yaml:16:11: error[DLQ038]" in result.out or "my-quiz.yaml:17:" in result.out
    assert said in result.out


def test_check_tells_every_mistake_at_once_with_its_place(person, file):
    change(file, "right: An epoch", "rihgt: An epoch")
    change(file, "A step: A step uses one batch only.", "A step:")
    result = person.type("quiz", "check", "my-quiz.yaml", "--no-run")
    assert result.code == 3
    assert re.findall(r"^my-quiz.yaml:(\d+:\d+): error\[(DLQ\d+)\]", result.out, re.MULTILINE) == [
        ("7:5", "DLQ011"),
        ("10:7", "DLQ023"),
    ]
    assert "did you mean 'right'?" in result.out
    assert "2 mistakes in 1 file." in result.out
    assert "Next: dlquiz quiz check my-quiz.yaml" in result.err


def test_check_gives_one_json_document_or_annotations(person, file):
    change(file, "right: An epoch", "rihgt: An epoch")
    document = person.type("quiz", "check", "my-quiz.yaml", "--no-run", "--format", "json").json
    assert (document["format_version"], document["files"], document["questions"]) == (1, 1, 0)
    (one,) = document["findings"]
    assert (one["file"], one["line"], one["column"], one["code"]) == ("my-quiz.yaml", 7, 5, "DLQ011")
    out = person.type("quiz", "check", "my-quiz.yaml", "--no-run", "--format", "github").out
    assert out.startswith("::error file=my-quiz.yaml,line=7,col=5,title=DLQ011::question 'a-pass'")
    assert len(out.splitlines()) == 1


def test_check_without_a_name_looks_at_the_whole_course(person):
    result = person.type("quiz", "check", "--no-run")
    assert result.code == 0
    assert "1 file, 1 question fine: 1 truefalse." in result.out


def test_a_missing_image_is_a_mistake_and_a_missing_file_is_wrong_usage(person, file):
    change(file, "    right: An epoch", "    image: curve.svg\n    alt: A falling curve\n    right: An epoch")
    assert "there is no file 'curve.svg'" in person.type("quiz", "check", "my-quiz.yaml", "--no-run").out
    assert person.type("quiz", "check", "no-such.yaml").code == 2
    assert person.type("quiz", "check", "no-such-id").code == 2


@pytest.mark.sandbox
def test_a_package_that_is_missing_hides_no_other_finding(person, file, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    change(file, "kind: output\n", "kind: output\n    packages: [torch]\n")
    result = person.type("quiz", "check", "my-quiz.yaml")
    assert result.code == 4
    assert "1 file, 2 questions fine" in result.out
    assert (
        'Not checked: 2 programs were not run, because torch is not installed: python -m pip install "dlquiz[torch]"'
        in (result.err)
    )
    broken = person.here / "broken.yaml"
    broken.write_text("title: T\n")
    result = person.type("quiz", "check", "my-quiz.yaml", "broken.yaml", "--format", "json")
    document = json.loads(result.out)
    assert result.code == 3
    assert (document["outputs_run"], document["outputs_not_run"]) == (0, 2)
    assert {one["file"] for one in document["findings"]} == {"broken.yaml"}
    assert "Not checked: 2 programs" in person.type("quiz", "lint", "my-quiz.yaml", "--run").err


@pytest.mark.sandbox
def test_a_wall_that_cannot_be_built_hides_no_other_finding(person, file, monkeypatch):
    def refuse(packages):
        raise SandboxError("the wall cannot be built")

    monkeypatch.setattr(code_runner, "start_server", refuse)
    (person.here / "broken.yaml").write_text("title: T\n")
    result = person.type("quiz", "check", "my-quiz.yaml", "broken.yaml")
    assert result.code == 3
    assert "broken.yaml:1:1" in result.out
    assert "Not checked: the wall cannot be built" in result.err


# -- lint ---------------------------------------------------------------------


def test_lint_is_silent_about_a_good_quiz(person, file):
    result = person.type("quiz", "lint", "my-quiz.yaml")
    assert (result.code, result.out) == (0, "2 questions in 1 file: 0 findings.\n")


def test_lint_tells_place_question_rule_suggestion_and_reason(person, file):
    change(file, "    right: An epoch", "    right: an epoch")
    result = person.type("quiz", "lint", "my-quiz.yaml")
    assert result.code == 1
    assert result.out.splitlines() == [
        "my-quiz.yaml:7:12: warning[mixed-form]: question 'a-pass': 'an epoch' is the only option that begins with a "
        "small letter",
        "     7 |     right: an epoch",
        "       |            ^",
        "       = help: write all options in one form",
        "       = why: dlquiz quiz lint --explain mixed-form",
        "2 questions in 1 file: 1 finding.",
    ]


def test_lint_points_at_a_wrong_option_of_a_variant(person, file):
    change(file, "      A step: A", '      "Always {{k}}": A')
    change(file, "    right: An epoch", "    params: {k: [one, two]}\n    right: An epoch")
    result = person.type("quiz", "lint", "my-quiz.yaml")
    assert "my-quiz.yaml:11:7: warning[absolute]" in result.out


def test_a_finding_can_be_ignored_in_the_file_or_for_a_run(person, file):
    change(file, "    right: An epoch", "    right: an epoch")
    assert person.type("quiz", "lint", "my-quiz.yaml", "--ignore", "mixed-form").code == 0
    change(file, "    right: an epoch", "    ignore: [mixed-form]\n    right: an epoch")
    assert person.type("quiz", "lint", "my-quiz.yaml").code == 0
    assert person.type("quiz", "lint", "my-quiz.yaml", "--ignore", "mixed-from").code == 2


def test_lint_gives_json_and_annotations(person, file):
    change(file, "    right: An epoch", "    right: an epoch")
    document = person.type("quiz", "lint", "my-quiz.yaml", "--format", "json").json
    (one,) = document["findings"]
    assert (one["code"], one["severity"], one["question"], one["line"]) == ("mixed-form", "warning", "a-pass", 7)
    assert one["link"] == "docs/reference/quiz-lint.md#mixed-form"
    out = person.type("quiz", "lint", "my-quiz.yaml", "--format", "github").out
    assert out.startswith("::warning file=my-quiz.yaml,line=7,col=12,title=mixed-form::question 'a-pass'")


def test_one_broken_file_does_not_hide_the_others(person, file):
    change(file, "    right: An epoch", "    right: an epoch")
    (person.here / "broken.yaml").write_text("format_version: 1\n")
    result = person.type("quiz", "lint", "broken.yaml", "my-quiz.yaml")
    assert result.code == 3
    assert "broken.yaml:1:1: error[DLQ012]" in result.out
    assert "warning[mixed-form]" in result.out


@pytest.mark.sandbox
def test_lint_runs_code_only_when_asked(person, file):
    change(file, "{{n + 2}}", "{{n + 3}}")
    assert person.type("quiz", "lint", "my-quiz.yaml").code == 0
    result = person.type("quiz", "lint", "my-quiz.yaml", "--run")
    assert result.code == 1
    assert "my-quiz.yaml:19:13: error[code-output-stale]: question 'a-sum'" in result.out


def test_a_file_of_another_program_is_linted_as_it_would_be_imported(person):
    (person.here / "q.gift").write_text("::A name:: What is one pass called? {=epoch ~batch ~step}\n")
    result = person.type("quiz", "lint", "q.gift")
    assert result.code == 1
    assert "missing-explain" in result.out
    assert result.out.count("missing-why]") == 2


def test_lint_explains_a_rule(person):
    result = person.type("quiz", "lint", "--explain", "clang")
    assert result.code == 0
    assert "clang (warning)" in result.out
    assert "Why: " in result.out
    assert person.type("quiz", "lint", "--explain", "all").out.count("Source:") == len(RULES)


# -- preview ------------------------------------------------------------------


def test_preview_shows_every_question_with_its_answer_and_stores_nothing(person, file):
    before = sorted(person.here.rglob("*"))
    result = person.type("quiz", "preview", "my-quiz.yaml", "--plain")
    assert result.code == 0
    assert "Right answer: An epoch" in result.out
    assert "A batch: not right. This is a small part of the training set." in result.out
    assert "Right answer: 3" in result.out
    assert "id a-sum, variant 1 of 2" in result.out
    assert sorted(person.here.rglob("*")) == before


def test_preview_shows_one_question_and_one_or_all_variants(person, file):
    ask = ("quiz", "preview", "my-quiz.yaml", "--plain", "--question", "a-sum")
    assert "An epoch" not in person.type(*ask).out
    assert "Right answer: 4" in person.type(*ask, "--variant", "2").out
    assert person.type(*ask, "--all").out.count("Right answer:") == 2
    assert person.type(*ask, "--variant", "3").code == 2
    assert "Did you mean 'a-sum'?" in person.type("quiz", "preview", "my-quiz.yaml", "--question", "a-sun").err


# -- schema -------------------------------------------------------------------


def test_schema_is_printed_or_written(person):
    printed = person.type("quiz", "schema")
    assert printed.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert person.type("quiz", "schema", "-o", "s.json").code == 0
    assert json.loads((person.here / "s.json").read_text()) == printed.json
    assert person.type("quiz", "schema", "-o", "no/such/folder/s.json").code == 2
    (person.here / "link.json").symlink_to("s.json")
    assert "not a plain file" in person.type("quiz", "schema", "-o", "link.json").err
    assert (person.here / "link.json").is_symlink()


# -- analyse ------------------------------------------------------------------


def test_analyse_reads_a_folder_and_flags_a_wrong_key(person, file):
    rows = [
        {"learner": f"l{n}", "question": "a-pass", "answer": ["An epoch", "A batch", "A step"][n % 3 if n < 15 else 1]}
        for n in range(30)
    ]
    rows += [{"learner": f"l{n}", "question": "a-sum", "score": int(n >= 15)} for n in range(30)]
    folder = person.here / "class"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(rows))
    result = person.type("quiz", "analyse", "my-quiz.yaml", "class", "--plain")
    assert result.code == 0
    assert "30 learners, 60 first answers." in result.out
    assert re.search(r"a-pass: 30 learners, difficulty 0\.17, discrimination -0\.\d\d, check the key", result.out)
    assert "<- attracts the best" in result.out
    assert "Next: dlquiz quiz preview my-quiz.yaml --question a-pass" in result.out
    document = person.type("quiz", "analyse", "my-quiz.yaml", "class", "--json").json
    assert document["items"][0]["flags"] == ["check the key", "very hard"]
    assert "a-pass" in person.type("quiz", "analyse", "my-quiz.yaml", "class").out


def test_analyse_says_too_few_below_ten(person, file):
    (person.here / "a.csv").write_text("learner,question,score\na,a-pass,1\n")
    out = person.type("quiz", "analyse", "my-quiz.yaml", "a.csv", "--plain").out
    assert "a-pass: 1 learners, difficulty 1.00, too few." in out
    assert "not computed, because too few: 1 learners" in out


def test_analyse_reads_the_workspace_that_a_quiz_was_taken_in(worker):
    taken = worker.type_apart("quiz", "words", "--new", input="1\n")
    assert taken.returncode == 0, taken.stderr
    result = worker.type("quiz", "analyse", "words", "dlquiz-work", "--json")
    assert (result.code, result.json["learners"], result.json["answers"]) == (0, 1, 1)
    assert result.json["items"][0]["difficulty"] == 1.0


# -- dev new quiz -------------------------------------------------------------


@pytest.mark.sandbox
def test_a_new_quiz_passes_check_and_lint_and_shows_every_kind(person, monkeypatch):
    result = person.type("dev", "new", "quiz", "week-one")
    path = person.course / "quizzes" / "week-one.yaml"
    assert result.code == 0
    assert "Next: dlquiz quiz week-one" in result.out
    text = path.read_text()
    assert text.startswith("# yaml-language-server: $schema=dlquiz.schema.json\n")
    assert {question["kind"] for question in yaml.safe_load(text)["questions"]} == set(KINDS)
    assert person.type("quiz", "check", "week-one").code == 0
    assert person.type("quiz", "lint", "week-one").code == 0
    assert person.type("quiz", "preview", "week-one").code == 0
    assert "week-one" in person.type("quiz", "list").out


def test_a_new_quiz_never_overwrites(person):
    path = person.course / "quizzes" / "words.yaml"
    before = path.read_text()
    result = person.type("dev", "new", "quiz", "words")
    assert (result.code, path.read_text()) == (2, before)
    assert "is there already" in result.err


@pytest.mark.parametrize("name", ["Week 1", "../x", "list", "check", "take", ""])
def test_a_name_that_is_no_id_or_a_command_is_refused(person, name):
    result = person.type("dev", "new", "quiz", name)
    assert result.code == 2
    assert sorted(path.name for path in (person.course / "quizzes").iterdir()) == ["words.yaml"]


def test_without_a_course_a_new_quiz_is_written_here(person, monkeypatch):
    monkeypatch.delenv("DLQUIZ_COURSE")
    result = person.type("dev", "new", "quiz", "my-quiz")
    assert result.code == 0
    assert (person.here / "my-quiz.yaml").is_file()
    assert "Next: dlquiz quiz my-quiz.yaml" in result.out


# -- parsons ------------------------------------------------------------------

BUILTIN = ("--course", str(builtin_course()), "--trust-course")


@pytest.mark.sandbox
def test_puzzles_of_lines_are_written_and_follow_the_rules(person):
    result = person.type(*BUILTIN, "quiz", "parsons", "exercise3", "--function", "linear_backward", "-o", "puzzle.yaml")
    assert (result.code, result.out.splitlines()[0]) == (0, "Wrote puzzle.yaml: 1 question.")
    assert person.type("quiz", "lint", "puzzle.yaml").code == 0
    assert "dX = dout @ W.T" in person.type("quiz", "preview", "puzzle.yaml").out
    again = person.type(*BUILTIN, "quiz", "parsons", "exercise3", "--function", "linear_backward", "-o", "puzzle.yaml")
    assert again.code == 2


@pytest.mark.sandbox
def test_an_exercise_whose_lines_are_free_makes_no_puzzle(person):
    result = person.type(*BUILTIN, "quiz", "parsons", "exercise1", "--json")
    assert result.code == 1
    document = json.loads(result.out)
    assert document["questions"] == []
    assert document["left_out"] == {"one_hot": "its blocks may stand in another order"}
