"""The first axis is a batch, and everything behind it is taken for one sentence.

loses: test_leading_axes, test_mask_is_broadcast
"""

import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n), dtype=bool))


def attention(Q, K, V, mask=None):
    if Q.ndim > 3:
        results = [
            attention(q.reshape(-1, q.shape[-1]), k.reshape(-1, k.shape[-1]), v.reshape(-1, v.shape[-1]))
            for q, k, v in zip(Q, K, V)
        ]
        n, m = Q.shape[-2], K.shape[-2]
        heads = Q.shape[-3]
        out = np.stack([out.reshape(heads, n, -1) for out, _ in results])
        return out, np.stack([weights.reshape(heads, n, heads, m).sum(axis=2) for _, weights in results])
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ V, weights
