"""A network with one hidden layer in float32, on pairs of neighbours put into 4096 places by a checksum."""

import re
import zlib
from collections import Counter
from types import SimpleNamespace

import numpy as np

tokenize = lambda text: re.findall("[a-z0-9']+", str.lower(text))  # noqa: E731 - a style learners use


def build_vocab(texts, min_count=1):
    counts = Counter(tokenize(" ".join(texts)))
    words = [w for w, c in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if c >= min_count]
    vocab = dict.fromkeys(["<pad>", "<unk>", *words])
    for number, word in enumerate(vocab):
        vocab[word] = number
    return vocab


def encode(text, vocab, max_len):
    ids = [vocab.get(token, 1) for token in tokenize(text)] + [0] * max_len
    return np.int64(ids[:max_len])


def bag_of_words(texts, vocab):
    one_hot = np.eye(len(vocab), dtype=np.float32)
    empty = np.zeros(len(vocab), dtype=np.float32)
    return np.array([sum((one_hot[vocab.get(t, 1)] for t in tokenize(text)), empty) for text in texts])


def mean_embedding(ids, E):
    E = E.astype(np.float32)
    ma = np.ma.array(E[ids], mask=np.repeat((ids == 0)[..., None], E.shape[1], axis=2))
    return ma.mean(axis=1).filled(0)


def hashed(texts):
    X = np.zeros((len(texts), 4096), np.float32)
    for row, text in zip(X, texts):
        tokens = ["<s>"] + tokenize(text)
        for pair in zip(tokens, tokens[1:]):
            row[zlib.crc32(" ".join(pair).encode()) % 4096] = 1
    return X


def train_classifier(texts, labels, seed=0):
    rng = np.random.RandomState(seed % 2**32)
    X, y = hashed(texts), np.asarray(labels)
    W1 = rng.normal(0, np.sqrt(2 / 4096), (4096, 16)).astype(np.float32)
    W2 = rng.normal(0, 0.3, (16, 2)).astype(np.float32)
    for _ in range(40):
        for rows in np.array_split(rng.permutation(len(X)), max(len(X) // 20, 1)):
            hidden = np.maximum(X[rows] @ W1, 0)
            logits = hidden @ W2
            p = np.exp(logits - logits.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            p[np.arange(len(rows)), y[rows]] -= 1
            p /= len(rows)
            back = p @ W2.T * (hidden > 0)
            W2 -= 0.5 * hidden.T @ p
            W1 -= 0.5 * X[rows].T @ back
    return SimpleNamespace(predict=lambda texts: (np.maximum(hashed(texts) @ W1, 0) @ W2).argmax(1))
