"""Exercise 8: the same network with Keras.

Fill in the four functions. NumPy and TensorFlow (which brings Keras).

The network: images -> Flatten -> Dense with an activation -> Dense, one output for each class. Keras owns the training
loop here; what you decide is how the last layer and the loss fit together. Nothing can be downloaded: the data comes as
arguments.
"""

import keras
import numpy as np


def prepare(images: np.ndarray) -> np.ndarray:
    """Turn the numbers of an image file into inputs of the network: divide by 255.

    This is the only place where anything is scaled. It does not depend on which other images are in the array.

    Parameters
    ----------
    images : uint8 array, shape (N, 28, 28)
        0 is black and 255 is white.

    Returns
    -------
    float32 array, shape (N, 28, 28)
        Between 0 and 1. Values as exact as float32 allows.
    """
    # TODO(1): replace the raise line.
    raise NotImplementedError("prepare: TODO(1)")


def build_model(n_hidden: int = 128, n_out: int = 10) -> keras.Model:
    """Return a new, untrained and compiled network with one hidden layer.

    Flatten, Dense, Dense: 784 inputs, ``n_hidden`` hidden units, ``n_out`` classes. Both Dense layers have a bias. The
    hidden activation is ReLU, or leaky ReLU (slope up to 0.2), ELU, GELU, SiLU, softplus, tanh or sigmoid. Nothing else
    has weights, and nothing is scaled in the model. The weights start at random, as Keras does it.

    The loss is the cross-entropy over the classes. The last layer may give probabilities (softmax), or logits (no
    activation); the loss has to know which.

    Parameters
    ----------
    n_hidden, n_out : int
        Number of hidden units, of classes.

    Returns
    -------
    keras.Model
        It takes what ``prepare`` returns, float32 arrays of shape (N, 28, 28).
    """
    # TODO(2): replace the raise line.
    raise NotImplementedError("build_model: TODO(2)")


def probabilities(model: keras.Model, X: np.ndarray) -> np.ndarray:
    """Return what the model thinks of each image: the softmax of its logits.

    Parameters
    ----------
    model : keras.Model
        As ``build_model`` returns it, trained or not.
    X : float32 array, shape (N, 28, 28)
        As ``prepare`` returns it.

    Returns
    -------
    float array, shape (N, n_out)
        Not negative; each row sums to 1. The row of an image does not depend on the other images in X.
    """
    # TODO(3): replace the raise line.
    raise NotImplementedError("probabilities: TODO(3)")


def train(
    model: keras.Model, X: np.ndarray, y: np.ndarray, *, epochs: int = 15, batch_size: int = 64, seed: int = 0
) -> dict[str, list[float]]:
    """Train this model, from the weights that it has, by minimising the cross-entropy.

    Label smoothing, early stopping and a tenth of the rows for validation are allowed.

    Parameters
    ----------
    model : keras.Model
        As ``build_model`` returns it. Its weights are changed, all of them.
    X : float32 array, shape (N, 28, 28)
        As ``prepare`` returns it. The rows come in random order. X and y stay as they are.
    y : int64 array, shape (N,)
        Class numbers, not one-hot rows; each class occurs.
    epochs : int
        Number of passes over the rows, at most.
    batch_size : int
        Rows per step.
    seed : int
        Start of the random numbers for the order of the rows (``keras.utils.set_random_seed``). The same weights and
        the same seed give the same result, another seed another one.

    Returns
    -------
    dict
        Under "loss" a list with the mean training loss of each epoch, the cross-entropy as Keras reports it: the
        batches are measured before their steps. Other keys are free.
    """
    # TODO(4): replace the raise line.
    raise NotImplementedError("train: TODO(4)")
