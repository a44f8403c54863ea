"""causal_mask holds the numbers 1.0 and 0.0, not True and False.

loses: test_causal_mask_of_any_size
says: has dtype float64, expected bool
"""

import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n)))


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ V, weights
