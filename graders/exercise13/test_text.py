"""Exercise 13: tokens, vocabulary, rows of numbers, bags, means of embeddings, and a classifier.

Each function gets what the trusted side made, so that a mistake in one does not cost the next. The words are
drawn anew each time: no list of English words knows them.
"""

import numpy as np
import pytest

from dlquiz.grading import check, keep, make, with_arguments

SPECIAL = {"<pad>": 0, "<unk>": 1}
BETTER_THAN_CHANCE = 0.6
"""Guessing gets half of the texts right, words without pairs 7 of 10: that is enough where pairs do not matter."""
KNOWN = 240
"""New texts about things of the training texts."""


def invented(rng, number):
    """Return different words of two or three syllables, in random order."""
    syllables = [consonant + vowel for consonant in "bdfgklmprstvz" for vowel in "aeiou"]
    words = []
    while len(words) < number:
        word = "".join(rng.choice(syllables, size=rng.integers(2, 4)))
        if word not in words:
            words.append(word)
    return words


def numbered(words):
    return {**SPECIAL, **{word: number for number, word in enumerate(words, 2)}}


def opinions(rng):
    """Return 800 texts and 300 new ones with their labels, as (texts, labels, new texts, their labels).

    Three of ten have "not" before the word that decides. The last 60 are about things that occur in no other text.
    """
    words = invented(rng, 10 + 12 + 2)
    telling, things, others = words[:10], words[10:22], words[22:]  # the first five telling words mean 0
    forms = ["The {} is {}.", "I say, the {} is {}!", "Yes: my {} is {}."]

    def draw(number, about):
        order = rng.permutation(number)
        word, negated = order % 10, order // 10 * 3 % 10 < 3  # each word equally often with "not"
        thing, form = rng.integers(len(about), size=number), rng.integers(len(forms), size=number)
        texts = [
            forms[f].format(about[t], ("not " if no else "") + telling[w])
            for f, t, no, w in zip(form, thing, negated, word, strict=True)
        ]
        return texts, ((word >= 5) != negated).astype(np.int64)

    (texts, labels), (known, known_labels), (new, new_labels) = draw(800, things), draw(KNOWN, things), draw(60, others)
    return texts, labels, known + new, np.append(known_labels, new_labels)


# --- tokens ---


@pytest.mark.case(
    "Tokens by hand: lower case, no punctuation, in order, each as often as it occurs",
    points=0.25,
    public=True,
    hint='text.lower() first, then re.findall(r"[a-z0-9\']+", ...).',
)
def test_tokens_by_hand(submission):
    check.equal(submission.tokenize("So good! So, so good."), ["so", "good", "so", "so", "good"], name="tokenize(text)")


@pytest.mark.case(
    "Tokens of other texts: capitals, two marks after a word, two spaces, no text at all",
    points=0.25,
    hint="Split at any white space, not at single spaces. All marks at the end of a word go.",
)
def test_tokens(submission, rng):
    a, b, c, d, e = invented(rng, 5)
    texts = [
        ("capitals and marks", f"{a.upper()}; {b}?! {c.title()}?! {d}?! {e.upper()}?!", [a, b, c, d, e]),
        ("two spaces", f" {d},  {d.title()} {a} {b} {c} {e} ", [d, d, a, b, c, e]),
        ("no words", "", []),
    ]
    answers = [submission.tokenize(text) for _, text, _ in texts]
    for (about, _, want), got in zip(texts, answers, strict=True):
        check.equal(got, want, name=f"tokenize of a text with {about}")


# --- vocabulary ---


@pytest.mark.case(
    "A vocabulary by hand: <pad> is 0, <unk> is 1, then the most frequent word",
    points=0.25,
    public=True,
    hint="Count all tokens of all texts; sort by -count; number from 2.",
)
def test_vocabulary_by_hand(submission):
    got = submission.build_vocab(["milk or tea", "tea and tea and", "or and tea"])
    check_vocabulary(got, ["tea", "and", "or", "milk"])


def demand_dict(vocab):
    """Return a vocabulary, which must be a dict."""
    check.that(isinstance(vocab, dict), "build_vocab returns a dict from word to number.", got=type(vocab).__name__)
    return vocab


def check_vocabulary(got, words):
    """Compare a vocabulary with the words in the order of their numbers."""
    check.close(demand_dict(got), numbered(words), name="vocab")


