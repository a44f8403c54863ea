"""The reductions themselves leave forbidden keys out (where=), keys come last, and a list comes back."""

import numpy as np

causal_mask = lambda n: np.tri(n).astype(bool)  # noqa: E731 - a style learners use


def attention(Q, K, V, mask=None):
    scores = (Q[..., :, None, :] * K[..., None, :, :]).sum(-1) / np.sqrt(K.shape[-1])
    mask = np.full_like(scores, True, dtype=bool) if mask is None else np.broadcast_to(mask, scores.shape)
    top = scores.max(axis=-1, keepdims=True, where=mask, initial=-np.inf)
    weights = np.zeros_like(scores)
    np.exp(scores - top, out=weights, where=mask)
    weights /= weights.sum(axis=-1, keepdims=True)
    return [(weights[..., None] * V[..., None, :, :]).sum(-2), weights]
