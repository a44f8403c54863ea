"""The largest class gets 1 and all others 0.

loses: test_probabilities
may_lose: test_rows_sum_to_one, test_rows_are_independent
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
    P = model.predict(X, verbose=0)
    return np.eye(P.shape[1])[P.argmax(axis=1)]


def train(model, X, y, *, epochs=15, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    return model.fit(X, y, epochs=epochs, batch_size=batch_size, verbose=0).history