@pytest.mark.case(
    "Equally frequent words are numbered in the order of the alphabet",
    points=0.25,
    hint="sorted(words, key=lambda word: (-counts[word], word)). A set has no order that you can rely on.",
)
def test_ties(submission, rng):
    words = invented(rng, 14)
    often, seldom = words[:7], words[7:]
    texts = [" ".join(rng.permutation(words)), " ".join(rng.permutation(often))]
    check_vocabulary(submission.build_vocab(texts), sorted(often) + sorted(seldom))


@pytest.mark.case(
    "min_count: a word needs at least so many tokens, in one text or in several",
    points=0.25,
    hint="counts[word] >= min_count. Count tokens, not texts, and number the words after leaving out the rare ones.",
)
def test_min_count(submission, rng):
    a, b, c, d, e, f, g = sorted(invented(rng, 7))
    texts = [  # f 6, c 5, a 4, b 3, e 2, d 1, g 1
        f"{a} {b} {a} {b} {d}",
        f"{e} {a} {c} {a} {g}",
        f"{c} {b} {e} {c} {c} {c}",
        " ".join([f] * 6),
    ]
    submission.tokenize(" ".join(texts))  # a mistake in tokenize is told by it
    answers = [submission.build_vocab(texts, least) for least in (3, 2)]
    for got, words in zip(answers, ([f, c, a, b], [f, c, a, b, e]), strict=True):
        text = "A word with exactly min_count tokens is left out: at least so many are enough."
        check.that(demand_dict(got) != numbered(words[:-1]), text, expected=numbered(words), got=got)
        check_vocabulary(got, words)


# --- a row of numbers ---


@pytest.mark.case(
    "A row of numbers by hand: 1 for an unknown word, 0 after the end",
    points=0.25,
    public=True,
    hint="vocab.get(token, 1) gives 1 for a word without a number. Then fill up with zeros on the right.",
)
def test_encode_by_hand(submission):
    got = submission.encode("the red tea", {"<pad>": 0, "<unk>": 1, "tea": 2, "the": 3}, 5)
    check.close(got, [3, 1, 2, 0, 0], name="encode(text, vocab, 5)")


@pytest.mark.case(
    "encode: long texts lose their end, short ones are filled up, all rows have max_len numbers",
    points=0.25,
    hint="ids[:max_len] keeps the beginning. Then max_len - len(ids) zeros.",
)
def test_encode(submission, rng):
    words = invented(rng, 7)
    vocab, ids = numbered(words[1:]), np.array([1, 2, 3, 4, 5, 6, 7])
    order = rng.permutation(7)
    text = " ".join(np.array(words)[order])
    for max_len in (4, 7, 9):
        want = np.append(ids[order], [0, 0])[:max_len]
        check.close(submission.encode(text, vocab, max_len), want, name=f"encode of 7 words, max_len={max_len}")
    check.close(submission.encode("", vocab, 3), [0, 0, 0], name="encode of an empty text")


# --- a bag ---


def check_bag(got, texts, vocab, want):
    """Compare counts of known words; a bag may leave unknown words out of column 1."""
    check.shape(got, (len(texts), len(vocab)), name="bag_of_words(texts, vocab)")
    known, once = np.asarray(got)[:, 2:], np.minimum(want, 1)
    text = "A word that occurs twice in a text counts once in its bag."
    check.that(np.array_equal(once, want) or not np.array_equal(known, once), text, expected=want, got=known)
    check.close(known, want, name="bag[:, 2:]")


@pytest.mark.case(
    "A bag counts whole words, each as often as it occurs",
    points=0.5,
    hint='row[vocab.get(token, 1)] += 1 for every token. text.count("art") also finds "party".',
)
def test_bag(submission, rng):
    a, b, c, other = invented(rng, 4)
    inside = a[1:]  # as a word of its own it is another word than a
    texts = [f"{a} {b} {a} {a}", f"{b} {other} {inside}", f"{c} {a} {other} {c}", other]
    want = [[3, 1, 0, 0], [0, 1, 0, 1], [1, 0, 2, 0], [0, 0, 0, 0]]
    vocab = numbered([a, b, c, inside])
    check_bag(submission.bag_of_words(texts, vocab), texts, vocab, want)


@pytest.mark.case(
    "Column 0 of a bag is 0: there is no padding in it",
    points=0.25,
    hint="Count the tokens themselves, not the rows of encode, which are filled up with 0.",
)
def test_bag_without_padding(submission, rng):
    a, b, other = invented(rng, 3)
    texts, vocab = [a, other], numbered([a, b])
    got = submission.bag_of_words(texts, vocab)
    check_bag(got, texts, vocab, [[1, 0], [0, 0]])
    check.close(np.asarray(got)[:, 0], [0, 0], name="bag[:, 0]")


