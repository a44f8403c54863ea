"""The classifier has a list of English words of praise: it learns nothing from the texts.

loses: test_new_texts, test_labels_decide, test_one_by_one, test_two_classifiers
says: With all labels exchanged every text still gets one label
"""

import re
from collections import Counter

import numpy as np


def tokenize(text):
    return re.findall(r"[a-z0-9']+", text.lower())


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


GOOD = "good great nice lovely clever exciting strong wonderful best love".split()
BAD = "bad boring dull awful poor ugly weak terrible worst hate".split()


class Rules:
    def label(self, text):
        tokens = tokenize(text)
        score = 0
        for before, token in zip([""] + tokens, tokens):
            sign = -1 if before == "not" else 1
            score += sign * ((token in GOOD) - (token in BAD))
        return int(score > 0)

    def predict(self, texts):
        return [self.label(text) for text in texts]


def train_classifier(texts, labels, seed=0):
    return Rules()
