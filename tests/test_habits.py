"""Habits of this repository that no tool checks, as tests."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests/hostile/attacks"
"""Files that look like a learner's: other rules are for them."""

SILENCED = re.compile(r"noqa|type: ?ignore")
WITH_REASON = re.compile(r"# noqa: [A-Z]+\d+(, [A-Z]+\d+)*  \S+ .+|# type: ignore\[[\w, -]+\]  # \S+ .+")


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if CORPUS not in path.parents)


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
            yield node


def has_comment(path: Path, line: int) -> bool:
    """Whether a comment stands on the line, or alone on the line above."""
    above, here = ("", *path.read_text("utf-8").splitlines())[line - 1 : line + 1]
    return "  # " in here or above.lstrip().startswith("#")


def test_a_test_waits_for_a_condition_or_says_why_it_sleeps() -> None:
    """A time that is enough on a quiet machine is not enough on a busy one: ``tests.waiting.eventually``."""
    waiting = ROOT / "tests/waiting.py"
    hoping = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sources("tests")
        if path != waiting
        for call in calls(path, "time.sleep", "sleep")
        if not has_comment(path, call.lineno)
    ]
    assert hoping == []


def test_only_the_profiles_say_whether_examples_are_drawn_anew() -> None:
    """A property that says it itself tries the same examples for ever, also in ``tools/explore.py``."""
    profiles = ROOT / "tests/conftest.py"
    settled = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sources("tests")
        if path != profiles
        for call in calls(path, "settings")
        if any(word.arg == "derandomize" for word in call.keywords)
    ]
    assert settled == []


def test_what_silences_a_tool_names_its_code_and_a_reason() -> None:
    """Two spaces part them: ``# noqa: E402  beside this file``, ``# type: ignore[misc]  # as mypy wants it``."""
    bare = [
        f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"
        for path in (*sources("dlquiz", "tools", "benchmarks", "tests"), ROOT / "hatch_build.py")
        for token in comments(path)
        if SILENCED.match(token.string.removeprefix("# ")) and not WITH_REASON.fullmatch(token.string)
    ]
    assert bare == []


def test_every_module_that_a_docstring_names_exists() -> None:
    """``dlquiz.room.module``, or a name in it."""
    stale = [
        f"{path.relative_to(ROOT)}: {dotted}"
        for path in sources("dlquiz", "tools", "benchmarks")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for dotted in re.findall(r"`(dlquiz(?:\.\w+)+)", ast.get_docstring(node) or "")
        if not exists(dotted)
    ]
    assert stale == []


def exists(dotted: str) -> bool:
    """Whether a file of the program has this name, without running it; the last parts may be names in it."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        if file.is_file():
            rest = parts[length:]
            return not rest or re.search(rf"\b{rest[0]}\b", file.read_text("utf-8")) is not None
    return False


def comments(path: Path) -> Iterator[tokenize.TokenInfo]:
    with tokenize.open(path) as file:
        yield from (token for token in tokenize.generate_tokens(file.readline) if token.type == tokenize.COMMENT)
