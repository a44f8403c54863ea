"""Sentences about four topics, written for dlquiz: ``topics.txt``."""

from importlib import resources

import numpy as np

from dlquiz.data.arrayset import Array, ArraySet, array_set
from dlquiz.data.info import SetInfo
from dlquiz.errors import DataError


def topics(info: SetInfo, seed: int = 0) -> ArraySet:
    """Return the sentences with their topics, mixed; another seed divides them otherwise.

    Raises
    ------
    DataError
        The embedded file is missing or was changed.
    """
    by_topic = _sentences(info)
    random = np.random.RandomState(seed)
    parts: list[dict[str, Array]] = []
    share = info.train // len(info.classes)
    orders = [random.permutation(len(sentences)) for sentences in by_topic]
    for part in (slice(share), slice(share, None)):
        pairs = [
            (by_topic[label][place], label) for label, order in enumerate(orders) for place in order[part].tolist()
        ]
        mixed = [pairs[place] for place in random.permutation(len(pairs)).tolist()]
        texts, labels = zip(*mixed, strict=True)
        parts.append({"X": np.array(texts), "y": np.array(labels, np.int64)})
    return array_set(info, *parts)


def _sentences(info: SetInfo) -> list[list[str]]:
    """Return the sentences of each topic, in the order of the catalog's classes."""
    try:
        text = resources.files("dlquiz.data.sets").joinpath("topics.txt").read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"topics.txt cannot be read: {error.strerror}.", next_step=info.get_it) from error
    found: dict[str, list[str]] = {name: [] for name in info.classes}
    topic = ""
    for line in text.splitlines():
        if line.startswith("["):
            topic = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(topic, []).append(line)
    wanted = (info.train + info.test) // len(info.classes)
    if set(found) != set(info.classes) or any(len(sentences) != wanted for sentences in found.values()):
        counts = ", ".join(f"{len(sentences)} of {name!r}" for name, sentences in found.items())
        raise DataError(f"topics.txt holds {counts}; expected {wanted} of each topic.", next_step=info.get_it)
    return list(found.values())
