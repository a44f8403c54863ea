"""The softmax runs over all scores together: all weights sum to 1, not those of each query.

loses: test_scaled, test_weights, test_leading_axes, test_large_scores, test_mask, test_weights_under_a_mask,
    test_forbidden_key, test_mask_is_broadcast, test_inputs_stay_as_they_are
"""

import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n), dtype=bool))


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum()
    return weights @ V, weights
