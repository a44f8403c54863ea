"""What graders know of tic-tac-toe: the rules, and the worth of every position."""

import numpy as np
import pytest

from dlquiz.grading import tictactoe


def test_there_are_4520_positions_in_which_somebody_moves_and_the_empty_one_is_a_draw():
    every = tictactoe.positions()
    assert every.boards.shape == (4520, 9)
    assert len({board.tobytes() for board in every.boards}) == 4520
    assert not every.boards[0].any()
    assert every.values[0] == 0
    assert every.best[0].all()


def test_best_moves_are_free_and_keep_the_value():
    every = tictactoe.positions()
    values = {board.tobytes(): int(value) for board, value in zip(every.boards, every.values, strict=True)}
    assert not every.best[every.boards != 0].any()
    for board, value, best in zip(every.boards, every.values, every.best, strict=True):
        after = {int(move): tictactoe.play(board, int(move)) for move in np.flatnonzero(board == 0)}
        worth = {
            move: -values.get(one.tobytes(), 0 if (end := tictactoe.outcome(one)) is None else end)
            for move, one in after.items()
        }
        assert max(worth.values()) == value
        assert [move for move, one in worth.items() if one == value] == np.flatnonzero(best).tolist()


@pytest.mark.parametrize(
    ("cells", "end"),
    [
        ([1, 1, 1, -1, -1, 0, 0, 0, 0], 1),
        ([-1, 1, 0, 1, -1, 0, 0, 1, -1], -1),
        ([1, -1, 1, 1, -1, -1, -1, 1, 1], 0),
        ([1, -1, 0, 0, 0, 0, 0, 0, 0], None),
    ],
)
def test_outcome_speaks_for_the_player_to_move(cells, end):
    assert tictactoe.outcome(np.array(cells, np.int8)) == end


def test_a_random_game_is_a_game():
    game = tictactoe.random_game(np.random.default_rng(1))
    assert not game[0].any()
    assert all(tictactoe.outcome(board) is None for board in game)
    assert [np.count_nonzero(board) for board in game] == list(range(len(game)))
    assert len(tictactoe.random_game(np.random.default_rng(1), 3)) == 3
