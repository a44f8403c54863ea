"""The best key gets the whole weight: the largest score instead of a softmax.

loses: test_attention_by_hand, test_scaled, test_weights, test_leading_axes, test_large_scores, test_mask,
    test_weights_under_a_mask, test_forbidden_key, test_mask_is_broadcast, test_inputs_stay_as_they_are
"""

import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n), dtype=bool))


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = np.eye(K.shape[-2])[scores.argmax(axis=-1)]
    return weights @ V, weights