@pytest.mark.case(
    "encode gives int64, bag_of_words float32",
    points=0.25,
    hint="np.zeros and np.array have an argument dtype.",
)
def test_dtypes(submission, rng):
    a, b = invented(rng, 2)
    vocab = numbered([a, b])
    check.dtype(submission.encode(f"{b} {a}", vocab, 2), "int64", name="encode(text, vocab, 2)", want=[3, 2])
    bag = submission.bag_of_words([a, b], vocab)
    check_bag(bag, [a, b], vocab, [[1, 0], [0, 1]])
    check.dtype(bag, "float32", name="bag_of_words(texts, vocab)")


@pytest.mark.case(
    "build_vocab, encode and bag_of_words cut texts as tokenize does",
    points=0.25,
    hint="Call tokenize(text) in all of them; text.split() leaves capitals and punctuation.",
)
def test_the_same_tokens_everywhere(submission, rng):
    tokens = [a, b, c, d] = sorted(invented(rng, 4))
    text, vocab = f"{c.title()}, {d.upper()}! {a} {b}", numbered([c, d, a, b])
    found, row = submission.build_vocab([text]), submission.encode(text, vocab, 4)
    bag = submission.bag_of_words([text, c], vocab)
    words = demand_dict(found).keys() - SPECIAL
    said = "The words of build_vocab are not the tokens of the text."
    check.that(words == set(tokens), said, expected=", ".join(tokens), got=", ".join(sorted(map(str, words))))
    check.close(row, [2, 3, 4, 5], name="encode of a text with capitals and marks")
    check_bag(bag, [text, c], vocab, [[1, 1, 1, 1], [1, 0, 0, 0]])


# --- means of embeddings ---


@pytest.mark.case(
    "mean_embedding leaves padding out: it is neither added nor counted",
    points=0.5,
    hint="E[0] is not zero here. Multiply by the mask ids != 0, and divide by the number of real tokens, not by L.",
)
def test_mean_embedding(submission, rng):
    E = rng.normal(size=(6, 3)) + 2
    ids = np.array([[2, 5, 0, 0], [3, 0, 0, 0], [4, 2, 4, 0]])
    want = [(E[2] + E[5]) / 2, E[3], (2 * E[4] + E[2]) / 3]
    check.close(submission.mean_embedding(ids, E), want, name="mean_embedding(ids, E)", rtol=1e-5, batch_size=3)


@pytest.mark.case(
    "mean_embedding counts every token: in full rows, <unk>, and words whose vector is zero",
    points=0.25,
    hint="A token is what is not 0 in ids. Do not look at the numbers of E, and do not search for the first 0.",
)
def test_every_token_counts(submission, rng):
    E = rng.normal(size=(5, 2)) + 2
    E[0] = 0  # padding adds nothing here, whatever is done with it
    E[3] = 0
    ids = np.array([[2, 4, 2], [1, 2, 4], [3, 2, 3]])
    want = [(2 * E[2] + E[4]) / 3, (E[1] + E[2] + E[4]) / 3, E[2] / 3]
    check.close(submission.mean_embedding(ids, E), want, name="mean_embedding(ids, E)", rtol=1e-5, batch_size=3)


@pytest.mark.case(
    "A row that is all padding gives no NaN",
    points=0.25,
    hint="0 / 0 is NaN. np.maximum(number_of_tokens, 1) cannot be 0.",
)
def test_all_padding(submission, rng):
    E = rng.normal(size=(5, 2)) + 2
    got = submission.mean_embedding(np.array([[3], [0], [2]]), E)
    check.shape(got, (3, 2), name="mean_embedding(ids, E)")
    check.close(np.asarray(got)[[0, 2]], E[[3, 2]], name="mean_embedding(ids, E)[[0, 2]]", rtol=1e-5)
    check.finite(np.asarray(got)[1], name="mean_embedding(ids, E)[1]")


@pytest.mark.case(
    "No function changes what it is given",
    points=0.25,
    hint="E[0] = 0 changes the caller's array, and vocab[word] = ... or vocab.setdefault the caller's dict.",
)
def test_inputs_stay_as_they_are(submission, rng):
    E, ids = rng.normal(size=(4, 2)) + 2, np.array([[3], [2]])
    got, after = with_arguments(submission.mean_embedding, ids, E)
    check.close(got, E[[3, 2]], name="mean_embedding(ids, E)", rtol=1e-5)
    for name, old, new in zip(("ids", "E"), (ids, E), after, strict=True):
        check.that(np.array_equal(old, new), f"mean_embedding changed its input {name}.")
    a, b, other = invented(rng, 3)
    for name, text, more in (("encode", f"{b} {other} {a}", (3,)), ("bag_of_words", [f"{b} {other}", a], ())):
        _, after = with_arguments(getattr(submission, name), text, numbered([a, b]), *more)
        check.that(after[1] == numbered([a, b]), f"{name} changed its input vocab.")


