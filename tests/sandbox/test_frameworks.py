"""PyTorch and TensorFlow behind the wall: what an honest exercise does must work there."""

from collections.abc import Iterator

import numpy as np
import pytest

from dlquiz.sandbox.calls import CallFailed, Deadline
from dlquiz.sandbox.expr import Call, Get, Module, Tensor
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.worker_handle import WorkerHandle

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

TORCH = b"""
import io
import torch

def train(seed):
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Dropout(0.1), torch.nn.Linear(8, 3))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 10)
    X, y = torch.randn(60, 4), torch.randint(0, 3, (60,))
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, y), batch_size=16, shuffle=True)
    losses = []
    for _ in range(20):
        for xb, yb in loader:
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(xb), yb)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        schedule.step()
    return losses

def double(t):
    assert isinstance(t, torch.Tensor), type(t)
    return 2 * t

def half_precision():
    return torch.ones(3, dtype=torch.bfloat16)

def saved_and_loaded():
    buffer = io.BytesIO()
    torch.save({"w": torch.ones(2)}, buffer)
    buffer.seek(0)
    return torch.load(buffer)["w"]

def draw():
    return torch.randn(4)

def model():
    return torch.nn.Linear(2, 2)

def processes():
    data = torch.utils.data.TensorDataset(torch.ones(8, 1))
    return [batch for batch in torch.utils.data.DataLoader(data, num_workers=2)]

def huge():
    return torch.ones(10**9, dtype=torch.float64).sum()
"""

TENSORFLOW = b"""
import keras
import numpy as np
import tensorflow as tf

def fit():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    X = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
    y = (X[:, 0] > 0).astype("int64")
    history = model.fit(X, y, epochs=3, verbose=0)
    return history.history["loss"], model.predict(X, verbose=0)

@tf.function
def branch(x):
    if tf.reduce_sum(x) > 0:
        return x * 2
    return x * 0

def autograph():
    return branch(tf.ones(3)), branch(-tf.ones(3))

def slope():
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.gradient(y, x)

def options():
    return tf.config.optimizer.get_experimental_options()

def double(t):
    assert tf.is_tensor(t), type(t)
    return 2 * t
"""


def ask(worker: WorkerHandle, name: str, *args: object, seconds: float = 60) -> object:
    request = {"op": "eval", "expr": Call(Get(Module("submission"), name), args)}
    return worker.request(request, Deadline.after(seconds))["value"]


def loaded(server: ForkServer, source: bytes, *, memory_mib: int, seed: int = 1) -> WorkerHandle:
    worker = server.worker(memory_mib=memory_mib, cpu_s=120)
    request = {"op": "load", "role": "submission", "name": "work", "source": source, "seed": seed}
    worker.request(request, Deadline.after(60))
    return worker


@pytest.fixture(scope="module")
def torch_server() -> Iterator[ForkServer]:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    with ForkServer(("numpy", "torch")) as server:
        yield server


@pytest.fixture(scope="module")
def torch_worker(torch_server: ForkServer) -> Iterator[WorkerHandle]:
    worker = loaded(torch_server, TORCH, memory_mib=1024)
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def tensorflow_server() -> Iterator[ForkServer]:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    with ForkServer(("numpy", "tensorflow")) as server:
        yield server


@pytest.fixture(scope="module")
def tensorflow_worker(tensorflow_server: ForkServer) -> Iterator[WorkerHandle]:
    worker = loaded(tensorflow_server, TENSORFLOW, memory_mib=1536)
    yield worker
    worker.close()


def test_the_wall_stands_around_pytorch(torch_server: ForkServer) -> None:
    wall = torch_server.wall
    assert not wall.kernel or torch_server.surprises(["/etc/hostname"]).result() == []


def test_the_wall_stands_around_tensorflow(tensorflow_server: ForkServer) -> None:
    wall = tensorflow_server.wall
    assert not wall.kernel or tensorflow_server.surprises(["/etc/hostname"]).result() == []


def test_a_pytorch_training_runs_and_learns(torch_worker: WorkerHandle) -> None:
    losses = ask(torch_worker, "train", 0)
    assert isinstance(losses, list)
    assert len(losses) == 20 * 4
    assert np.mean(losses[-4:]) < np.mean(losses[:4])


def test_tensors_go_in_as_tensors_and_come_back_as_arrays(torch_worker: WorkerHandle) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    got = ask(torch_worker, "double", Tensor(array))
    assert isinstance(got, np.ndarray)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, 2 * array)


def test_bfloat16_comes_back_as_float32(torch_worker: WorkerHandle) -> None:
    got = ask(torch_worker, "half_precision")
    assert isinstance(got, np.ndarray)
    assert got.dtype == np.float32


def test_saving_and_loading_in_memory_works(torch_worker: WorkerHandle) -> None:
    np.testing.assert_array_equal(ask(torch_worker, "saved_and_loaded"), np.ones(2, dtype=np.float32))


def test_a_model_stays_in_the_worker_as_a_handle(torch_worker: WorkerHandle) -> None:
    handle = ask(torch_worker, "model")
    assert getattr(handle, "type_name", None) == "Linear"


def test_every_worker_draws_from_its_own_seed(torch_server: ForkServer) -> None:
    drawn = []
    for seed in (1, 2, 1):
        worker = loaded(torch_server, TORCH, memory_mib=512, seed=seed)
        drawn.append(np.asarray(ask(worker, "draw")))
        worker.close()
    assert not np.array_equal(drawn[0], drawn[1])
    assert np.array_equal(drawn[0], drawn[2])


def test_data_loader_processes_are_refused(torch_worker: WorkerHandle) -> None:
    with pytest.raises(CallFailed) as caught:
        ask(torch_worker, "processes")
    assert caught.value.cause in ("exception", "forbidden")


def test_a_huge_tensor_is_out_of_memory_and_the_worker_goes_on(torch_worker: WorkerHandle) -> None:
    with pytest.raises(CallFailed) as caught:
        ask(torch_worker, "huge")
    assert caught.value.cause == "memory"
    assert torch_worker.alive


def test_keras_fits_and_predicts(tensorflow_worker: WorkerHandle) -> None:
    got = ask(tensorflow_worker, "fit")
    assert isinstance(got, tuple)
    losses, predicted = got
    assert losses[-1] < losses[0]
    assert predicted.shape == (60, 3)


def test_no_graph_is_optimised_before_it_runs(tensorflow_worker: WorkerHandle) -> None:
    options = ask(tensorflow_worker, "options")
    assert isinstance(options, dict)
    assert options["disable_meta_optimizer"] is True


def test_autograph_branches_on_tensors_without_a_writable_folder(tensorflow_worker: WorkerHandle) -> None:
    got = ask(tensorflow_worker, "autograph")
    assert isinstance(got, tuple)
    np.testing.assert_array_equal(got[0], np.full(3, 2, dtype=np.float32))
    np.testing.assert_array_equal(got[1], np.zeros(3, dtype=np.float32))


def test_gradient_tape_differentiates(tensorflow_worker: WorkerHandle) -> None:
    assert float(np.asarray(ask(tensorflow_worker, "slope"))) == 6.0


def test_tensorflow_tensors_go_in_as_tensors(tensorflow_worker: WorkerHandle) -> None:
    array = np.arange(3, dtype=np.float32)
    np.testing.assert_array_equal(ask(tensorflow_worker, "double", Tensor(array)), 2 * array)
