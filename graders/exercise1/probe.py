"""Loaded in the worker, beside the learner's file, which it sees as ``submission``."""


def one_hot(y, num_classes):
    """Return what ``one_hot`` returns, or the text "ValueError" if it raised one: any kind of it is right."""
    try:
        return submission.one_hot(y, num_classes)  # noqa: F821 - put there by the worker
    except ValueError:
        return "ValueError"
