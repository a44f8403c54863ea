"""Rules for every exercise of the course that need no sandbox.

Stub, lesson, cases, reference and wrong solutions are written by hand in five places: these tests say that they agree.
What grading shows (the stub loses every case, the reference none, each wrong solution exactly its own) is certified by
``tests/test_course.py``. What only one exercise has is in ``special/``; what the curriculum fixes, in ``facts.yaml``.
"""

import ast
import inspect
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import yaml

from dlquiz.authoring import rules, source
from dlquiz.authoring.rules import Materials
from dlquiz.content.course import load_course
from dlquiz.model.course import Exercise

COURSE = load_course(Path(__file__).parents[2])
FACTS: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("facts.yaml").read_text("utf-8"))

pytestmark = pytest.mark.parametrize("exercise_id", COURSE.exercise_ids(), scope="module")


@pytest.fixture
def facts(exercise_id: str) -> dict[str, Any]:
    assert set(FACTS) == set(COURSE.exercise_ids())
    return FACTS[exercise_id]


def test_the_facts_stand_in_the_order_of_the_course(exercise_id: str) -> None:
    names = re.findall(r"^(\w+):", Path(__file__).with_name("facts.yaml").read_text("utf-8"), flags=re.MULTILINE)
    assert names == list(COURSE.exercise_ids())


@cache
def cases(grader: Path) -> dict[str, dict[str, Any]]:
    """Title, points, hint and public of every case, by function name, read without importing the grader."""
    found = {}
    for path in sorted(grader.glob("test_*.py")):
        for name, node in source.functions(source.read_python(path).tree).items():
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.case":
                    words = {word.arg: ast.literal_eval(word.value) for word in mark.keywords}
                    found[name] = {"title": ast.literal_eval(mark.args[0]), **words}
    return found


def functions(materials: Materials) -> list[str]:
    """The names that the learner writes, in the stub's order."""
    assert materials.stub is not None
    return list(source.functions(materials.stub.tree))


def bound(file: source.PythonFile) -> set[str]:
    """The names that a solution defines or assigns: ``flatten = partial(…)`` is a function, too."""
    return set(re.findall(r"^(?:def )?(\w+)(?:\(| = )", file.text, flags=re.MULTILINE))


def parameters(signature: inspect.Signature) -> list[tuple[object, ...]]:
    return [(one.name, one.kind, one.default) for one in signature.parameters.values()]


def excused(facts: dict[str, Any], rule: str) -> set[str]:
    return set(facts.get("except", {}).get(rule, "").split())


def test_dev_check_has_nothing_to_say_about_the_files(exercise_id: str, materials: Materials) -> None:
    """Lesson, hints, numbered TODOs, signatures, imports, stray files, headers, names."""
    assert [str(one) for one in rules.check_rules(COURSE, exercise_id, materials)] == []


def test_points_are_those_of_the_curriculum_and_the_sum_of_the_cases(
    facts: dict[str, Any], exercise: Exercise, materials: Materials
) -> None:
    assert exercise.points == facts["points"]
    counted = [case["points"] for case in cases(materials.grader).values() if not case.get("bonus")]
    assert sum(counted) == pytest.approx(exercise.points)


def test_every_test_function_is_a_case_and_at_least_two_are_public(materials: Materials) -> None:
    assert set(cases(materials.grader)) == materials.case_functions
    assert sum(bool(case.get("public")) for case in cases(materials.grader).values()) >= 2


@pytest.mark.parametrize("part", ["title", "hint"])
def test_every_case_has_a_sentence_and_a_hint_of_its_own(part: str, materials: Materials) -> None:
    texts = [case[part] for case in cases(materials.grader).values()]
    assert [text for text in texts if len(text) <= 15] == []
    assert len(set(texts)) == len(texts)


def test_there_are_three_hints_and_each_says_more_than_the_last(facts: dict[str, Any], exercise: Exercise) -> None:
    lengths = [len(hint) for hint in exercise.hints]
    assert 3 <= len(lengths) <= 5
    assert lengths[0] < lengths[2]
    assert (lengths != sorted(lengths)) == ("growing hints" in facts.get("except", {}))


def test_the_stub_raises_not_implemented_with_the_number_of_its_todo(materials: Materials, stub: ModuleType) -> None:
    nodes = source.functions(materials.stub.tree)
    for number, (name, node) in enumerate(nodes.items(), start=1):
        assert f"# TODO({number}):" in ast.get_source_segment(materials.stub.text, node)
        arguments = [None] * len(node.args.args)
        with pytest.raises(NotImplementedError, match=rf"^{name}: TODO\({number}\)$"):
            getattr(stub, name)(*arguments)


