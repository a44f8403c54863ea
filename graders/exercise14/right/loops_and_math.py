"""Plain loops and the math module, one number after the other; results are filled into arrays."""

import math

import numpy as np


def causal_mask(n):
    mask = np.zeros((n, n), dtype=bool)
    for i in range(n):
        for j in range(i + 1):
            mask[i, j] = True
    return mask


def attention(Q, K, V, mask=None):
    n, d = Q.shape[-2:]
    m, e = V.shape[-2:]
    lead = Q.shape[:-2]
    out, weights = np.zeros((*lead, n, e)), np.zeros((*lead, n, m))
    allowed = np.ones((*lead, n, m), dtype=bool) if mask is None else np.broadcast_to(mask, (*lead, n, m))
    for where in np.ndindex(*lead):
        for i in range(n):
            keys = [j for j in range(m) if allowed[where][i, j]]
            scores = {j: math.fsum(Q[where][i] * K[where][j]) / math.sqrt(d) for j in keys}
            top = max(scores.values())
            total = math.fsum(math.exp(score - top) for score in scores.values())
            for j in keys:
                weights[(*where, i, j)] = math.exp(scores[j] - top) / total
                out[(*where, i)] += weights[(*where, i, j)] * V[where][j]
    return out, weights
