"""The softmax takes exp of the scores as they are: large scores overflow.

loses: test_large_scores, test_forbidden_key
"""

import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n), dtype=bool))


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores)
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ V, weights
