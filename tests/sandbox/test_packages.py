"""The table of packages: complete, one sentence for what is not installed, and each package at work behind the wall."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from dlquiz.errors import SandboxError
from dlquiz.model import packages as names
from dlquiz.sandbox import bootstrap, landlock, spawn_server
from dlquiz.sandbox.calls import CallFailed, Deadline
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.packages import PACKAGES

OPTIONAL = sorted(set(PACKAGES) - {"numpy"})


def installed(package: str) -> bool:
    return importlib.util.find_spec(PACKAGES[package].imports[0]) is not None


# -- the table ----------------------------------------------------------------


def test_the_table_has_what_courses_may_write_and_nothing_else() -> None:
    assert tuple(PACKAGES) == names.PACKAGES
    for package in PACKAGES.values():
        assert names.import_names([package.name]) == set(package.imports)
        assert package.distributions


def test_the_table_imports_no_package() -> None:
    code = "import sys, dlquiz.sandbox.packages; print(*{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    tops = {name for package in PACKAGES.values() for name in package.imports}
    assert set(done.stdout.split()) & tops == set()


def test_the_environment_of_every_server_says_what_every_package_needs() -> None:
    for package in PACKAGES.values():
        assert package.environment.items() <= bootstrap.ENVIRONMENT.items(), "two packages want different things"


@pytest.mark.parametrize("package", [name for name in PACKAGES if installed(name)])
def test_what_is_installed_can_be_imported_under_its_names(package: str) -> None:
    assert set(PACKAGES[package].imports) <= landlock.import_names(package)


# -- what is not installed ----------------------------------------------------


@pytest.mark.sandbox
@pytest.mark.parametrize("package", OPTIONAL)
def test_a_package_that_is_not_installed_is_one_sentence_with_the_command(package: str) -> None:
    with ForkServer(("numpy", package), pretend_missing=(package,)) as server:
        for _ in range(2):  # and whoever asks again hears the same, at once
            with pytest.raises(SandboxError) as caught:
                _ = server.wall
            command = f'python -m pip install "{PACKAGES[package].install}"'
            assert caught.value.message == f"this needs the package {package}, which is not installed: {command}"
            assert caught.value.next_step == command


def test_a_package_that_is_not_installed_is_told_before_an_interpreter_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spawn_server, "find_spec", lambda name: name if name == "numpy" else None)
    with pytest.raises(SandboxError, match='pandas, which is not installed: python -m pip install "pandas"'):
        spawn_server.SpawnServer(("numpy", "pandas"))


@pytest.mark.sandbox
def test_a_name_that_is_not_in_the_table_is_told() -> None:
    with ForkServer(("numpy", "no_such_package")) as server, pytest.raises(SandboxError, match="no_such_package"):
        _ = server.wall


# -- each at work -------------------------------------------------------------

SKLEARN = b"""
import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.svm import SVC

def points():
    X = np.random.default_rng(0).normal(size=(80, 3))
    return X, (X[:, 0] > 0).astype(int)

def logistic():
    return LogisticRegression().fit(*points()).predict_proba(points()[0])

def clusters():
    return KMeans(3, n_init=1).fit(points()[0]).labels_

def in_parallel():
    searched = GridSearchCV(SVC(), {"C": [1, 10]}, n_jobs=-1, cv=2).fit(*points())
    return searched.best_score_, RandomForestClassifier(5, n_jobs=-1).fit(*points()).score(*points())

def model():
    return LogisticRegression()

def pandas():
    import pandas
"""

PANDAS = b"""
import io
import pandas as pd

FRAME = pd.DataFrame({"kind": ["a", "b", "a"], "value": [1.0, 2.0, 5.0]})

def means():
    return FRAME.groupby("kind")["value"].mean()

def columns():
    return FRAME["kind"], FRAME.index, FRAME.columns

def mixed():
    return pd.Series(["a", 1])

def frame():
    return FRAME

def read():
    frame = pd.read_csv(io.StringIO("day,n\\n2024-03-01,1\\n2024-03-31,2"), parse_dates=["day"])
    return [str(day) for day in frame["day"].dt.tz_localize("Europe/Berlin")], frame["n"]

def write():
    FRAME.to_csv("out.csv")
"""

MATPLOTLIB = b"""
import io
import matplotlib.pyplot as plt

def picture(kind, family="sans-serif"):
    plt.rcParams["font.family"] = family
    figure, axes = plt.subplots()
    axes.plot([1, 4, 9], label="$x^2$")
    axes.set_title("squares")
    axes.legend()
    file = io.BytesIO()
    plt.savefig(file, format=kind)
    plt.show()
    return file.getvalue()[:8]

def save():
    plt.plot([1])
    plt.savefig("out.png")
