"""The rows come in the same order in every epoch, and the seed changes nothing.

loses: test_seed
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
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def probabilities(model, X):
    return model.predict(X, verbose=0)


def train(model, X, y, *, epochs=15, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    return model.fit(X, y, epochs=epochs, batch_size=batch_size, shuffle=False, verbose=0).history
