"""The loss is the squared error of the probabilities.

loses: test_first_loss
"""

import keras
import numpy as np
from keras import layers


def prepare(images):
    return images.astype(np.float32) / 255


def build_model(n_hidden=128, n_out=10):
    model = keras.Sequential(
        [
            layers.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(n_hidden, activation="relu"),
            layers.Dense(n_out, activation="softmax"),
        ]
    )
    model.compile("adam", "mean_squared_error")
    return model


def probabilities(model, X):
    return model.predict(X, verbose=0)


def train(model, X, y, *, epochs=15, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    return model.fit(X, np.eye(10)[y], epochs=epochs, batch_size=batch_size, verbose=0).history
