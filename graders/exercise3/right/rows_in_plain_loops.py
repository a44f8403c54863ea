"""Plain Python loops and the math module; NumPy scalars come back; the gradient check adds, takes off, adds again."""

import math

import numpy as np

print("backprop is loaded")


def row_probabilities(row):
    top = max(row)
    powers = [math.exp(v - top) for v in row]
    total = math.fsum(powers)
    return [p / total for p in powers]


def cross_entropy(logits, y):
    losses = []
    for row, label in zip(logits, y):
        top = max(row)
        losses.append(top + math.log(sum(math.exp(v - top) for v in row)) - row[label])
    return np.float64(sum(losses) / len(losses))


def cross_entropy_grad(logits, y):
    out = []
    for row, label in zip(logits, y):
        p = row_probabilities(row)
        p[label] -= 1.0
        out.append([v / len(y) for v in p])
    return np.array(out)


def linear_backward(dout, X, W):
    dX = np.zeros(X.shape)
    dW = np.zeros(W.shape)
    db = np.zeros(W.shape[1])
    for n in range(len(X)):
        dX[n] = W @ dout[n]
        dW += np.outer(X[n], dout[n])
        db += dout[n]
    return dX, dW, db


def relu_backward(dout, Z):
    return np.array([[d if z > 0 else 0.0 for d, z in zip(drow, zrow)] for drow, zrow in zip(dout, Z)])


def loss_and_grads(X, y, params):
    Z1 = X @ params["W1"] + params["b1"]
    A1 = Z1.clip(min=0)
    logits = A1 @ params["W2"] + params["b2"]
    loss = cross_entropy(logits, y)
    print("loss", loss)
    dA1, dW2, db2 = linear_backward(cross_entropy_grad(logits, y), A1, params["W2"])
    dX, dW1, db1 = linear_backward(relu_backward(dA1, Z1), X, params["W1"])
    return loss, dict(b2=db2, W2=dW2, b1=db1, W1=dW1)


def numerical_gradient(f, x, eps=1e-5):
    g = np.zeros_like(x)
    for index, _ in np.ndenumerate(x):
        x[index] += eps
        above = f(x)
        x[index] -= 2 * eps
        below = f(x)
        x[index] += eps
        g[index] = (above - below) / (2 * eps)
    return g


if __name__ == "__main__":
    print(numerical_gradient(lambda z: float((z**3).sum()), np.array([1.0, 2.0])))
