"""Packages that only show something take no points from code that does not need them."""

import random
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlquiz.sandbox import expr, importer, worker
from dlquiz.sandbox.standins import PACKAGES, NeedsPackage, StandInFinder, stand_in_for

NAME = "standins_test_submission"


@pytest.fixture
def finder() -> Iterator[StandInFinder]:
    """What a worker has that allows NumPy only, on a machine where no package of the list is imported."""
    finders, before = list(sys.meta_path), dict(sys.modules)
    for name in [name for name in sys.modules if stand_in_for(name)]:
        del sys.modules[name]
    guard = importer.PackageGuard({"numpy"}, ("numpy",))
    found = StandInFinder(guard)
    sys.meta_path[:0] = [found, guard]
    yield found
    sys.meta_path[:] = finders
    for name in set(sys.modules) - set(before):
        del sys.modules[name]
    sys.modules.update(before)


def run(source: str) -> Any:
    return importer.load(NAME, source.encode())


@pytest.mark.parametrize(
    "source",
    [
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(3, 2)).gca().set_title('x')\nplt.show()",
        "import matplotlib\nmatplotlib.use('Agg')\nmatplotlib.rcParams['x'] = 3\nimport matplotlib.pyplot",
        "from matplotlib import pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1])\nline, = ax.plot(1)",
        "from matplotlib import pyplot as plt\nfig, axes = plt.subplots(2, 3)\n[a.set(x=1) for a in axes.ravel()]",
        "import matplotlib.pyplot as p\n_, axes = p.subplots(1, 4)\nfor a, i in zip(axes, range(4)):\n    a.imshow(i)",
        "import matplotlib.pyplot as plt\nn, bins, _ = plt.hist([1])\nwith plt.style.context('x'):\n    plt.plot(1)",
        "import seaborn as sns, plotly.express as px\nsns.set_theme()\npx.line(x=[1]).show()",
        "from IPython.display import display, HTML, clear_output\ndisplay(HTML('<b>'))\nclear_output(wait=True)",
        "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')",
        "from google.colab import drive, files\ndrive.mount('/content')",
        "import google.colab\ngoogle.colab.drive.mount('x')",
        "import pandas as pd\ntable = pd.DataFrame({'a': [1]})\ntable['b'] = 1\nprint(table.head(), f'{table:>9}')",
        "import ipywidgets as widgets\n@widgets.interact_manual()\ndef f(x): return x\nassert f is not None",
        "from ipywidgets import interact\n@interact\ndef f(x): return 2 * x\nassert f(2) == 4",
        "import ipywidgets as w\nclass Mine(w.Box):\n    x = 1\nassert Mine().x == 1",
        "import wandb\nwandb.init(project='x')\nwandb.log({'loss': 1})",
    ],
)
def test_what_only_shows_something_does_nothing(finder: StandInFinder, source: str) -> None:
    run(source)
    assert finder.used


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("from tqdm import tqdm\nx = [i for i in tqdm([1, 2], desc='a')]", [1, 2]),
        ("from tqdm.auto import tqdm\nbar = tqdm(range(3))\nbar.set_postfix(a=1)\nx = list(bar)", [0, 1, 2]),
        ("from tqdm.notebook import trange\nx = list(trange(2))", [0, 1]),
        ("import tqdm\nx = list(tqdm.tqdm(iterable=[5]))", [5]),
        ("import tqdm.notebook\nx = [len(tqdm.notebook.tqdm_notebook([1, 2]))]", [2]),
        ("from tqdm import tqdm\nx = []\nwith tqdm(total=3) as bar:\n    bar.update(1)\n    x = [1]", [1]),
    ],
)
def test_a_progress_bar_gives_what_it_goes_through(finder: StandInFinder, source: str, values: list[int]) -> None:
    assert run(source).x == values
    assert finder.used == ["tqdm"]


def test_what_a_bar_writes_is_printed(finder: StandInFinder, capsys: pytest.CaptureFixture[str]) -> None:
    run("from tqdm import tqdm\ntqdm.write('epoch 1')")
    assert capsys.readouterr().out == "epoch 1\n"


@pytest.mark.parametrize(
    "use",
    [
        "x + 1", "1 - x", "x @ x", "len(x)", "float(x)", "int(x)", "list(x)", "[i for i in x]", "np.asarray(x)",
        "np.zeros(3) + x", "np.exp(x)", "bool(x)", "x < 3", "range(x)", "3 in x", "-x", "max(x)", "np.array(x)",
        "np.array(x, dtype=float)",
    ],
)  # fmt: skip
def test_a_value_that_is_wanted_is_refused_with_the_reason(finder: StandInFinder, use: str) -> None:
    with pytest.raises(NeedsPackage) as caught:
        run(f"import numpy as np\nimport pandas as pd\nx = pd.read_csv('a.csv')['b'].values\n{use}")
    assert str(caught.value) == (
        "this exercise allows numpy and the standard library, not 'pandas', and a value of "
        "pd.read_csv(…)[…].values is needed here"
    ).replace("pd.", "pandas.")


