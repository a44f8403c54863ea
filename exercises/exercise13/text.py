"""Exercise 13: from texts to numbers, and a classifier of texts.

Fill in the six functions. NumPy only (and Python's own library). This file stands alone.

No function may change what it is given. Shapes: N texts, L tokens in a row, V words in the vocabulary,
D numbers per word.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np


def tokenize(text: str) -> list[str]:
    """Cut a text into tokens.

    Parameters
    ----------
    text : str
        English text, also an empty one.

    Returns
    -------
    list of str
        The matches of ``[a-z0-9']+`` in the lower-case text, in their order: words without capitals,
        spaces and punctuation. ``"So good! So, so good."`` gives so, good, so, so, good.
    """
    # TODO(1): replace the raise line. Lower-case first; then re.findall.
    raise NotImplementedError("tokenize: TODO(1)")


def build_vocab(texts: Sequence[str], min_count: int = 1) -> dict[str, int]:
    """Number the words of these texts.

    Parameters
    ----------
    texts : list of str
        The training texts. Their tokens come from ``tokenize``.
    min_count : int
        A word gets a number if it occurs at least so often in all texts together. Every token counts,
        also a second one in the same text.

    Returns
    -------
    dict from word to int
        ``"<pad>"`` is 0, ``"<unk>"`` is 1. Then come the words, from 2 on without a gap: the more
        frequent first, and of equally frequent words the one that comes first in the alphabet. The
        result never depends on chance.
    """
    # TODO(2): count all tokens (collections.Counter); sort by (-count, word); number them from 2.
    raise NotImplementedError("build_vocab: TODO(2)")


def encode(text: str, vocab: dict[str, int], max_len: int) -> np.ndarray:
    """Write a text as a row of word numbers.

    Parameters
    ----------
    text : str
    vocab : dict from word to int
        As from ``build_vocab``.
    max_len : int
        Length of the row.

    Returns
    -------
    int64 array, shape (max_len,)
        The numbers of the tokens in their order; 1 (``<unk>``) for a word that is not in the vocabulary.
        A text that is too long loses its end. A text that is too short gets 0 (``<pad>``) at its end.
    """
    # TODO(3): vocab.get(token, 1); cut at max_len; fill up with zeros on the right.
    raise NotImplementedError("encode: TODO(3)")


def bag_of_words(texts: Sequence[str], vocab: dict[str, int]) -> np.ndarray:
    """Count how often each word occurs in each text.

    Parameters
    ----------
    texts : list of str
    vocab : dict from word to int
        As from ``build_vocab``.

    Returns
    -------
    float32 array, shape (N, len(vocab))
        Column j counts the word with number j: 2 if it occurs twice. Whole tokens count, "art" is not in
        "party". Unknown words count in column 1. Column 0 is 0: a bag has no padding.
    """
    # TODO(4): zeros first; then for every token of every text add 1 in its column.
    raise NotImplementedError("bag_of_words: TODO(4)")


def mean_embedding(ids: np.ndarray, E: np.ndarray) -> np.ndarray:
    """Return for each text the mean of its words' vectors.

    Parameters
    ----------
    ids : int64 array, shape (N, L)
        Rows as from ``encode``: word numbers, then 0 for padding.
    E : float array, shape (V, D)
        Row j is the vector (embedding) of the word with number j. Row 0 may hold anything.

    Returns
    -------
    float array, shape (N, D)
        The mean over the tokens of each row. Padding is no token: it is neither added nor counted. Every
        other number is one, also 1 (``<unk>``) and a word whose vector is zero. A row that is all
        padding gives zeros.
    """
    # TODO(5): a mask ids != 0; sum the vectors with the mask; divide by the number of real tokens.
    raise NotImplementedError("mean_embedding: TODO(5)")


def train_classifier(texts: Sequence[str], labels: Sequence[int], seed: int = 0) -> Any:
    """Learn from texts and their labels, and return a classifier.

    Any kind of classifier is fine if it learns from these texts. Use pairs of neighbouring words as well as
    single words: "not good" means something else than "good". 95 % of new texts must be right.

    Parameters
    ----------
    texts : list of str
        Short opinions, mixed. The words of opinion are invented anew in each grading, so nobody knows which ones
        praise; "not" before such a word turns it into its opposite.
    labels : list of int
        0 or 1 for each text. The labels decide what 1 means.
    seed : int
        Start of the random numbers, if there are any.

    Returns
    -------
    object with a method ``predict(texts)``
        ``predict`` returns a list or array of N labels, 0 or 1. New texts may hold unknown words. The label
        of a text does not depend on the other texts. A classifier stays as it is when another one is trained.

    Notes
    -----
    800 texts may take 30 seconds, and need about one.
    """
    # TODO(6): tokens and pairs as columns of a bag; logistic regression as in exercise 4, or counting.
    raise NotImplementedError("train_classifier: TODO(6)")
