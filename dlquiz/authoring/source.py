"""What Python files of a course say about themselves, read with ``ast``: nothing here runs them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_TODO = re.compile(r"#\s*TODO\((\d+)\)")


@dataclass(frozen=True)
class PythonFile:
    """A parsed file."""

    path: Path
    text: str
    tree: ast.Module = field(repr=False)


def read_python(path: Path) -> PythonFile:
    """Read and parse one file.

    Raises
    ------
    OSError
        It cannot be read.
    SyntaxError, ValueError
        It is not Python (ValueError: not UTF-8, or a null byte).
    """
    text = path.read_text(encoding="utf-8")
    return PythonFile(path, text, ast.parse(text, filename=str(path)))


def functions(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the public functions of a module, and the methods of its public classes as ``Class.method``."""
    found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = (inner for inner in node.body if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{method.name}": method for method in methods if _is_public(method.name)}
    return found


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name == "__init__"


def case_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the test functions that pytest collects, those of ``Test…`` classes too."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test") else [node]
        yield from (one for one in inside if isinstance(one, ast.FunctionDef) and one.name.startswith("test"))


def case_mark(function: ast.FunctionDef) -> ast.Call | None:
    """Return the decorator ``@pytest.mark.case(…)``, whatever its beginning is called here."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).split(".")[-1] == "case":
            return decorator
    return None


def functions_using(tree: ast.Module, attribute: str) -> set[str]:
    """Return the names of the functions that use ``anything.attribute``, themselves or through one of the others."""
    bodies = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    found: set[str] = set()
    while more := {name for name, node in bodies.items() if name not in found and _uses(node, attribute, found)}:
        found |= more
    return found


def _uses(function: ast.FunctionDef, attribute: str, names: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr == attribute:
            return True
        if isinstance(node, ast.Name) and node.id in names:
            return True
    return False


def signature(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return names, kinds and defaults of the parameters as text; annotations do not count."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    parts = [_parameter(one, default) for one, default in zip(positional, defaults, strict=True)]
    if arguments.posonlyargs:
        parts.insert(len(arguments.posonlyargs), "/")
    if arguments.vararg:
        parts.append(f"*{arguments.vararg.arg}")
    elif arguments.kwonlyargs:
        parts.append("*")
    parts += [_parameter(one, value) for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    if arguments.kwarg:
        parts.append(f"**{arguments.kwarg.arg}")
    return f"({', '.join(parts)})"


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    return argument.arg if default is None else f"{argument.arg}={ast.unparse(default)}"


def todo_marks(text: str) -> list[tuple[int, int]]:
    """Return ``(line, n)`` of every comment ``# TODO(n)``."""
    return [(number, int(n)) for number, line in enumerate(text.splitlines(), 1) for n in _TODO.findall(line)]


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield ``(line, module)`` for every import, at any depth; a relative one begins with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")
