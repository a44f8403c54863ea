"""Right solutions that were written from the stubs alone, by somebody who had not read ours."""

SOLUTIONS = {
    "exercise2": """\
import numpy as np


def relu(Z):
    return np.maximum(Z, 0)


def sigmoid(Z):
    out = np.empty_like(Z)
    pos = Z >= 0
    out[pos] = 1 / (1 + np.exp(-Z[pos]))
    e = np.exp(Z[~pos])
    out[~pos] = e / (1 + e)
    return out


def softmax(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


def linear(X, W, b):
    return X @ W + b


def mlp_forward(X, params):
    h = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(h, params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
""",
    "exercise5": """\
import numpy as np


def mse(pred, y):
    if pred.shape != y.shape or y.ndim != 1:
        raise ValueError("shapes differ")
    return float(np.mean((pred - y) ** 2))


def mse_grad(X, y, w, b):
    n = len(X)
    if y.shape != (n,):
        raise ValueError("y has a wrong shape")
    err = X @ w + b - y
    dw = 2 / n * X.T @ err
    db = 2 / n * np.sum(err)
    return dw, float(db)


def gradient_descent(X, y, lr=0.1, steps=200):
    w = np.zeros(X.shape[1])
    b = 0.0
    history = []
    for _ in range(steps):
        pred = X @ w + b
        history.append(mse(pred, y))
        dw, db = mse_grad(X, y, w, b)
        w = w - lr * dw
        b = b - lr * db
    return w, b, history


def r2_score(y, pred):
    if y.shape != pred.shape or y.ndim != 1:
        raise ValueError("shapes differ")
    ss_res = np.sum((y - pred) ** 2)
    ss_tot = np.sum((y - y.mean()) ** 2)
    return float(1 - ss_res / ss_tot)
""",
    "exercise10": """\
import numpy as np


def sgd(w, g, lr):
    return w - lr * g


def momentum(w, g, v, lr, beta=0.9):
    v = beta * v + g
    return w - lr * v, v


def rmsprop(w, g, s, lr, rho=0.9, eps=1e-8):
    s_new = rho * s + (1 - rho) * g**2
    w_new = w - lr * g / (np.sqrt(s_new) + eps)
    return w_new, s_new


def adam(w, g, m, v, t, lr, b1=0.9, b2=0.999, eps=1e-8):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, m, v
""",
    "exercise14": """\
import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n), dtype=bool))


def attention(Q, K, V, mask=None):
    d = Q.shape[-1]
    scores = Q @ np.swapaxes(K, -1, -2) / np.sqrt(d)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    scores = scores - scores.max(axis=-1, keepdims=True)
    e = np.exp(scores)
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ V, weights
""",
}
