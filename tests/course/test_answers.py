"""What readers would have answered, and what each answer gets: right ones that were refused once stay accepted."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from dlquiz.content.course import load_quiz
from dlquiz.model.params import assignments
from dlquiz.model.quiz import Question, Quiz
from dlquiz.quiz.marking import mark_in

QUIZZES = Path(__file__).parents[2] / "quizzes"


@cache
def quizzes() -> list[Quiz]:
    return [load_quiz(path) for path in sorted(QUIZZES.glob("*.yaml"))]


def named(question_id: str) -> tuple[Quiz, Question]:
    return next((quiz, one) for quiz in quizzes() for one in quiz.questions if one.id == question_id)


TERMS = {
    "tw-underfit-word": "high bias; underfitted; under-fitting; under fit",
    "gn-generalisation-word": "generalisability; generalizability; generalization performance; generalising",
    "ks-hello-world": "the MNIST dataset; MNIST handwritten digits; mnist; MNIST data set; MNIST database",
    "gn-shift-word": "data distribution shift; a distribution shift; covariate-shift; dataset drift",
    "ap-speech-word": "automatic speech recognition (ASR); STT; speech to text; speech to text conversion",
    "at-mask-word": "future mask; subsequent mask; triangular mask; look-ahead mask; causal attention mask",
    "at-lm-word": "LLM; causal LM; a large language model; autoregressive language model",
    "nw-logit-word": "raw logit; logit scores; Logits; the logit; logit value",
    "nw-activation-function-word": "non-linear activation; squashing function; an activation function; activations",
    "rg-rate-word": "learning rate (lr); the learning rate; step size; step length",
    "ks-fit-word": "fit method; the fit method; model.fit(x, y); .fit(); fit",
    "pt-dataloader-word": "DataLoader class; dataloader; the DataLoader class; Data-Loader",
    "pt-cross-entropy-class": "nn.CrossEntropyLoss; crossentropyloss; torch.nn.CrossEntropyLoss()",
    "tw-epoch-word": "training epoch; epochs; an epoch; one epoch.",
    "fw-regression-word": "regression analysis; supervised regression; a regression; regresion",
    "bp-check-word": "finite difference check; gradient verification; gradcheck; gradient test; checking the gradient",
    "sp-self-play-word": "self-play learning; selfplay; self play; learning by self-play",
    "sp-puct-word": "puct; P-UCT; PUCT rule",
    "cn-name": "Convolutional Neural Network (CNN); convolutional neural nework",
    "cn-receptive-word": "receptive field; field of view; the field of view",
    "cn-style-word": "neural style transfer; style-transfer",
    "op-stop-word": "earlystopping; early-stopping",
    "rw-regularisation-word": "regularization; regularisation technique; regularizing; regularising",
    "un-clustering-word": "cluster analysis; unsupervised clustering; a clustering",
    "tx-ngram-word": "N-grams; ngrams; n gram",
    "ql-mdp-word": "MDP; markov decision problem; finite markov decision process; markow decision process",
    "hi-neocognitron": "Neo-Cognitron; neocognitrone",
    "ap-nlp-word": "natural languages processing; natural language proccessing",
    "my-cnn-letters": "convolution neural network; convolutional neural networks; Convolutional Neuronal Network",
}
"""Accepted, with full points."""

NEARLY = {
    "gn-shift-word": "concept drift; domain gap",
    "at-lm-word": "autoregressive model",
    "rg-rate-word": "lr; eta",
    "un-clustering-word": "grouping; classification",
    "nw-activation-function-word": "nonlinear function; loss function",
    "cn-name": "convolutional network",
    "pt-cross-entropy-class": "CrossEntropy",
}
"""No points, and a sentence of their own that says why."""

OTHERS = [
    ("un-autoencoder-layers", ("600", "pixels", "inputs"), 1),
    ("un-autoencoder-layers", ("600", "pixel value", "original image"), 1),
    ("un-autoencoder-layers", ("600", "pixel", "imput"), 1),
    ("un-autoencoder-layers", ("600", "pixels", "labels"), Fraction(2, 3)),
    ("gn-confusion-cloze", ("contingency table", "principal diagonal", "row"), 1),
    ("gn-confusion-cloze", ("confusion table", "diagonal", "rows"), 1),
    ("gn-confusion-cloze", ("confusion table", "main diagonal", "columns"), Fraction(2, 3)),
    ("rg-gaussian-noise", "The likelihood of the data, given the parameters", 1),
    ("rg-gaussian-noise", "The posterior probability of the parameters, given the data", 0),
    ("my-massive-matrix", "Several matrices with a non-linear function between them", 1),
    ("cn-edge-kernel", "Where dark on the left meets bright on the right", 1),
]
"""Answers of other kinds, with their share of the points."""

ROWS = [
    *((question, word, 1) for question, words in TERMS.items() for word in words.split("; ")),
    *((question, word, None) for question, words in NEARLY.items() for word in words.split("; ")),
    *OTHERS,
]


@pytest.mark.parametrize(("question_id", "answer", "share"), ROWS)
def test_an_answer_of_a_reader_gets_what_it_deserves(question_id, answer, share):
    quiz, question = named(question_id)
    found = mark_in(quiz, question, answer)
    assert not found.unclear
    assert found.score == pytest.approx(float(share or 0) * question.points)
    assert found.correct == (share == 1)
    if share is None:
        assert [said.text for said in found.feedback if said.chosen and said.text]


SORTED = [
    ("fw-augment-digits", "Mirror image of a 2", "Not a good change"),
    (
        "op-full-or-random",
        "run again without a fixed seed, from the same start, it takes the same path",
        "plain gradient descent",
    ),
    ("hi-human-games", "AlphaZero of 2017 (paper 2018)", "Learnt from self-play alone"),
]


@pytest.mark.parametrize(("question_id", "item", "group"), SORTED)
def test_an_item_that_could_be_argued_about_has_one_group_that_fits(question_id, item, group):
    _, question = named(question_id)
    assert item in question.groups[group]


@pytest.mark.parametrize(
    ("question_id", "field", "said"),
    [
        ("rg-gaussian-noise", "stem", "Nobody has an opinion about the parameters beforehand"),
        ("my-massive-matrix", "stem", "Biases left aside"),
        ("cn-edge-kernel", "stem", "bright pixels are large numbers"),
        ("bp-kept-values", "explain", "Write $dZ_2$ and $dZ_1$ for the gradients at the logits"),
        ("hi-alphazero-facts", "stem", "2017 (paper in Science 2018)"),
        ("fw-augment-digits", "explain", "A flipped 0 or 8 still looks like one"),
    ],
)
def test_a_question_says_what_its_only_answer_depends_on(question_id, field, said):
    _, question = named(question_id)
    assert said in getattr(question, field)


def test_a_short_batch_is_left_out_in_every_variant_of_the_question_about_it():
    quiz, question = named("pt-drop-last")
    drawn = [{name: int(value) for name, value in one.items()} for one in assignments(question.params)]
    assert all(one["n"] % one["b"] for one in drawn)
    whole = [mark_in(quiz, question, str(one["n"] // one["b"]), number) for number, one in enumerate(drawn)]
    more = [mark_in(quiz, question, str(one["n"] // one["b"] + 1), number) for number, one in enumerate(drawn)]
    assert [one.correct for one in whole] == [True] * len(drawn)
    assert [one.correct for one in more] == [False] * len(drawn)
