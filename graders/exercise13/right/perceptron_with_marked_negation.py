"""A perceptron over single words; "not" marks the words that follow it up to the next full stop."""

import re
from collections import Counter

import numpy as np

WORD = re.compile(r"\w+", re.ASCII)


def tokenize(text: str) -> list[str]:
    return [match.group().lower() for match in WORD.finditer(text)]


def build_vocab(texts, min_count=1):
    counts = Counter()
    for text in texts:
        counts.update(tokenize(text))
    kept = [(-count, word) for word, count in counts.items() if not count < min_count]
    order = ["<pad>", "<unk>"] + [word for _, word in sorted(kept)]
    return dict(zip(order, range(len(order))))


def encode(text, vocab, max_len):
    ids = np.array([vocab.get(token, vocab["<unk>"]) for token in tokenize(text)], dtype=np.int64)[:max_len]
    return np.pad(ids, (0, max_len - len(ids)))


def bag_of_words(texts, vocab):
    bag = np.zeros((len(texts), len(vocab)), np.float32)
    for number, text in enumerate(texts):
        ids = [vocab.get(token, 1) for token in tokenize(text)]
        np.add.at(bag[number], np.array(ids, dtype=int), 1)
    return bag


def mean_embedding(ids, E):
    real = (ids > 0).astype(E.dtype)
    total = np.einsum("nl,nld->nd", real, E[ids])
    count = real.sum(1, keepdims=True)
    return np.divide(total, count, out=np.zeros_like(total), where=count > 0)


def marked(text):
    for sentence in re.split("[.!?]", text):
        negated = False
        for token in tokenize(sentence):
            yield "not_" + token if negated else token
            negated = negated or token == "not"


class Perceptron:
    def __init__(self):
        self.weights = Counter()

    def score(self, text):
        return sum(self.weights[token] for token in marked(text))

    def fit(self, texts, labels, rng):
        for _ in range(20):
            for i in rng.permutation(len(texts)):
                if (self.score(texts[i]) > 0) != labels[i]:
                    for token in marked(texts[i]):
                        self.weights[token] += 2 * labels[i] - 1
        return self

    def predict(self, texts):
        return np.array([self.score(text) > 0 for text in texts])


def train_classifier(texts, labels, seed=0):
    return Perceptron().fit(texts, labels, np.random.default_rng(seed))
