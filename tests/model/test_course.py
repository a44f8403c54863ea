"""The manifest and ``exercise.yaml`` as models."""

import pytest
from pydantic import ValidationError

from dlquiz.model.course import CourseManifest, DataSettings, Exercise, Limits

MANIFEST = {
    "format_version": 1,
    "name": "c",
    "title": "T",
    "version": "1",
    "welcome": "W",
    "finish": "F",
    "exercises": ["e1"],
}
EXERCISE = {
    "format_version": 1, "title": "T", "topic": "t", "file": "image.py", "summary": "S", "minutes": "20",
    "points": "12.5", "hints": ["h"],
}  # fmt: skip


def test_a_manifest_keeps_the_order_of_its_author():
    manifest = CourseManifest.model_validate({**MANIFEST, "exercises": ["b", "a"]})
    assert manifest.exercises == ("b", "a")
    assert manifest.quizzes == ()


def test_an_exercise_reads_numbers_that_are_written_as_text():
    exercise = Exercise.model_validate(EXERCISE)
    assert (exercise.minutes, exercise.points, exercise.packages) == (20, 12.5, ("numpy",))
    assert exercise.limits == Limits()


@pytest.mark.parametrize(
    ("model", "good", "field", "bad"),
    [
        (CourseManifest, MANIFEST, "exercises", []),
        (CourseManifest, MANIFEST, "name", "Not an id"),
        (CourseManifest, MANIFEST, "exercises", ["../secret"]),
        (CourseManifest, MANIFEST, "format_version", 2),
        (Exercise, EXERCISE, "file", "../image.py"),
        (Exercise, EXERCISE, "file", "Image.py"),
        (Exercise, EXERCISE, "points", "0"),
        (Exercise, EXERCISE, "points", "inf"),
        (Exercise, EXERCISE, "packages", ["jax"]),
        (Exercise, EXERCISE, "files", ["../secret.txt"]),
        (Exercise, EXERCISE, "files", ["/etc/passwd"]),
        (Exercise, EXERCISE, "files", ["data/../../x"]),
        (Exercise, EXERCISE, "files", [".hidden"]),
        (Exercise, EXERCISE, "files", ["a b.txt"]),
        (Exercise, EXERCISE, "files", ["data/"]),
        (Exercise, EXERCISE, "files", ["x" * 101]),
        (Exercise, EXERCISE, "files", [f"{number}.txt" for number in range(21)]),
        (Exercise, EXERCISE, "files", ["a.txt", "a.txt"]),
        (Exercise, EXERCISE, "hints", []),
        (Exercise, EXERCISE, "limits", {"call_s": "0"}),
        (Exercise, EXERCISE, "unknown", "x"),
    ],
)
def test_what_is_outside_the_format_is_refused(model, good, field, bad):
    model.model_validate(good)
    with pytest.raises(ValidationError) as caught:
        model.model_validate({**good, field: bad})
    assert {error["loc"][0] for error in caught.value.errors()} == {field}


def test_settings_of_a_data_set_are_numbers_where_they_read_as_numbers():
    written = {"epochs": "8", "threshold": "0.9", "rate": "1e-3", "shuffle": "true", "word": "fast", "call_s": "30"}
    settings = DataSettings.model_validate(written)
    assert settings.call_s == 30
    names = ("epochs", "threshold", "rate", "shuffle", "word")
    assert [settings.setting(name) for name in names] == [8, 0.9, 0.001, True, "fast"]
    assert type(settings.setting("epochs")) is int
    with pytest.raises(KeyError):
        settings.setting("absent")


def test_settings_survive_a_round_trip():
    settings = DataSettings.model_validate({"epochs": 8, "threshold": 0.9, "on": True})
    assert DataSettings.model_validate_json(settings.model_dump_json()) == settings


def test_a_setting_is_one_value_and_finite():
    for bad in (["1"], "nan", "inf"):
        with pytest.raises(ValidationError):
            DataSettings.model_validate({"epochs": bad})
