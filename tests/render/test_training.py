"""The curve of a training: numbers are found in what people print."""

import math

import pytest

from dlquiz.model.metrics import Curve
from dlquiz.render.ink import Ink
from dlquiz.render.terminal import report_text
from dlquiz.render.training import Following, Printed, printed_curve
from dlquiz.text import gap_note, whole_lines

from . import reports

KERAS = "".join(
    f"Epoch {epoch}/4\n" + "".join(f"\r{step}/45 - loss: {loss + 1:.3f} - accuracy: 0.5" for step in (10, 20))
    + f"\r45/45 - 1s - loss: {loss:.3f} - accuracy: 0.5\n"
    for epoch, loss in [(1, 2.0), (2, 1.5), (3, 1.0), (4, 0.5)]
)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "name", "x", "y"),
    [
        ("epoch 3: loss 0.31", "loss", 3, 0.31),
        ("Epoch: 3, Loss: 0.31", "loss", 3, 0.31),
        ("epoch=3 train_loss=0.31 acc=0.9", "loss", 3, 0.31),
        ("[step 3] cost = 3.1e-1", "cost", 3, 0.31),
        ("{'epoch': 3, 'loss': 0.31}", "loss", 3, 0.31),
        ("Loss after epoch 3: 0.31", "loss", 3, 0.31),
        ("loss 0.31", "loss", 1, 0.31),
        ("episode 3 reward -0.31", "reward", 3, -0.31),
        ("iter 3 error .31", "error", 3, 0.31),
    ],
)
def test_a_value_is_found_in_every_usual_form(line, name, x, y):
    (run,) = Printed().read(line).runs
    assert (run.name, run.x, run.y) == (name, [x], [y])


@pytest.mark.parametrize("line", ["", "training …", "weights [0.1 0.2]", "the loss is small", "3 blossoms: 4", "loss:"])
def test_other_lines_say_nothing(line):
    assert Printed().read(line).runs == []


def test_a_bar_that_rewrites_itself_counts_once():
    (run,) = Printed().read(KERAS).runs
    assert (run.counter, run.x, run.y) == ("epoch", [1, 2, 3, 4], [2.0, 1.5, 1.0, 0.5])


def test_a_second_training_is_a_second_curve_and_the_longest_is_shown():
    short, long = ("".join(f"epoch {i} loss {n / i}\n" for i in range(1, n)) for n in (5, 9))
    assert len(Printed().read(short + long).runs) == 2
    assert printed_curve([short + long, short]).x == tuple(range(1, 9))
    assert printed_curve(["epoch 1 loss 2\nepoch 2 loss 1\n", ""]) is None


def test_a_loss_that_is_no_number_leaves_a_gap():
    curve = printed_curve(["epoch 1 loss 2\nepoch 2 loss nan\nepoch 3 loss inf\nepoch 4 loss 1"])
    assert curve.lines == {"loss that your code printed": (2.0, None, None, 1.0)}


def test_a_report_shows_the_losses_that_were_printed():
    report = reports.report(reports.case("a", "A", output=KERAS))
    for plain in (False, True):
        text = " ".join(report_text(report, plain=plain).split())
        assert "The loss that your code printed falls: 2 (epoch: 1), then 0.5 (epoch: 4)." in text
        assert ("Printed (loss):" in text) != plain


def test_what_is_printed_cannot_steer_the_terminal():
    evil = "".join(f"\x1b[2Jepoch {i} loss\x1b[0m: {i}\n" for i in range(9))
    assert "\x1b" not in report_text(reports.report(reports.case("a", "A", output=evil)))
    following = Following()
    for i in range(3):
        following.heard(f"\x1b[2Jepoch {i} loss: {i}\x07", 1.0 + i)
    assert not set("".join(following.picture(79, Ink(), 5)) + following.brief()) & set("\x1b\x07")


def test_a_curve_grows_while_lines_come_and_ends_with_its_case():
    following = Following()
    for i in (1, 2, 2, 3):
        following.heard(f"epoch {i} loss {9 - i}", 1.0 + i)
    title, *plot = following.picture(60, Ink(), 5)
    assert title == "Loss that your code prints:"
    assert plot[-1].split()[0::2] == ["1", "3"]
    assert following.brief() == "Loss that your code prints 8 █▅▁ 6"
    following.ended()
    assert following.picture(60, Ink(), 5) == []
    assert following.brief() == ""


def test_another_call_begins_another_curve():
    following = Following()
    for elapsed, i in [(1, 1), (2, 2), (0.5, 1), (1, 2)]:
        following.heard(f"loss {i * elapsed}", elapsed)
    assert following.brief() == "Loss that your code prints 0.5 ▁█ 2"


def test_a_curve_of_the_grader_is_shown_too():
    following = Following()
    following.recorded("Accuracy", Curve(x=(1.0,), lines={"you": (0.5,)}))
    assert following.brief() == ""
    following.recorded("Accuracy", Curve(x=(1.0, 2.0), lines={"you": (0.5, math.nan)}))
    assert following.brief().startswith("Accuracy 0.5")


def test_a_loss_that_a_gap_has_cut_is_no_loss():
    begin = "".join(f"loss {5 - i}.5\n" for i in range(4)) + "loss 1"
    end = "2345.5\n" + "".join(f"loss 0.{9 - i}\n" for i in range(6))
    curve = printed_curve([begin + gap_note(9000, 700) + end])
    assert list(curve.x) == [1, 2, 3, 4, 5, 6]
    assert next(iter(curve.lines.values())) == (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
    counted = "".join(f"epoch {i} loss {10 - i}\n" for i in range(4)) + gap_note(900, 70)[:-1] + "\nch 70 loss 0\n"
    assert list(printed_curve([f"{counted}epoch 71 loss 0.5\nepoch 72 loss 0.4\n"]).x) == [0, 1, 2, 3, 71, 72]


def test_lines_between_gaps_are_whole():
    text = f"a\nb\nc{gap_note(5, 1)}d\ne\nf{gap_note(7, 0)}g\nh"
    assert whole_lines(text) == ["a\nb", "e", "h"]
    assert whole_lines("a\nb") == ["a\nb"]
