"""What is defined in ``dlquiz/`` is used by something other than its own tests."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import dlquiz
from dlquiz.grading import check
from dlquiz.grading.metrics import Metrics

ROOT = Path(__file__).parents[1]
PUBLIC = {*dlquiz.__all__, *check.__all__, *vars(Metrics)}
"""For people and graders that are not here."""
CALLED_BY_NAME = re.compile(
    r"__\w+__|_fields_|_pack_|model_config"  # the data model, ctypes, pydantic
    r"|pytest_\w+|handle_\w+|format_(options|usage)|ignore_aliases"  # pytest, HTMLParser, click, PyYAML
    r"|find_spec|find_distributions|get_source|create_module|exec_module"  # importlib
    r"|visit_\w+"  # ast.NodeVisitor
    r"|_do_\w+"  # sandbox/worker: by the operation of a request
    r"|upgrade"  # alembic
)
DOCUMENTS = {"BaseModel", "StrEnum", "IntEnum", "TypedDict", "_Model", "Model"}
"""Their fields and members are read where the document goes."""
KEPT = {"graded_at"}
"""Of what is stored: shown nowhere yet."""


def trees(*folders: str) -> Iterator[ast.Module]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(path.read_text("utf-8"))


def fields(node: ast.ClassDef) -> Iterator[str]:
    """Yield the fields of a class that is no document."""
    if not DOCUMENTS.intersection(ast.unparse(base).rpartition(".")[2] for base in node.bases):
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
                yield one.target.id


def defined(tree: ast.Module) -> Iterator[str]:
    """Yield functions, methods, classes and fields; what is decorated, somebody else may call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
            yield from fields(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not foreign(node):
            yield node.name


def foreign(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator hands the function to somebody else."""
    return not {ast.unparse(one) for one in node.decorator_list} <= {"property", "staticmethod", "classmethod"}


def used(tree: ast.AST) -> Iterator[str]:
    """Yield every name that is read, also in annotations that are text; to be listed in ``__all__`` is no use."""
    offered = {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for one in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in offered:
            continue
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 80:
            yield from re.findall(r"\b[A-Za-z_]\w+", node.value) if re.fullmatch(r"[\w.\[\], |:]+", node.value) else ()


def test_nothing_is_kept_alive_by_its_tests_alone() -> None:
    """A name counts as used wherever it is read: this finds what is surely dead, not everything."""
    reads = {name for tree in trees("dlquiz", "graders", "exercises", "tools", "benchmarks") for name in used(tree)}
    dead = {name for tree in trees("dlquiz") for name in defined(tree)} - reads - PUBLIC
    assert {name for name in dead if not CALLED_BY_NAME.fullmatch(name)} - KEPT == set()
