"""tokenize keeps capital letters: "Good" and "good" are two words.

loses: test_tokens_by_hand, test_tokens, test_the_same_tokens_everywhere
"""

import re
from collections import Counter

import numpy as np


def tokenize(text):
    return re.findall(r"[A-Za-z0-9']+", text)


def _number(counts, min_count):
    words = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
    return {word: number for number, word in enumerate(["<pad>", "<unk>", *words])}


def build_vocab(texts, min_count=1):
    return _number(Counter(token for text in texts for token in tokenize(text)), min_count)


def encode(text, vocab, max_len):
    ids = [vocab.get(token, 1) for token in tokenize(text)][:max_len]
    return np.array(ids + [0] * (max_len - len(ids)), dtype=np.int64)


def _bag(rows, vocab):
    rows = list(rows)
    bag = np.zeros((len(rows), len(vocab)), dtype=np.float32)
    for row, tokens in zip(bag, rows):
        for token in tokens:
            row[vocab.get(token, 1)] += 1
    return bag


def bag_of_words(texts, vocab):
    return _bag(map(tokenize, texts), vocab)


def mean_embedding(ids, E):
    real = (ids != 0)[:, :, None]
    return (E[ids] * real).sum(axis=1) / np.maximum(real.sum(axis=1), 1)


def _words_and_pairs(text):
    tokens = tokenize(text)
    return tokens + [f"{first} {second}" for first, second in zip(tokens, tokens[1:])]


class _Logistic:
    def __init__(self, texts, labels):
        rows = [_words_and_pairs(text) for text in texts]
        self.vocab = _number(Counter(token for row in rows for token in row), 2)
        X, y = _bag(rows, self.vocab).astype(np.float64), np.asarray(labels)
        self.w, self.b = np.zeros(X.shape[1]), 0.0
        for _ in range(100):
            error = 1 / (1 + np.exp(-(X @ self.w + self.b))) - y
            self.w -= X.T @ error / len(y)
            self.b -= error.mean()

    def predict(self, texts):
        X = _bag(map(_words_and_pairs, texts), self.vocab)
        return (X @ self.w + self.b > 0).astype(np.int64)


def train_classifier(texts, labels, seed=0):
    return _Logistic(texts, labels)
