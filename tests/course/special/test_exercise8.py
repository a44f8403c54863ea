"""Exercise 8: the lesson's numbers are true, and Keras does what the grader's NumPy assumes of it.

Keras computes in a process of its own, so that its threads end with it.
"""

import importlib.util
import json
import os
import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest

from dlquiz.grading import network
from dlquiz.grading.maths import softmax

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed"),
]

PROGRAM = """
import json
import keras
import numpy as np

Z, y = np.array([[2.0, 1.0, -1.0]], "float32"), np.array([0])
P = keras.ops.convert_to_numpy(keras.ops.softmax(Z))
sparse = keras.losses.SparseCategoricalCrossentropy
numbers = {
    "softmax": P[0].tolist(),
    "sigmoid": keras.ops.convert_to_numpy(keras.ops.sigmoid(Z))[0].tolist(),
    "right": [
        float(sparse()(y, P)),
        float(sparse(from_logits=True)(y, Z)),
        float(keras.losses.CategoricalCrossentropy()(np.eye(3)[y], P)),
    ],
    "wrong": float(sparse()(y, Z)),
}
dense = keras.layers.Dense(128)
dense.build((None, 784))
numbers["kernel"] = list(dense.kernel.shape)
grid = np.linspace(-5, 5, 41).astype("float32")
layers = {
    "ReLU": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "ELU": "elu", "GELU": "gelu", "SiLU": "silu",
    "softplus": "softplus", "leaky ReLU with slope 0.2": "leaky_relu",
}
numbers["activations"] = {
    name: keras.ops.convert_to_numpy(keras.activations.get(one)(grid)).tolist() for name, one in layers.items()
}
print(json.dumps(numbers))
"""


@pytest.fixture(scope="module")
def keras_says() -> dict[str, list[float]]:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, env=environment, check=True)
    numbers: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return numbers


def test_the_lessons_numbers_are_those_of_keras(keras_says: dict[str, list[float]], lesson: str) -> None:
    assert [f"{p:.4f}" for p in keras_says["softmax"]] == ["0.7054", "0.2595", "0.0351"]
    assert [f"{p:.4f}" for p in keras_says["sigmoid"]] == ["0.8808", "0.7311", "0.2689"]
    assert f"{sum(keras_says['sigmoid']):.4f}" == "1.8808"
    assert {f"{loss:.3f}" for loss in keras_says["right"]} == {"0.349"}
    assert f"{keras_says['wrong']:.3f}" == "0.693"
    assert keras_says["kernel"] == [784, 128]
    for number in ("(0.7054, 0.2595, 0.0351)", "0.8808, 0.7311 and 0.2689", "1.8808", "0.349", "0.693", "(784, 128)"):
        assert number in lesson


def test_the_softmax_of_the_grader_is_that_of_keras(keras_says: dict[str, list[float]]) -> None:
    np.testing.assert_allclose(softmax(np.array([[2.0, 1.0, -1.0]]))[0], keras_says["softmax"], rtol=1e-6)


def test_the_activations_that_the_stub_allows_are_those_of_keras(keras_says: dict[str, dict[str, list[float]]]) -> None:
    grid = np.linspace(-5, 5, 41).astype("float32").astype(float).reshape(1, -1)
    for name, values in keras_says["activations"].items():
        np.testing.assert_allclose(network.ACTIVATIONS[name].value(grid)[0], values, atol=1e-6, err_msg=name)


def test_the_reference_divides_exactly_by_255(solution: ModuleType) -> None:
    images = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    np.testing.assert_allclose(solution.prepare(images), images / 255, rtol=1e-7)