def test_the_first_todo_says_that_code_takes_the_place_of_its_raise_line(materials: Materials) -> None:
    """What stands below that line never runs, and nothing else on the way to it says so."""
    first, *_ = source.functions(materials.stub.tree).values()
    todo = ast.get_source_segment(materials.stub.text, first).partition("# TODO(1):")[2]
    assert re.search(r"replace the (raise )?line", todo.partition("raise NotImplementedError")[0], re.IGNORECASE)


def test_every_function_of_the_stub_documents_what_comes_in_and_what_goes_out(
    facts: dict[str, Any], materials: Materials
) -> None:
    texts = {name: ast.get_docstring(node) or "" for name, node in source.functions(materials.stub.tree).items()}
    assert [name for name, text in texts.items() if "Parameters\n---" not in text] == []
    assert [name for name, text in texts.items() if not re.search(r"(Returns|Yields)\n---", text)] == []
    assert {name for name, text in texts.items() if "shape" not in text} == excused(facts, "shapes in the stub")


def test_the_reference_has_the_signatures_of_the_stub(
    facts: dict[str, Any], materials: Materials, stub: ModuleType, solution: ModuleType
) -> None:
    """With the annotations, which ``dev check`` does not compare."""
    pairs = [[inspect.signature(getattr(one, name)) for one in (stub, solution)] for name in functions(materials)]
    assert [(wanted, found) for wanted, found in pairs if parameters(wanted) != parameters(found)] == []
    assert any(wanted != found for wanted, found in pairs) == ("annotations" in facts.get("except", {}))


def test_the_lesson_is_short_enough_to_read(lesson: str) -> None:
    assert 80 <= len(lesson.splitlines()) <= 160


def test_the_lesson_has_its_sections_and_ends_with_sources_and_the_two_commands(
    exercise_id: str, facts: dict[str, Any], lesson: str
) -> None:
    headings = [line.removeprefix("## ") for line in lesson.splitlines() if line.startswith("## ")]
    places = [headings.index(name) for name in (*facts["sections"], "Sources")]
    assert all(first < second for first, second in pairwise(places))
    assert headings.index("Sources") == len(headings) - 2
    commands = re.search(r"```\n([^`]*)\n```\n*\Z", lesson)
    assert commands, "the lesson does not end with a block of commands"
    typed = [line.partition("#")[0].strip() for line in commands[1].splitlines()]
    assert typed == [f"dlquiz run {exercise_id}", f"dlquiz grade {exercise_id}"]


def test_the_lesson_has_a_part_about_the_numpy_that_is_needed(facts: dict[str, Any], lesson: str) -> None:
    found = re.search(r"^## .*\b(?:NumPy|Python)\b.*\n(?s:(.*?))^## ", lesson, flags=re.MULTILINE)
    assert (found is None) == ("numpy" in facts.get("except", {}))
    assert [idiom for idiom in facts.get("idioms", []) if idiom not in found[1]] == []


def test_the_last_hint_has_code_for_who_cannot_go_on(facts: dict[str, Any], exercise: Exercise) -> None:
    asked = facts.get("in hints", "").split()
    text = " ".join(exercise.hints[2:])
    coded = {name: re.search(rf"\b{name}: [^:]*?(\w[([]|@|=)", text) for name in asked}
    assert [name for name, found in coded.items() if found is None] == []


def test_every_function_is_named_in_the_lesson(facts: dict[str, Any], materials: Materials, lesson: str) -> None:
    unnamed = {name for name in functions(materials) if f"`{name}`" not in lesson}
    assert unnamed == excused(facts, "named in the lesson")


def test_examples_print_what_the_reference_prints(exercise: Exercise, solution: ModuleType) -> None:
    assert 3 <= len(exercise.examples) <= 10
    for example in exercise.examples:
        assert example.why
        assert str(eval(example.call, {"np": np, **vars(solution)})) == example.expect, example.call


def test_every_wrong_solution_says_which_cases_it_loses_and_every_case_is_lost(materials: Materials) -> None:
    said = materials.mistakes()
    assert len(said) == len(materials.wrong) >= 8
    lost = {name for one in said.values() for name in one.loses}
    assert lost == set(cases(materials.grader))
    assert {name for one in said.values() for name in one.may_lose} <= lost


def test_right_and_wrong_solutions_define_every_function_of_the_stub(materials: Materials) -> None:
    assert len(materials.right) >= 3
    for file in (*materials.right, *materials.wrong):
        assert set(functions(materials)) <= bound(file), file.path.name


def test_the_misconceptions_of_the_curriculum_have_a_wrong_solution(
    facts: dict[str, Any], materials: Materials
) -> None:
    assert {file.path.stem for file in materials.wrong} >= set(facts.get("mistakes", "").split())