"""

Ask = Callable[..., object]


@pytest.fixture
def at_work(request: pytest.FixtureRequest) -> Iterator[Ask]:
    """Ask a worker of a server for one package, with the source that goes with it."""
    package, source = request.param
    if not installed(package):
        pytest.skip(f"{package} is not installed")
    with ForkServer(("numpy", package)) as server:
        if not server.wall.kernel:
            pytest.skip("kernel: this machine has no Landlock or no libseccomp")
        assert server.surprises(["/etc/hostname"]).result() == []
        worker = server.worker(memory_mib=1024, cpu_s=60)
        load = {"op": "load", "role": "submission", "name": "work", "source": source, "seed": 1}
        worker.request(load, Deadline.after(30))

        def ask(name: str, *args: object) -> object:
            request = {"op": "eval", "expr": Call(Get(Module("submission"), name), args)}
            return worker.request(request, Deadline.after(30))["value"]

        yield ask
        worker.close()


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("at_work", [("scikit-learn", SKLEARN)], indirect=True, ids=["scikit-learn"])
def test_scikit_learn_fits_behind_the_wall(at_work: Ask) -> None:
    chances = np.asarray(at_work("logistic"))
    assert chances.shape == (80, 2)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert set(np.asarray(at_work("clusters"))) == {0, 1, 2}
    best, accuracy = at_work("in_parallel")
    assert best > 0.8
    assert accuracy > 0.9
    assert at_work("model").type_name == "LogisticRegression"
    with pytest.raises(CallFailed, match="this exercise allows numpy and scikit-learn and the standard library") as no:
        at_work("pandas")  # installed or not
    assert no.value.cause == "forbidden"


@pytest.mark.sandbox
def test_versions_of_allowed_packages_can_be_read_in_a_worker_and_no_others(wall_server: ForkServer) -> None:
    source = b"""
from importlib import metadata
def f():
    return metadata.version("numpy"), sorted({dist.name for dist in metadata.distributions()})
"""
    worker = wall_server.worker(memory_mib=128)
    load = {"op": "load", "role": "submission", "name": "work", "source": source, "seed": 1}
    worker.request(load, Deadline.after(10))
    request = {"op": "eval", "expr": Call(Get(Module("submission"), "f"), ())}
    found = worker.request(request, Deadline.after(10))["value"]
    worker.close()
    assert found == (np.__version__, ["numpy"])


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("at_work", [("pandas", PANDAS)], indirect=True, ids=["pandas"])
def test_pandas_groups_and_reads_behind_the_wall(at_work: Ask) -> None:
    np.testing.assert_array_equal(at_work("means"), [3.0, 2.0])
    kinds, index, columns = at_work("columns")
    assert (kinds.tolist(), index.tolist(), columns.tolist()) == (["a", "b", "a"], [0, 1, 2], ["kind", "value"])
    assert at_work("mixed").type_name == "Series"
    assert at_work("frame").type_name == "DataFrame"
    days, numbers = at_work("read")
    assert days == ["2024-03-01 00:00:00+01:00", "2024-03-31 00:00:00+01:00"]
    np.testing.assert_array_equal(numbers, [1, 2])
    with pytest.raises(CallFailed) as no:
        at_work("write")
    assert no.value.cause == "forbidden"


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("at_work", [("matplotlib", MATPLOTLIB)], indirect=True, ids=["matplotlib"])
def test_matplotlib_draws_behind_the_wall_without_a_display_a_home_or_a_folder(at_work: Ask) -> None:
    assert at_work("picture", "png") == b"\x89PNG\r\n\x1a\n"
    assert at_work("picture", "pdf").startswith(b"%PDF")
    # Fonts of the system may be asked for and cannot be opened: a font of the package's own stands in.
    assert at_work("picture", "png", "serif").startswith(b"\x89PNG")
    with pytest.raises(CallFailed) as no:
        at_work("save")
    assert no.value.cause == "forbidden"


@pytest.mark.sandbox
@pytest.mark.slow
@pytest.mark.parametrize("package", [name for name in ("torch", "tensorflow", "scikit-learn") if installed(name)])
def test_a_library_does_not_bring_in_what_the_exercise_does_not_allow(package: str) -> None:
    """TensorFlow imports pandas, scikit-learn and matplotlib where it finds them."""
    others = {name for other in OPTIONAL if other != package for name in PACKAGES[other].imports}
    others |= {"pytest", "pydantic", "yaml", "click"} - landlock.import_names(package)
    source = f"import sys\ndef f(): return [name for name in {sorted(others)} if name in sys.modules]"
    with ForkServer(("numpy", package)) as server:
        worker = server.worker(memory_mib=1024, cpu_s=60)
        load = {"op": "load", "role": "submission", "name": "work", "source": source.encode(), "seed": 1}
        worker.request(load, Deadline.after(60))
        request = {"op": "eval", "expr": Call(Get(Module("submission"), "f"), ())}
        found = worker.request(request, Deadline.after(60))["value"]
        worker.close()
    assert found == []
