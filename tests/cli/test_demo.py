"""``demo``: the main job, end to end, and nothing of the person's is touched."""

import pytest


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