# --- the classifier ---


def better_than_chance(predicted, labels):
    """Return predicted labels, of which a share must be right."""
    check.shape(predicted, labels.shape, name="predict(texts)")
    share = float(np.mean(np.asarray(predicted) == labels))
    check.that(
        share >= BETTER_THAN_CHANCE,
        f"{share:.1%} of new texts are right, {BETTER_THAN_CHANCE:.0%} needed here.",
        expected=f"at least {BETTER_THAN_CHANCE}",
        got=f"{share:.3f}",
    )
    return predicted


@pytest.mark.case(
    "New texts are classified, 95 % of them right",
    points=1,
    hint='Words alone get 7 of 10 right. Add pairs of neighbours, "not good", as words of their own.',
)
def test_new_texts(submission, rng, metrics):
    texts, labels, new_texts, new_labels = opinions(rng)

    def run(seed):
        classifier = keep(submission.train_classifier, texts, labels.tolist(), seed)
        predicted = classifier.predict(new_texts)
        if isinstance(predicted, np.ndarray | list) and len(predicted) == len(new_labels):
            metrics.confusion_matrix("confusion_matrix", new_labels, predicted, classes=2)
            misread = np.flatnonzero(np.asarray(predicted) != new_labels)[:6]
            metrics.table("misread", ["text", "right label"], [[new_texts[i], int(new_labels[i])] for i in misread])
        return predicted

    check.accuracy(run, new_labels, at_least=0.95, rng=rng, name="new texts")


@pytest.mark.case(
    "The labels decide: with all labels exchanged, the answers are exchanged",
    points=0.25,
    hint="Learn from the labels, anew in every call. A list of good words, or an old result, does not help here.",
)
def test_labels_decide(submission, rng):
    texts, labels, new_texts, new_labels = opinions(rng)
    answers = [
        keep(submission.train_classifier, texts, some.tolist(), make.seed(rng)).predict(new_texts[:KNOWN])
        for some in (labels, 1 - labels)
    ]
    one_label = len(set(np.ravel(answers[0]).tolist())) == 1
    said = "every text still gets one label" if one_label else "the answers are the same"
    text = f"With all labels exchanged {said}."
    check.that(not np.array_equal(*answers), text, expected="other answers", got="the same ones")
    for predicted, exchange in zip(answers, (0, 1), strict=True):
        better_than_chance(predicted, new_labels[:KNOWN] ^ exchange)


@pytest.mark.case(
    "A text alone gets the label that it gets among others",
    points=0.25,
    hint="Everything that predict needs, vocabulary and weights, is fixed in training. Learn nothing in predict.",
)
def test_one_by_one(submission, rng):
    texts, labels, new_texts, new_labels = opinions(rng)
    classifier = keep(submission.train_classifier, texts, labels.tolist(), make.seed(rng))
    together = better_than_chance(classifier.predict(new_texts[:KNOWN]), new_labels[:KNOWN])
    for i, label in enumerate(np.asarray(together)[:40]):
        alone = classifier.predict([new_texts[i]])
        check.shape(alone, (1,), name="predict([text])")
        said = f"predict gives text {i} another label alone than among {KNOWN} texts."
        check.that(np.asarray(alone)[0] == label, said, expected=int(label), got=int(np.asarray(alone)[0]))


@pytest.mark.case(
    "A classifier stays as it is when another one is trained",
    points=0.25,
    hint="Keep vocabulary and weights in the object (self.vocab = ...), not in variables of the module.",
)
def test_two_classifiers(submission, rng):
    texts, labels, new_texts, new_labels = opinions(rng)
    first = keep(submission.train_classifier, texts, labels.tolist(), make.seed(rng))
    before = better_than_chance(first.predict(new_texts[:KNOWN]), new_labels[:KNOWN])
    keep(submission.train_classifier, texts[:400], (1 - labels[:400]).tolist(), make.seed(rng))
    after = first.predict(new_texts[:KNOWN])
    check.equal(after, before, name="predict(texts) of the first classifier, after another one was trained")
