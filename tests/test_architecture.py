"""The rules of the design that a machine can keep: rooms, purity, imports, sizes, types."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import dlquiz

PACKAGE = Path(dlquiz.__file__).parent

LAYERS = (
    {"errors"},
    {"text"},
    {"archives", "atomic"},
    {"model"},
    {"content", "data", "submission", "sandbox"},
    {"practice"},
    {"grading", "quiz", "render"},
    {"cluster"},
    {"study", "authoring", "exchange", "classroom"},
    {"cli", "api"},
    {"__main__"},
)
"""From the bottom to the top. A room imports rooms below it; rooms of one line do not import each other."""

FACES = {"cli", "web", "notebook", "api"}
"""How people reach dlquiz; those that are not built yet are named, so that they will be looked at."""

PURE = (
    "model", "render", "practice", "sandbox.shortage", "text",
    "quiz.marking", "quiz.kinds", "quiz.schedule", "quiz.sitting", "quiz.quantities", "quiz.options", "quiz.pairs",
    "quiz.view", "quiz.folding", "quiz.typos", "quiz.typed_input", "quiz.labels", "quiz.schema", "quiz.schema_parts",
    "grading.compare", "grading.diagnosis", "grading.case_notes", "grading.failure",
    "authoring.codes", "authoring.listing", "classroom.insight", "classroom.likeness", "classroom.reckoning",
    "classroom.totals",
)  # fmt: skip
IMPURE_MODULES = set("os io time random secrets socket subprocess tempfile shutil pathlib sqlite3".split())
UNPICKLERS = {"pickle", "cPickle", "dill", "marshal", "shelve", "cloudpickle", "joblib"}
HEAVY = set(
    "numpy torch tensorflow keras pytest pydantic rich yaml pooch sqlite3 sqlalchemy watchfiles distributed".split()
)

MAX_MODULE_LINES = 500
MEDIAN_MODULE_LINES = 200
MAX_FUNCTION_LINES = 80

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its name without ``dlquiz.``; a package's ``__init__`` has the package's name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] == "_course":
            continue
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(name: str, *, runtime_only: bool = False, top_only: bool = False) -> Iterator[str]:
    """Yield what a module imports, also inside functions; dlquiz's own modules by their whole names."""
    for node in _nodes(modules()[name], runtime_only=runtime_only, top_only=top_only):
        if isinstance(node, ast.Import):
            # Whoever has the package as a whole has the names that it offers.
            yield from ("dlquiz.api" if alias.name == "dlquiz" else alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            yield from (origin(str(node.module), alias.name) for alias in node.names)


def origin(module: str, name: str) -> str:
    """Return the module that ``from module import name`` really needs.

    ``name`` may be a module itself, or one that a package's ``__init__`` only hands on.
    """
    if f"{module}.{name}".removeprefix("dlquiz.") in modules():
        return f"{module}.{name}"
    own = module.removeprefix("dlquiz").lstrip(".")
    for node in ast.walk(modules()[own]) if own in modules() and is_package(own) else ():
        if isinstance(node, ast.ImportFrom) and any((alias.asname or alias.name) == name for alias in node.names):
            return str(node.module)
    return module


def is_package(name: str) -> bool:
    return (PACKAGE / name.replace(".", "/") / "__init__.py").is_file()


def _nodes(tree: ast.AST, *, runtime_only: bool, top_only: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if runtime_only and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if top_only and isinstance(node, Function):
            continue
        yield node
        yield from _nodes(node, runtime_only=runtime_only, top_only=top_only)


def own_imports(name: str, **settings: bool) -> set[str]:
    """The package's own modules that a module imports."""
    found = (target for target in imports(name, **settings) if target.split(".")[0] == "dlquiz")
    return {target.removeprefix("dlquiz").lstrip(".") for target in found} - {name}


def level(room: str) -> int:
    """How high a room stands."""
    return next(number for number, rooms in enumerate(LAYERS) if room in rooms)


def test_every_room_has_its_place():
    rooms = {name.split(".")[0] for name in modules()} - {""}
    assert rooms == set().union(*LAYERS)


def offers(name: str) -> set[str]:
    """The modules whose names a package's ``__init__`` hands on when they are asked for: no imports of its own."""
    return own_imports(name) - own_imports(name, runtime_only=True) if is_package(name) else set()


@pytest.mark.parametrize("name", sorted(modules()))
def test_imports_point_downwards(name):
    room = name.split(".")[0]
    wrong = []
    for target in own_imports(name) - offers(name) - {""}:
        other = target.split(".")[0]
        if other != room and level(other) >= level(room or "__main__"):
            wrong.append(target)
    assert wrong == []


@pytest.mark.parametrize("name", sorted(modules()))
def test_faces_are_imported_by_nobody_but_the_program(name):
    room = name.split(".")[0]
    faces = {target for target in own_imports(name) - offers(name) if target.split(".")[0] in FACES - {room}}
    assert faces == set() or name == "__main__"


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("from dlquiz import grade", "api"),
        ("import dlquiz", "api"),
        ("from dlquiz import data", "data"),
        ("from dlquiz import __version__", ""),
        ("def f():\n    from dlquiz.cli import main", "cli"),
        ("from dlquiz.grading import make", "grading.make"),
        ("from dlquiz.submission import read_submission", "submission.reader"),
    ],
)
def test_the_rules_see_what_an_import_really_needs(code, needed, monkeypatch):
    monkeypatch.setitem(modules(), "probe", ast.parse(code))
    assert own_imports("probe") == {needed}


