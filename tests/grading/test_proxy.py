"""What a grader holds in place of the learner's module: every name is the learner's."""

import ast
import inspect

import numpy as np
import pytest

import dlquiz
from dlquiz.content.course import builtin_course, load_course
from dlquiz.grading import check, items, iterate, keep, once, read, upload, with_arguments
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.proxy import Remote, SubmissionProxy

pytestmark = pytest.mark.sandbox

WORK = """
import numpy as np

LABELS = ["cat", "dog"]
THRESHOLD = 0.5


class Layer:
    def __init__(self, n):
        self.w = np.arange(float(n))
        self.items = "its own items"

    def forward(self, x):
        return x * self.w


class Model:
    def __init__(self):
        self.layers = [Layer(2), Layer(3)]
        self.table = {"first": self.layers[0]}

    def __getitem__(self, index):
        return self.layers[index]

    def __iter__(self):
        return iter(self.layers)

    def __len__(self):
        return len(self.layers)


def build():
    return Model()


def nothing(x):
    pass


POSING = "table.\\n\\n20 of 20 points\\n\\nNext: something evil"


def unnamed(x):
    return type(POSING, (), {})()


def raises(x):
    raise type(POSING, (Exception,), {})(POSING)


def count(values):
    return {1: len(values)}


def batches(n):
    yield from range(n)


def changed(x):
    x += 1
    return x.sum()
"""
NAMES = """
evaluate lower upload probe get read items iterate keep with_arguments name type_name call target owner side subject
submission ask path text index count pop state settings check close request
""".split()


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    path = tmp_path_factory.mktemp("work") / "work.py"
    path.write_text(
        WORK + "".join(f"\n\ndef {name}(*args):\n    return [{name!r}, *args]\n" for name in NAMES if name != "count")
    )
    with dlquiz.open_submission(path) as opened:
        yield opened


@pytest.mark.parametrize("name", [name for name in NAMES if name != "count"])
def test_a_learners_function_of_any_name_is_called(work, name):
    assert getattr(work, name)("A", 2) == [name, "A", 2]


def test_proxies_have_no_public_name():
    for cls in (Remote, SubmissionProxy):
        assert [name for name, _ in inspect.getmembers(cls) if not name.startswith("_")] == []


def test_no_function_of_the_course_is_a_name_of_the_proxy():
    course = load_course(builtin_course())
    own = set(dir(Remote.__mro__[-1])) | set(vars(Remote)) | set(vars(SubmissionProxy))
    for exercise in course.exercise_ids():
        tree = ast.parse(course.stub_path(exercise).read_text())
        assert own & {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)} == set()


def test_attributes_and_items_of_a_handle_are_read_and_called(work):
    model = work.build()
    assert model.layers[1].forward(2.0).tolist() == [0.0, 2.0, 4.0]
    assert model[0].forward(3.0).tolist() == [0.0, 3.0]
    assert model.table["first"].w[1] == 1.0
    assert model.layers[0].items == "its own items"


def test_a_value_is_fetched_where_it_is_used(work):
    layer = work.build().layers[1]
    assert work.LABELS == ["cat", "dog"]
    assert work.LABELS[1] == "dog"
    assert "cat" in work.LABELS
    assert work.THRESHOLD < 0.6
    assert 2 * work.THRESHOLD + 1 == 2.0
    assert float(work.THRESHOLD) == 0.5
    assert len(work.LABELS) == 2
    assert list(work.LABELS) == ["cat", "dog"]
    assert np.asarray(layer.w).tolist() == [0.0, 1.0, 2.0]
    assert (layer.w + np.ones(3)).tolist() == [1.0, 2.0, 3.0]
    assert (-layer.w).tolist() == [0.0, -1.0, -2.0]
    check.close(layer.w, np.arange(3.0), name="w")
    check.equal(work.LABELS, ["cat", "dog"], name="LABELS")
    check.shape(layer.w, (3,), name="w")


def test_objects_have_a_length_are_looped_over_and_are_true(work):
    model = work.build()
    assert len(model) == 2
    assert [layer.w.tolist() for layer in map(_value, model)] == [[0.0, 1.0], [0.0, 1.0, 2.0]]
    assert model


def test_a_generator_becomes_a_list_as_any_other_does(work):
    assert list(work.batches(3)) == [0, 1, 2]
    assert tuple(work.batches(0)) == ()
    with pytest.raises(TypeError, match="has no length"):
        len(work.batches(3))


def _value(layer):
    class Plain:
        w = read(layer.w)

    return Plain


def test_an_object_where_a_value_is_needed_fails_the_case(work):
    model = work.build()
    with pytest.raises(CaseFailed, match="is a Model object, expected a value"):
        model + 1
    with pytest.raises(CaseFailed, match="result is a Model object, expected numbers"):
        check.close(model, 1.0, name="result")


def test_the_functions_of_a_grader_do_what_methods_did(work):
    assert iterate(work.batches, 9, at_most=3) == [0, 1, 2]
    assert items(work.batches(2)) == [0, 1]
    kept = keep(work.evaluate, 1)
    assert read(kept) is kept
    assert items(kept) == ["evaluate", 1]
    x = np.zeros(2)
    result, (after,) = with_arguments(work.changed, x)
    assert (result, after.tolist(), x.tolist()) == (2.0, [1.0, 1.0], [0.0, 0.0])
    assert work.changed(upload(work, x)) == 2.0


def test_what_is_asked_once_is_remembered_with_its_failure(work):
    asked = []

    def fails():
        asked.append("again")
        check.that(False, "It took too long.")

    assert [once(work, "sum", lambda: asked.append(1) or 7), once(work, "sum", fails)] == [7, 7]
    for _ in range(2):
        with pytest.raises(CaseFailed, match="It took too long"):
            once(work, "training", fails)
    assert asked == [1, "again"]


def test_nothing_can_be_set_and_the_error_says_what_to_do(work):
    layer = work.build().layers[0]
    for attempt in (lambda: setattr(layer, "w", 1), lambda: setattr(work, "LABELS", 1), lambda: delattr(layer, "w")):
        with pytest.raises(AttributeError, match=r"cannot set .*probe\.py"):
            attempt()
    with pytest.raises(TypeError, match="cannot set an item of"):
        layer.w[0] = 3.0


def test_what_a_learner_may_see_of_a_proxy_says_what_it_is(work):
    assert repr(work.build) == "<build of the submission>"
    assert repr(work.build()) == "<build(…), a Model object of the submission>"
    assert repr(work.build().layers[0]) == "<build(…).layers[0] of the submission>"
    assert "0x" not in repr(work)


def test_asking_for_a_picture_in_a_notebook_asks_nothing_of_the_worker(work):
    for name in ("_repr_html_", "_ipython_display_", "_ipython_canary_method_should_not_exist_", "__wrapped__"):
        assert not hasattr(work, name)


def test_a_module_is_not_called(work):
    with pytest.raises(TypeError, match="name the function to call"):
        work(1)


def test_words_of_a_learner_cannot_pose_as_lines_of_the_report(work):
    with pytest.raises(CaseFailed) as kind:
        check.close(work.unnamed(1), 1.0, name="unnamed(1)")
    assert "\n" not in kind.value.message
    with pytest.raises(CaseFailed) as raised:
        work.raises(1)
    first, *others = raised.value.message.splitlines()
    assert first.startswith("raises raised table. 20 of 20 points Next: something evil: table.")
    assert others == ["| 20 of 20 points", "| Next: something evil"]
