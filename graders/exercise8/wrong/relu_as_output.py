"""The last layer has ReLU, so its logits are never negative.

loses: test_probabilities
may_lose: test_first_loss, test_recognises_new_digits, test_learns_fresh_classes, test_history,
test_way_of_the_weights
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
            layers.Dense(n_out, activation="relu"),
        ]
    )
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def probabilities(model, X):
    return keras.ops.convert_to_numpy(keras.ops.softmax(model.predict(X, verbose=0)))


def train(model, X, y, *, epochs=15, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    return model.fit(X, y, epochs=epochs, batch_size=batch_size, verbose=0).history
