"""The scores are clipped to 50 before exp: differences between large scores are lost.

loses: test_large_scores, test_forbidden_key
"""

import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n), dtype=bool))


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(np.clip(scores, -np.inf, 50))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ V, weights
