"""``demo``: the main job, end to end, and nothing of the person's is touched."""

import pytest

from .screen import on_screen, plain


@pytest.mark.sandbox
@pytest.mark.slow
def test_the_demo_goes_from_the_stub_to_full_points(person):
    done = person.type_apart("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "has not been begun" in done.stdout
    assert "8 is the" in done.stdout
    assert done.stdout.count("PASSED") == 2
    assert "an accuracy of 9" in done.stdout
    assert done.stdout.count("Right.") == 2
    assert done.stdout.count("Not right.") == 1
    assert list(person.here.iterdir()) == []


@pytest.mark.sandbox
def test_ctrl_c_stops_the_demo_once(person):
    code, screen = on_screen(person, "demo", keys=[("$ dlquiz grade", "\x03")])
    assert code == 130
    assert plain(screen).count("Stopped.") == 1
    assert "Traceback" not in screen
    assert "Next:" not in plain(screen).rpartition("Stopped.")[2]
