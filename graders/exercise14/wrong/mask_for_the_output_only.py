"""The mask works on out, but the weights that come back are those without it.

loses: test_weights_under_a_mask
"""

import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n), dtype=bool))


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    free = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    free = np.exp(free - free.max(axis=-1, keepdims=True))
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ V, free / free.sum(axis=-1, keepdims=True)
