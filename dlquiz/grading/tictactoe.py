"""Tic-tac-toe as graders know it: the rules, and for every position what it is worth and which moves keep that.

A board is int8 (9,), row after row. +1 are the stones of the player to move, -1 those of the other one.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Board = NDArray[np.int8]

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))


class Positions(NamedTuple):
    """All positions in which somebody has to move, 4,520 of them, the empty board first."""

    boards: Board
    """Shape (4520, 9)."""
    values: NDArray[np.int8]
    """Shape (4520,): the result for the player to move if both play as well as possible."""
    best: NDArray[np.bool_]
    """Shape (4520, 9): the moves that keep this value."""


def outcome(board: Board) -> int | None:
    """Return 1 or -1 for a line of the player to move or of the other one, 0 for a draw, None while the game runs."""
    for a, b, c in LINES:
        if board[a] and board[a] == board[b] == board[c]:
            return int(board[a])
    return None if (board == 0).any() else 0


def play(board: Board, move: int) -> Board:
    """Return the board after a move, from the view of the other player."""
    after = -board
    after[move] = -1
    return after


def random_game(rng: np.random.Generator, at_most: int = 9) -> list[Board]:
    """Return the positions of a game of random moves in which somebody has to move, at most so many."""
    boards = [np.zeros(9, np.int8)]
    while len(boards) < at_most:
        after = play(boards[-1], int(rng.choice(np.flatnonzero(boards[-1] == 0))))
        if outcome(after) is not None:
            break
        boards.append(after)
    return boards


@cache
def positions() -> Positions:
    """Return all positions, by trying every game."""
    found: dict[bytes, tuple[Board, int, NDArray[np.bool_]]] = {}

    def worth(board: Board) -> int:
        result = outcome(board)
        if result is not None:
            return result
        key = board.tobytes()
        if key not in found:
            found[key] = board, 0, np.zeros(9, bool)
            after = {int(move): -worth(play(board, int(move))) for move in np.flatnonzero(board == 0)}
            value = max(after.values())
            found[key] = board, value, np.array([after.get(cell) == value for cell in range(9)])
        return found[key][1]

    worth(np.zeros(9, np.int8))
    boards, values, best = zip(*found.values(), strict=True)
    return Positions(np.stack(boards), np.array(values, np.int8), np.stack(best))
