"""Exercise 16: AlphaZero in small. A program learns tic-tac-toe from its own games.

Fill in the seven functions. NumPy and PyTorch; NumPy alone is enough. You may add functions and classes.

A board is an int8 array of shape (9,), row after row: cells 0 1 2 are the top row. It is always seen by the player
to move: +1 are this player's stones, -1 those of the other one, 0 is a free cell. The empty board is all zeros.

An *evaluator* is a function, or any object that can be called: ``prior, value = evaluate(board)``.
prior : float array, shape (9,), not negative: how promising each cell is. Taken cells may have a prior, too.
value : float from -1 to 1: the expected result for the player to move on this board, +1 is a win.
The search asks it about running games only.
"""

from collections.abc import Callable

import numpy as np

Evaluate = Callable[[np.ndarray], tuple[np.ndarray, float]]


def legal_moves(board: np.ndarray) -> list[int]:
    """Return the free cells.

    Parameters
    ----------
    board : int8 array, shape (9,)

    Returns
    -------
    list of int
        The cells with a 0, from 0 to 8, in ascending order. An array of them is fine, too.
    """
    # TODO(1): replace the raise line. np.flatnonzero finds what is not zero, or True.
    raise NotImplementedError("legal_moves: TODO(1)")


def outcome(board: np.ndarray) -> int | None:
    """Return how a game has ended, for the player to move.

    Parameters
    ----------
    board : int8 array, shape (9,)
        At most one player has a line (three stones in a row, a column or a diagonal).

    Returns
    -------
    int or None
        1 if the player to move has a line, -1 if the other one has a line (also on a full board), 0 for a draw
        (a full board without a line), None while the game runs. After a winning move it is -1: who moves next has lost.
    """
    # TODO(2): replace the raise line. There are eight lines. Look for lines before you look for free cells.
    raise NotImplementedError("outcome: TODO(2)")


def play(board: np.ndarray, move: int) -> np.ndarray:
    """Return the board after a move, seen by the player who moves next.

    Parameters
    ----------
    board : int8 array, shape (9,)
        It must stay as it is.
    move : int
        A free cell.

    Returns
    -------
    int8 array, shape (9,)
        A new array: the stone of the player to move is put on the cell, then all signs are turned.
    """
    # TODO(3): replace the raise line. The new stone is turned, too.
    raise NotImplementedError("play: TODO(3)")


def puct(N: np.ndarray, W: np.ndarray, P: np.ndarray, c: float = 1.5) -> np.ndarray:
    """Return how attractive each move is for the search: ``Q + c * P * sqrt(sum(N) + 1) / (1 + N)``.

    Parameters
    ----------
    N : float array, shape (m,)
        Visits of each of the m moves.
    W : float array, shape (m,)
        Sum of the values that these visits brought, for the player who chooses.
    P : float array, shape (m,)
        Priors.
    c : float

    Returns
    -------
    float array, shape (m,)
        With ``Q = W / N``, and 0 where N is 0.
    """
    # TODO(4): replace the raise line. np.maximum(N, 1) is never 0.
    raise NotImplementedError("puct: TODO(4)")


def mcts(
    board: np.ndarray,
    evaluate: Evaluate,
    n_sim: int = 100,
    rng: np.random.Generator | None = None,
    noise: float = 0.0,
) -> np.ndarray:
    """Search a tree of moves with an evaluator, and return how often each move was tried.

    At every position the search follows the largest puct. Priors of taken cells count as 0, the others are divided by
    their sum. A finished game has the value ``outcome(board)``, a new position the one that ``evaluate`` says.
    Knowledge of your own about tic-tac-toe does not belong here.

    Parameters
    ----------
    board : int8 array, shape (9,)
        A running game. It must stay as it is.
    evaluate : evaluator
    n_sim : int
        Number of simulations; each visits one move of this board.
    rng : numpy.random.Generator or None
        Given whenever noise is above 0.
    noise : float from 0 to 1
        At this board (not below it) the priors of the free cells become
        ``(1 - noise) * P + noise * rng.dirichlet(np.ones(number of free cells))``. With 0 nothing is drawn.

    Returns
    -------
    float array, shape (9,)
        Visits of each move divided by all visits: 0 for taken cells, sum 1.
    """
    # TODO(5): replace the raise line. Go down, ask evaluate, go back up: the sign changes at every level.
    raise NotImplementedError("mcts: TODO(5)")


def self_play(evaluate: Evaluate, n_sim: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Play one game of the program against itself, from the empty board to the end.

    Parameters
    ----------
    evaluate : evaluator
    n_sim : int
        Simulations for each move.
    rng : numpy.random.Generator
        Moves are drawn, so that another generator plays another game.

    Returns
    -------
    list of (board, pi, z)
        One for each position in which somebody moves, in order; the finished board is not among them.
        board: int8, shape (9,). pi: float, shape (9,), the shares that mcts gave. z: 1.0 if the player to move on this
        board has won in the end, -1.0 if that player has lost, 0.0 for a draw.
    """
    # TODO(6): replace the raise line. The result is known at the end: go back from there for z.
    raise NotImplementedError("self_play: TODO(6)")


def train(seed: int = 0) -> Evaluate:
    """Learn an evaluator from self-play alone.

    All games come from calls of the function ``self_play(evaluate, n_sim, rng)`` of this file, and priors and values
    are learnt from their triples. If other games are put in the place of self_play, the evaluator learns what is in
    those. How you learn is free: a network in PyTorch or NumPy, or a table. The limit is 60 s; a few are enough.

    Parameters
    ----------
    seed : int

    Returns
    -------
    evaluator
        Its largest prior on a free cell is the move that it would make without any search: a best move in 75 % of all
        4,520 positions, in the best of three trainings with different seeds. The mean value of won positions is more
        than 0.3 above that of lost ones. For the bonus: 85 %, and mcts with 25 simulations for each move loses at most
        12 of 40 games against a perfect player. Boards and priors have the shape (9,); one call takes a millisecond.
    """
    # TODO(7): replace the raise line. Play 40 games, train on all triples, and again, some six times.
    raise NotImplementedError("train: TODO(7)")
