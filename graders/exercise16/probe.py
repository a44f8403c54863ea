"""Evaluators for the search, stand-ins for single functions of the learner's, and what a trained evaluator says.

``submission`` is the module under grading, set when this file is loaded. Returned are numbers, never a verdict.
"""

import contextlib
import itertools

import numpy as np


class Evaluator:
    """Says the same priors of every board; the value is the sum of the weights under own stones minus the others.

    ``trap`` (a, b): with an even number of stones, the player to move has lost by owning a while the other one owns b.
    """

    def __init__(self, prior, weights, trap):
        self.prior, self.weights, self.trap = prior, weights, trap
        self.asked = []

    def __call__(self, board):
        self.asked.append(np.array(board, dtype=np.int8).reshape(9))
        board = np.asarray(board, dtype=float).reshape(9)
        value = board @ self.weights
        side = (-1) ** np.count_nonzero(board)
        if self.trap and side * board[self.trap[0]] > 0 > side * board[self.trap[1]]:
            value = -side
        return self.prior.copy(), float(np.clip(value, -1, 1))


def evaluator(prior, weights, trap=None):
    """An evaluator for mcts and self_play."""
    return Evaluator(prior, weights, trap)


def asked(evaluator):
    """The boards of which an evaluator was asked, (n, 9)."""
    return np.array(evaluator.asked, dtype=np.int8).reshape(-1, 9)


# --- the rules ---


def outcome(boards):
    """What outcome says of each board; NaN for None."""
    said = [submission.outcome(board.copy()) for board in boards]  # noqa: F821 - set by the loader
    return np.array([np.nan if one is None else float(one) for one in said])


def play(board, moves):
    """The boards after each of these moves, all from one and the same board, and that board at the end."""
    after = [submission.play(board, move) for move in moves]  # noqa: F821
    return np.array([*after, board])


def rules(boards, free, ends, after, visits, scores):
    """Put right rules in the place of wrong ones, for good: a mistake there costs the cases about the rules only.

    Which are wrong is seen on ``boards``: ``free`` (n, 9), ``ends`` (n,) with NaN for None, and ``after``, the boards
    after a move on the first free cell, say what is right; of puct, the N, W and P of some moves and their scores.
    """

    def legal_moves(board):
        return np.flatnonzero(board == 0).tolist()

    def end(board):
        grid = board.reshape(3, 3)
        sums = [*grid.sum(axis=0), *grid.sum(axis=1), grid.trace(), grid[::-1].trace()]
        return 1 if 3 in sums else -1 if -3 in sums else None if (board == 0).any() else 0

    def played(board, move):
        new = -board
        new[move] = -1
        return new

    def puct(N, W, P, c=1.5):
        return W / np.maximum(N, 1) + c * P * np.sqrt(N.sum() + 1) / (1 + N)

    def follows_formula():
        none = submission.puct(np.zeros(2), np.zeros(2), np.full(2, 0.5))  # noqa: F821
        return np.isfinite(none).all() and np.allclose(submission.puct(*visits), scores, rtol=0.02, atol=0.02)  # noqa: F821

    def is_right(name, one):
        own = getattr(submission, name)  # noqa: F821
        board = boards[one].copy()
        if name == "legal_moves":
            return list(own(board)) == np.flatnonzero(free[one]).tolist()
        if name == "outcome":
            said = own(board)
            return said is None if np.isnan(ends[one]) else said == ends[one]
        return np.array_equal(own(board, int(free[one].argmax())), after[one]) and np.array_equal(board, boards[one])

    for name, right in (("legal_moves", legal_moves), ("outcome", end), ("play", played), ("puct", puct)):
        own = [one for one in range(len(boards)) if free[one].any() or name != "play"]
        try:
            fine = follows_formula() if name == "puct" else all(is_right(name, one) for one in own)
        except Exception:
            fine = False
        if not fine:
            setattr(submission, name, right)  # noqa: F821


# --- the games ---


@contextlib.contextmanager
def _replaced(name, function):
    """Put a function into the learner's module for a while."""
    own = getattr(submission, name)  # noqa: F821
    setattr(submission, name, function)  # noqa: F821
    try:
        yield
    finally:
        setattr(submission, name, own)  # noqa: F821


def self_play(orders, weights, rngs):
    """Games of self_play for which the search always wants the first free cell of an order.

    Returned are the boards and the pis of every game, and all zs; what is no list of triples comes back as it is.
    """
    played, zs = [], []
    for order, rng in zip(orders, rngs):

        def mcts(board, *settings, **named):
            return np.eye(9)[next(cell for cell in order if board[cell] == 0)]  # noqa: B023 - called in this round

        with _replaced("mcts", mcts):
            game = submission.self_play(Evaluator(np.full(9, 1 / 9), weights, None), 2, rng)  # noqa: F821
        try:
            boards, pis, results = zip(*game, strict=True)
            zs += [float(z) for z in results]
        except (TypeError, ValueError):
            return game
        played.append((list(boards), list(pis)))
    return played, zs


# --- what is learnt ---

CALLS = dict.fromkeys(("self_play", "play", "mcts later", "play later"), 0)


@contextlib.contextmanager
def _counted(name, key):
    """Count the calls of a function of the learner's for a while."""
    own = getattr(submission, name)  # noqa: F821

    def counting(*settings, **named):
        CALLS[key] += 1
        return own(*settings, **named)

    with _replaced(name, counting):
        yield


def calls():
    """How often the last training called self_play and play, and how often its evaluator called mcts and play."""
    return dict(CALLS)


def train(seed, boards, pis, zs, lengths):
    """What the learner's train returns if these games take the place of those of self_play, one after the other."""
    ends = np.cumsum(lengths)
    games = itertools.cycle(list(zip(ends - lengths, ends)))

    def self_play(*settings, **named):
        CALLS["self_play"] += 1
        return [(boards[i].copy(), pis[i].copy(), float(zs[i])) for i in range(*next(games))]

    CALLS.update(dict.fromkeys(CALLS, 0))
    with _replaced("self_play", self_play), _counted("play", "play"):
        return submission.train(seed)  # noqa: F821


def evaluate(trained, boards):
    """The priors (n, 9) and the values (n,) that a trained evaluator gives to boards."""
    with _counted("play", "play later"), _counted("mcts", "mcts later"):
        priors, values = zip(*(trained(board.copy()) for board in boards))
    return np.array([_numbers(one).reshape(9) for one in priors]), np.array([float(one) for one in values])


def _numbers(value):
    return np.asarray(value.detach() if hasattr(value, "detach") else value, dtype=float)
