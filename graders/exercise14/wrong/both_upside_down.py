"""True means forbidden in your code; it should mean that a query may look at a key.

loses: test_causal_mask_by_hand, test_causal_mask_of_any_size, test_mask, test_weights_under_a_mask,
    test_forbidden_key, test_mask_is_broadcast
"""

import numpy as np


def causal_mask(n):
    return np.triu(np.ones((n, n), dtype=bool), k=1)


def attention(Q, K, V, mask=None):
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, -np.inf, scores)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ V, weights