def test_modules_do_not_import_each_other_in_a_circle():
    """Imports inside functions count: they would only hide a circle until it is walked."""
    graph = {name: own_imports(name, runtime_only=True) & set(modules()) for name in modules()}
    state: dict[str, str] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert state.get(name) != "open", f"a circle: {' -> '.join((*path, name))}"
        if name not in state:
            state[name] = "open"
            for target in sorted(graph[name]):
                visit(target, (*path, name))
            state[name] = "done"

    for name in graph:
        visit(name, ())


SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|BEGIN|COMMIT|ROLLBACK)\s[^a-z]*\w")


_STUDY = {"store", "again_log", "own_log", "repair_log", "salvage", "schema"}
STORE = {"classroom.book", "classroom.database", *(f"study.{name}" for name in _STUDY)}


@pytest.mark.parametrize("name", sorted(set(modules()) - STORE))
def test_only_the_store_speaks_sql(name):
    texts = [node.value for node in ast.walk(modules()[name]) if isinstance(node, ast.Constant)]
    assert [text for text in texts if isinstance(text, str) and SQL.match(text)] == []
    assert "sqlite3" not in {target.split(".")[0] for target in imports(name)}


@pytest.mark.parametrize("name", sorted(name for name in modules() if name.split(".")[0] in FACES))
def test_a_face_knows_no_store_from_inside(name):
    assert "study.store" not in own_imports(name)
    private = {
        f"{ast.unparse(node)}"
        for node in ast.walk(modules()[name])
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and ast.unparse(node.value) not in ("self", "cls")
    }
    assert private == set()


@pytest.mark.parametrize("name", sorted(name for name in modules() if name.split(".")[0] == "study"))
def test_study_has_no_terminal_and_no_clock(name):
    tree = modules()[name]
    assert {target.split(".")[0] for target in imports(name)} & {"click", "rich", "watchfiles"} == set()
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert called & {"print", "input", "sys.exit", "exit", "datetime.now", "date.today", "time.time"} == set()
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert used & {"sys.stdin", "sys.stdout", "sys.stderr", "sys.argv"} == set()


def is_pure(name: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in PURE)


@pytest.mark.parametrize("name", sorted(name for name in modules() if is_pure(name)))
def test_pure_rooms_have_no_files_no_clock_and_no_dice(name):
    tree = modules()[name]
    roots = {target.split(".")[0] for target in imports(name, runtime_only=True)}
    # A generator made from a seed is a value; the module's own one is everybody's.
    drawn = {text for node in ast.walk(tree) if (text := ast.unparse(node)).startswith("random.")} if roots else set()
    seeded = {"random"} if all(text.startswith("random.Random") for text in drawn) else set()
    assert roots & IMPURE_MODULES - seeded == set()
    assert "datetime" not in roots or not any(
        isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow") for node in ast.walk(tree)
    )
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert called & {"open", "print", "input"} == set()
    assert not any(text.startswith(("np.random.", "numpy.random.")) for text in called)