@pytest.mark.parametrize(
    "use", ["KMeans(3).fit([[1.0]])", "sklearn.cluster.KMeans(n_clusters=3)", "scipy.cluster.vq.kmeans2([[1.0]], 3)"]
)
def test_what_would_do_the_exercise_can_be_imported_and_is_refused_when_it_is_called(
    finder: StandInFinder, use: str
) -> None:
    imports = "import scipy.cluster.vq\nimport sklearn.cluster\nfrom sklearn.cluster import KMeans\n"
    run(imports + "def f(kind=KMeans):\n    return kind(3)")
    with pytest.raises(NeedsPackage, match=r"numpy and the standard library, not '\w+', so [\w.]+ cannot be called"):
        run(imports + use)
    assert finder.used == ["scipy", "sklearn"]


def test_a_check_of_its_type_says_no(finder: StandInFinder) -> None:
    module = run(
        "import pandas as pd\nx = isinstance(3, pd.DataFrame), issubclass(int, pd.DataFrame), pd.DataFrame == 3"
    )
    assert module.x == (False, False, False)


def test_libraries_never_meet_a_stand_in(finder: StandInFinder) -> None:
    with pytest.raises(ModuleNotFoundError):
        exec(compile("import pandas", "/usr/lib/python3/library.py", "exec"), {"__name__": "library"})
    with pytest.raises(ModuleNotFoundError):
        run("import importlib.util\nif importlib.util.find_spec('tqdm') is None:\n    raise ModuleNotFoundError")
    assert finder.used == []


def test_other_packages_are_refused_as_before(finder: StandInFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "requests", raising=False)  # another test may have imported it
    with pytest.raises(ModuleNotFoundError, match="not 'requests'"):
        run("import requests")


def test_a_framework_costs_nothing_until_it_is_called(finder: StandInFinder) -> None:
    """Many files begin with the imports of another exercise."""
    source = "import torch\nfrom torch import nn\nimport tensorflow as tf\nfrom tensorflow import keras\n"
    own = run(f"{source}class Net(nn.Module):\n    pass\ndef f(x): return 2 * x\ndef g(x): return torch.tensor(x)")
    assert own.f(2) == 4
    with pytest.raises(NeedsPackage, match="torch"):
        own.g(2)


def test_a_framework_that_is_only_imported_is_not_seeded(finder: StandInFinder) -> None:
    run("import torch, tensorflow, jax, sklearn, random")
    worker.seed_everything(3)
    assert random.random() == random.Random(3).random()
    with pytest.raises(NeedsPackage, match="torch"):
        run("import torch\ntorch.manual_seed(3).item() + 1")


def test_what_is_allowed_or_the_learners_own_is_taken(finder: StandInFinder) -> None:
    importer.offer([("tqdm", "tqdm.py", b"mine = True")])
    assert run("import tqdm\nx = tqdm.mine").x is True
    allowed = StandInFinder(importer.PackageGuard({"pandas", "google"}, ("pandas",)))
    assert allowed.find_spec("pandas") is None
    assert allowed.find_spec("google") is None


def test_stand_ins_can_lie_in_arrays_of_objects(finder: StandInFinder) -> None:
    axes = run("import matplotlib.pyplot as plt\nx = plt.subplots(2, 2, squeeze=False)[1]").x
    assert axes.shape == (2, 2)
    assert axes.dtype == np.dtype(object)


def test_every_package_of_the_list_can_be_imported(finder: StandInFinder) -> None:
    run("\n".join(f"import {name}" for name in sorted(PACKAGES)))
    assert sorted(finder.used) == sorted(PACKAGES)


def test_what_a_notebook_prints_first_is_no_reason_to_stop(
    finder: StandInFinder, capsys: pytest.CaptureFixture[str]
) -> None:
    run("import torch, pandas as pd\nprint(torch.__version__, *map(int, pd.__version__.split('.')))")
    assert capsys.readouterr().out == "0.0.0 0 0 0\n"
    with pytest.raises(AttributeError):
        run("import torch\nprint(torch.__nonsense__)")


def test_a_stand_in_that_a_function_returns_is_told_as_what_it_is(finder: StandInFinder) -> None:
    one = worker.Worker({}, ())
    source = b"import pandas as pd\nTABLE = pd.DataFrame([1])\ndef f():\n    return TABLE.to_numpy()\n"
    one.answer({"id": 1, "op": "load", "role": "submission", "name": "returns", "source": source, "seed": 1})
    call = expr.Call(expr.Get(expr.Module("submission"), "f"))
    reply = one.answer({"id": 2, "op": "eval", "expr": call})
    assert reply["error"]["kind"] == "forbidden"
    assert "not 'pandas', and a value of pandas.DataFrame(…).to_numpy(…) is needed" in reply["error"]["text"]
    assert "error" not in one.answer({"id": 3, "op": "keep", "expr": call}), "an object may be kept for what it is"
