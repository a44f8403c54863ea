"""Reports are what a beginner reads: compared as a whole with the files in ``golden/``.

To accept new texts after reading them: ``DLQUIZ_ACCEPT=1 python -m pytest tests/render``.
"""

import math
import os
import re
from pathlib import Path

import pytest

from dlquiz.render.terminal import live_line, progress_bar, report_text, sparkline
from dlquiz.text import gap_note
from tests.render import reports

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "report", "options"),
    [
        ("failing", reports.failing(), {}),
        ("failing_verbose_narrow", reports.failing(), {"verbose": True, "width": 60}),
        ("untouched", reports.untouched(), {}),
        ("training", reports.training(), {}),
        ("process", reports.training(isolation="process"), {"width": 100}),
    ],
)
def test_reports_read_as_in_the_golden_files(name, report, options):
    text = report_text(report, **options)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("DLQUIZ_ACCEPT"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(width):
    for report in (reports.failing(), reports.untouched()):
        assert all(len(line) <= width for line in report_text(report, verbose=True, width=width).split("\n"))


def test_colour_adds_nothing_but_colour():
    plain, coloured = (report_text(reports.failing(), colour=colour) for colour in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[31m" in coloured
    assert re.sub("\x1b\\[[0-9]*m", "", coloured).split() == plain.split()


def test_at_most_three_failures_are_told_in_full_and_the_rest_on_demand():
    many = [reports.case(f"test_{i}", f"Claim {i}", "failed", message=f"x{i} is wrong.", hint="h") for i in range(7)]
    brief, full = (report_text(reports.report(*many), verbose=verbose) for verbose in (False, True))
    assert brief.count("Hint:") == 3
    assert brief.count("✗") == 7
    assert "--verbose" in brief
    assert full.count("Hint:") == 7
    assert "--verbose" not in full


def test_lines_that_were_left_out_before_are_counted():
    def told(output):
        return report_text(reports.report(reports.case("test_a", "Claim", "failed", message="No.", output=output)))

    lines = "".join(f"line {number}\n" for number in range(100))
    assert "(the first 8 of 100 lines)" in told(lines)
    assert "(the first 8 of 40,101 lines)" in told(f"{lines}li{gap_note(200_000, 40_000)}ne\n")
    assert "(the first 8 of 8 lines)" in told("a\n" + "\n[… 9 bytes left out …]\n" * 9), "a learner's own lines"


def test_the_same_error_in_many_checks_is_told_once():
    same = [
        reports.case(f"test_{i}", f"Claim {i}", "failed", cause="timeout", message="It took more than 2 s.")
        for i in range(6)
    ]
    text = report_text(reports.report(*same))
    assert text.count("It took more than 2 s.") == 1
    assert "6 checks stop for the same reason" in text
    assert [i for i in range(6) if f"Claim {i}" in text] == [0, 1, 2]
    assert "and 3 more" in text
    assert "· and" not in report_text(reports.report(*same[:4]))


def error(i, message, place, **more):
    """A check that stopped at a place of the learner's file."""
    trace = f'  File "<submission>/backprop.py", {place}\n    code\n'
    return reports.case(
        f"test_{i}", f"Claim {i}", "failed", message=message, traceback=trace, **{"cause": "exception", **more}
    )


def test_one_line_is_one_problem_whichever_function_was_called():
    names = ("relu", "mlp_forward", "predict")
    same = [error(i, f"{name} raised ValueError: no {i}", "line 24, in relu") for i, name in enumerate(names)]
    other = error(9, "relu raised TypeError: x", "line 24, in relu")
    text = report_text(reports.report(*same, other))
    assert "3 checks stop for the same reason" in text
    assert "no 0" in text
    assert "no 1" not in text
    assert "Claim 9" in text


def test_what_the_sandbox_forbids_is_one_problem_whichever_function_was_called():
    same = [
        error(i, f"{name} tried something that the sandbox does not allow: no 'socket'", "line 4", cause="forbidden")
        for i, name in enumerate(("relu", "mlp_forward", "predict"))
    ]
    assert "3 checks stop for the same reason" in report_text(reports.report(*same))


def test_a_frame_of_the_graders_helper_is_no_place_in_the_learners_file():
    frames = (
        'File "<submission>/probe.py", line 20, in f\n    return 1\n  File "<submission>/mine.py", line 3, in g\n    x'
    )
    text = report_text(
        reports.report(reports.case("a", "A", "failed", cause="exception", message="f raised", traceback=frames))
    )
    assert "probe.py" not in text
    assert "line 3, in g" in text


def test_what_stops_the_loading_is_told_once_and_not_as_the_failure_of_a_function():
    same = [
        error(i, f"{name} raised FileNotFoundError: 'data.csv'", "line 115, in <module>", hint="Mind the axis.")
        for i, name in enumerate(("flatten", "unflatten", "one_hot"))
    ]
    text = report_text(reports.report(*same))
    assert "Your file stopped at line 115 while it was loaded, so none of the 3" in text
    assert text.count("FileNotFoundError: 'data.csv'") == 1
    assert "raised" not in text
    assert "Claim" not in text
    assert "Mind the axis" not in text


def test_a_cell_that_stops_the_loading_is_named():
    trace = '  File "<submission>/work.ipynb, cell 3", line 1, in <module>\n    print(x)\n'
    case = reports.case("a", "A", "failed", cause="exception", message="f raised NameError: x", traceback=trace)
    text = report_text(reports.report(case, submission={"file": "work.ipynb", "sha256": "0"}), path="my/work.ipynb")
    assert "Your file stopped at cell 3, line 1, while it was loaded" in text
    assert 'File "my/work.ipynb, cell 3", line 1' in text
    beside = report_text(reports.report(case, reports.case("b", "B"), submission={"file": "work.ipynb", "sha256": "0"}))
    assert re.search(r"so 1 check\s.*not\s+run\n", beside, re.DOTALL)


def todo(i):
    return error(i, f"f{i} raised NotImplementedError: f{i}: TODO({i})", "line 9, in f")


def test_what_is_not_written_takes_one_line_beside_a_real_failure():
    wrong = reports.case("w", "Wrong numbers", "failed", message="W is wrong.")
    text = report_text(reports.report(*map(todo, range(1, 14)), wrong))
    assert "13 checks wait for functions that you have not written yet" in text
    assert "Claim" not in text
    assert "TODO" not in text
    assert "Repair this one first" not in text
    assert text.index("13 checks wait") < text.index("Wrong numbers")
    alone = report_text(reports.report(todo(3), todo(2), reports.case("a", "A")))
    assert "Look for TODO(2) in backprop.py" in alone
    assert "1 check waits for a function" in report_text(reports.report(todo(1), wrong))


def test_the_first_problem_stands_last():
    many = [reports.case(f"test_{i}", f"Claim {i}", "failed", message=f"x{i} is wrong.") for i in range(20)]
    text = report_text(reports.report(reports.case("a", "Fine"), *many), again="dlquiz grade 3 --seed 1234")
    places = [text.index(words) for words in ("Fine", "Claim 3", "x2 is", "x1 is", "Repair this one first:", "x0 is")]
    assert places == sorted(places)
    assert text.index("dlquiz grade 3 --seed 1234") < places[0]
    assert "and 12 more" in text
    assert text.rstrip().endswith("x0 is wrong.")


@pytest.mark.parametrize(
    "beside",
    [
        {"cause": "exception", "message": "f raised ValueError: x"},
        {"cause": "timeout", "message": "f did not finish."},
        {"cause": "missing", "message": "Your file does not define f."},
        {"message": "f(x) is None. Is the return statement missing?", "got": "None", "expected": "an array"},
    ],
)
def test_a_hint_about_numbers_is_not_shown_where_there_are_none(beside):
    case = reports.case("a", "A", "failed", hint="Which number comes fourth?", **beside)
    for verbose in (False, True):
        assert "fourth" not in report_text(reports.report(case), verbose=verbose)
    right = reports.case("a", "A", "failed", hint="Which number comes fourth?", message="x is wrong.", got="3")
    assert "fourth" in report_text(reports.report(right))


def test_a_missing_return_and_a_shared_diagnosis_are_told_once():
    none = [
        reports.case(f"n{i}", f"N{i}", "failed", message=f"flatten(x{i}) is None, expected", got="None")
        for i in range(3)
    ]
    same = [
        reports.case(f"d{i}", f"D{i}", "failed", message=f"b{i} is wrong.", got="1", diagnosis="Divide by 255.")
        for i in range(2)
    ]
    text = report_text(reports.report(*none, *same))
    assert text.count("is None, expected") == 1
    assert "The same in 2 checks more, 0 of 2 points:" in text
    assert text.count("Divide by 255.") == 1
    assert all(name in text for name in ("N0", "N1", "N2", "D0", "D1"))


def test_missing_functions_are_one_problem():
    cases = [
        reports.case(name, name, "failed", cause="missing", message=f"Your file does not define {name}.")
        for name in ("flatten", "flatten2", "one_hot")
    ]
    text = report_text(reports.report(*cases))
    assert "3 checks need what your file does not define" in text
    assert all(f"does not define {name}." in text for name in ("flatten", "flatten2", "one_hot"))


def test_files_have_the_names_that_an_editor_opens():
    trace = '  File "<submission>/helper.py", line 2, in plus\n  File "<submission>/backprop.py", line 1, in f\n'
    case = reports.case("a", "A", "failed", cause="exception", message="f raised E: x", traceback=trace)
    own = report_text(reports.report(case), path="work/backprop.py")
    assert 'File "work/backprop.py", line 1' in own
    folder = report_text(reports.report(case, submission={"file": "mine", "sha256": "0"}), path="/home/me/mine")
    assert 'File "/home/me/mine/helper.py", line 2' in folder
    assert "<submission>" not in own + folder


def test_plain_draws_nothing():
    report = reports.report(
        *reports.failing().cases,
        reports.case("s", "S", "skipped"),
        *(reports.case(f"t{i}", f"T{i}", "failed", cause="timeout", message="slow") for i in range(2)),
        data="digits",
        metrics=reports.training().model_dump(mode="json")["metrics"],
    )
    for verbose in (False, True):
        text = report_text(report, plain=True, verbose=verbose)
        assert not set(text) & set("█░▁▂▃▄▅▆▇✓✗│·–•→")
        assert "passed: The loss of uniform logits is ln 10 (1)" in text
        assert "failed: A batch of one example works (0 of 1)" in text
        assert "broken: The reference solves it (not counted)" in text


def test_a_long_argument_is_cut_unless_all_is_wanted():
    case = reports.case("a", "A", "failed", message="x is wrong.", inputs="f({" + ", ".join(["'W1': 1"] * 99) + "})")
    brief, full = (report_text(reports.report(case), verbose=verbose) for verbose in (False, True))
    assert len(brief.splitlines()) < 12
    assert "(--verbose shows all)" in brief
    assert "(--verbose shows all)" not in full


def test_our_own_fault_is_told_once_for_all_its_checks():
    cases = [reports.case(f"t{i}", f"T{i}", "broken", message="torch is missing") for i in range(6)]
    text = report_text(reports.report(*cases, isolation="process"))
    assert text.count("torch is missing") == 1
    assert "6 checks could not be made" in text
    assert "Your code ran" not in text


def test_a_network_that_always_says_the_same_is_told_so():
    counts = [[0, 0, 0, 9], [0, 1, 0, 8], [0, 0, 0, 9], [0, 0, 0, 9]]
    text = report_text(reports.report(reports.case("a", "A"), metrics={"confusion_matrix": {"matrix": counts}}))
    assert "26 of 36 test examples are wrong: the answer is 3 for 35 of them all." in text
    assert "taken for" not in text


def test_no_word_is_broken_in_the_middle():
    long = "/home/somebody/with/a/very/long/folder/name/that/no/line/of/this/terminal/holds/backprop.py"
    case = reports.case("a", "A", "failed", message=f"The file {long} is wrong.", hint="one two " * 30)
    text = report_text(reports.report(case), width=60)
    assert long in text
    assert {"one", "two"} >= set(text[text.index("Hint:") + 5 :].split())


def test_two_wrong_values_with_the_same_message_stay_two_failures():
    same = [reports.case(f"test_{i}", f"Claim {i}", "failed", message="p is wrong.") for i in range(2)]
    assert report_text(reports.report(*same)).count("p is wrong.") == 2


def test_a_broken_check_is_never_called_a_failure():
    text = report_text(reports.report(reports.case("a", "A"), reports.case("b", "B", "broken", message="disk full")))
    assert "INCOMPLETE" in text
    assert "our fault, not yours" in text
    assert "✗" not in text
    assert "PASSED" not in text


def test_text_of_a_submission_cannot_steer_the_terminal():
    evil = "\x1b[2J\x1b]0;owned\x07\u202e[bold]ok[/bold]"
    case = reports.case(
        "a", evil, "failed", cause="exception", message=evil, expected=evil, got=evil, where=evil, diagnosis=evil,
        hint=evil, inputs=evil, remarks=(evil,), traceback=evil, output=evil,
    )  # fmt: skip
    report = reports.report(
        case, exercise=evil, data=evil, identity=evil, notes=(evil,),
        metrics={"a_curve": {"x": [1, 2], "y": [1, 2], "x_label": evil, "y_label": evil}, f"{evil}_accuracy": 0.5},
    )  # fmt: skip
    text = report_text(report, verbose=True)
    assert not set(text) & set("\x1b\x07\u202e")
    assert "[bold]ok[/bold]" in text


def test_a_confusion_matrix_with_labels_is_read_with_them():
    metrics = {"confusion_matrix": {"labels": ["cat", "dog"], "matrix": [[5, 1], [0, 4]]}}
    assert "cat taken for dog: 1 time\n" in report_text(reports.report(reports.case("a", "A"), metrics=metrics))


@pytest.mark.parametrize(
    ("values", "bars"),
    [
        ([], ""),
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([0, 7], "▁█"),
        ([5, 5, 5], "▄▄▄"),
        ([1, math.nan, 2], "▁ █"),
        ([math.inf, math.nan], "  "),
        ([-1e308, 1e308], None),
    ],
)
def test_a_sparkline_has_one_bar_for_each_value(values, bars):
    line = sparkline(values)
    assert len(line) == len(values)
    assert bars is None or line == bars


def test_a_long_sparkline_keeps_its_ends():
    line = sparkline([1, *[0.5] * 1000, 0], width=30)
    assert (len(line), line[0], line[-1]) == (30, "█", "▁")


@pytest.mark.parametrize(
    ("done", "total", "bar"),
    [
        (0, 4, "[░░░░]"),
        (1, 4, "[█░░░]"),
        (4, 4, "[████]"),
        (3.99, 4, "[███░]"),
        (0.01, 4, "[█░░░]"),
        (9, 4, "[████]"),
        (1, 0, "[░░░░]"),
        (math.nan, 1, "[░░░░]"),
    ],
)
def test_a_bar_is_full_only_when_all_is_done(done, total, bar):
    assert progress_bar(done, total, 4) == bar


def test_the_live_line_has_the_last_words_of_the_program():
    line = live_line("epoch 1\nepoch 2  \n\n", 12.3, 60)
    assert line == "[####----------------] 12 s of at most 60 s | your code printed: epoch 2"
    assert "printed" not in live_line("", 1, 60)