@pytest.mark.parametrize("name", sorted(modules()))
def test_nothing_is_ever_unpickled_or_evaluated(name):
    assert {target.split(".")[0] for target in imports(name)} & UNPICKLERS == set()
    called = {ast.unparse(node.func) for node in ast.walk(modules()[name]) if isinstance(node, ast.Call)}
    forbidden = {"eval", "exec", "torch.load", "np.load", "numpy.load", "yaml.load", "yaml.unsafe_load"}
    # The importer runs the learner's source, inside the worker; `dlquiz run` does, too, in the learner's own program.
    # NumPy files are opened without pickles.
    allowed = {
        "sandbox.importer": {"exec"},
        "cli._run_examples": {"exec"},
        "grading.example_values": {"eval"},
        "grading.follow_probe": {"eval"},
    }.get(name, set())
    pickling = {
        ast.unparse(node)
        for node in ast.walk(modules()[name])
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle" and ast.unparse(node.value) != "False"
    }
    loads = {"np.load"} if name.startswith("data.") else set()
    assert called & forbidden - allowed - loads == set()
    assert pickling == set()


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has after running ``code``."""
    script = f"import sys\n{code}\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}), file=sys.__stdout__)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_imports_nothing_heavy():
    loaded = loaded_by("from dlquiz.cli import main; main(['--help'])")
    assert loaded & HEAVY == set()


def test_importing_dlquiz_imports_nothing_heavy():
    assert loaded_by("import dlquiz, dlquiz.grading, dlquiz.authoring, dlquiz.sandbox") & {*HEAVY, "click"} == set()


def test_grading_imports_no_numpy_in_the_process_that_reports_it():
    """The arrays stay in the grader process; what comes from it is text."""
    assert (
        loaded_by("import dlquiz.cli.grade, dlquiz.study.grading, dlquiz.grading.grader_process") & {"numpy"} == set()
    )


def test_the_server_imports_no_package_before_it_is_told_which():
    heavy = HEAVY - {"numpy"}  # the wire speaks arrays; everything else is the exercise's
    assert loaded_by("import dlquiz.sandbox.server_main") & {*HEAVY, "click"} == set()
    assert loaded_by("import dlquiz.sandbox.server_main, dlquiz.sandbox.worker") & {*heavy, "click"} == set()


def test_the_worker_imports_only_what_it_needs_of_us():
    reached = {"sandbox.worker"}
    waiting = ["sandbox.worker"]
    while waiting:
        for target in own_imports(waiting.pop(), runtime_only=True, top_only=True) - reached:
            reached.add(target)
            waiting.append(target)
    assert reached <= {
        "sandbox",
        "sandbox.worker",
        "sandbox.expr",
        "sandbox.wire",
        "sandbox.importer",
        "sandbox.packages",
        "sandbox.standins",
    }


@pytest.mark.parametrize(
    "name", sorted(name for name in modules() if name.split(".")[0] in ("grading", "authoring", "cli"))
)
def test_the_trusted_side_imports_no_framework(name):
    assert {target.split(".")[0] for target in imports(name)} & {"torch", "tensorflow", "keras"} == set()


def functions() -> Iterator[tuple[str, Function]]:
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{name}.{node.name}", node


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_modules_stay_small():
    sizes = sorted((lines_of(path), path.name) for path in PACKAGE.rglob("*.py") if "_course" not in path.parts)
    assert [entry for entry in sizes if entry[0] > MAX_MODULE_LINES] == []
    assert sizes[len(sizes) // 2][0] <= MEDIAN_MODULE_LINES


def test_functions_stay_small():
    sizes = sorted(((node.end_lineno or 0) - node.lineno + 1, name) for name, node in functions())
    assert [entry for entry in sizes if entry[0] > MAX_FUNCTION_LINES] == []
    assert sizes[int(0.95 * len(sizes))][0] <= 50
    assert sizes[len(sizes) // 2][0] <= 12


def test_every_function_says_its_types():
    untyped = []
    for name, node in functions():
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        bare = [one.arg for one in arguments if one.annotation is None and one.arg not in ("self", "cls")]
        if node.returns is None or bare:
            untyped.append((name, bare))
    assert untyped == []


def test_no_two_public_classes_have_one_name():
    """Whoever reads a name in one room must not have to ask which of two is meant."""
    places: dict[str, list[str]] = {}
    for module, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
