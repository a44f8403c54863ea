"""What cannot cross to the learner's functions: training images in another order, and the weights inside of models.

Returned are objects for the learner's functions, and numbers; never a verdict.
"""

import keras
import numpy as np


def begin():
    """The same random numbers from here on, until somebody sets another seed."""
    keras.utils.set_random_seed(7)


def read(array):
    """The numbers in an array that stays here."""
    return array


def shuffled(array, seed):
    """The rows in an order that depends on the seed alone."""
    return array[np.random.default_rng(seed).permutation(len(array))]


def weights(model):
    """The model's weights in its own order."""
    return [np.array(value) for value in model.get_weights()]


def put(model, arrays):
    """Give the model these weights."""
    model.set_weights([np.array(value) for value in arrays])
