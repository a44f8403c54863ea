"""One dataclass holds weights and state, and every optimiser is a method of it; prints while it works."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Weights:
    value: np.ndarray
    first: np.ndarray | float = 0.0
    second: np.ndarray | float = 0.0

    def moved(self, direction: np.ndarray, lr: float) -> Weights:
        return replace(self, value=np.subtract(self.value, np.multiply(lr, direction)))

    def averaged(self, g: np.ndarray, keep_first: float, keep_second: float) -> Weights:
        first = np.average([self.first, g], axis=0, weights=[keep_first, 1 - keep_first])
        second = np.average([self.second, np.power(g, 2)], axis=0, weights=[keep_second, 1 - keep_second])
        return replace(self, first=first, second=second)


def sgd(w, g, lr):
    print("sgd, learning rate", lr)
    return Weights(w).moved(g, lr).value


def momentum(w, g, v, lr, beta=0.9):
    state = replace(Weights(w), first=np.sum([beta * v, g], axis=0))
    return state.moved(state.first, lr).value, state.first


def rmsprop(w, g, s, lr, rho=0.9, eps=1e-8):
    state = Weights(w, np.zeros_like(g), s).averaged(g, 0.5, rho)
    return state.moved(g / np.add(np.sqrt(state.second), eps), lr).value, state.second


def adam(w, g, m, v, t, lr, b1=0.9, b2=0.999, eps=1e-8):
    print(f"adam, step {t}")
    state = Weights(w, m, v).averaged(g, b1, b2)
    unbiased = [part / (1.0 - np.power(keep, t)) for part, keep in ((state.first, b1), (state.second, b2))]
    new = state.moved(unbiased[0] / (np.sqrt(unbiased[1]) + eps), lr)
    return new.value, new.first, new.second
