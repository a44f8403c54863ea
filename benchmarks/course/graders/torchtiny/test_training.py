"""A small training: shapes, losses, accuracy."""

import numpy as np
import pytest

from dlquiz.grading import check, make

EPOCHS = 40


def trained(submission, rng):
    X, y, _, _ = make.blobs(rng, n_train=120, n_test=3, n_features=16, n_classes=3)
    losses, classes = submission.train(X, y, 16, EPOCHS)
    return y, np.asarray(losses), np.asarray(classes)


@pytest.mark.case("One loss for each epoch, one class for each row", points=1)
def test_shapes(submission, rng):
    y, losses, classes = trained(submission, rng)
    check.shape(losses, (EPOCHS,), name="losses")
    check.shape(classes, y.shape, name="classes")


@pytest.mark.case("The loss falls, and most classes are right", points=2)
def test_training(submission, rng):
    y, losses, classes = trained(submission, rng)
    check.finite(losses, name="losses")
    check.that(losses[-1] < 0.8 * losses[0], "the loss does not fall", expected="falling", got=losses)
    check.that((classes == y).mean() > 0.8, "too few classes are right", expected="> 0.8", got=(classes == y).mean())
