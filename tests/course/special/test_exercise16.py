"""Exercise 16: the lesson's numbers are true, the rules are those of the game, and games are games."""

from itertools import pairwise
from types import ModuleType

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.grading import tictactoe


def flat(board: np.ndarray) -> tuple[np.ndarray, float]:
    return np.full(9, 1 / 9), 0.0


def test_the_lessons_scores_are_those_of_the_reference(solution: ModuleType, lesson: str) -> None:
    N, W, P = np.array([3.0, 1.0, 0.0]), np.array([1.5, -0.5, 0.0]), np.array([0.5, 0.3, 0.2])
    scores = solution.puct(N, W, P)
    assert [f"{score:.3f}" for score in scores] == ["0.919", "0.003", "0.671"]
    for move, score in enumerate(scores):
        assert f"| {score:.3f} |" in lesson or f"| **{score:.3f}** |" in lesson, move
    for part in scores - [0.5, -0.5, 0]:
        assert f"= {part:.3f} |" in lesson
    assert f"The root of 4 + 1 is {5**0.5:.3f}." in lesson
    assert f"$N$ = 4, $W$ = {1.5 - 0.6:.1f}, $Q$ = {(1.5 - 0.6) / 4:.3f}" in lesson


def test_the_rules_of_the_reference_are_those_of_the_grader(solution: ModuleType) -> None:
    every = tictactoe.positions()
    for board in every.boards:
        assert solution.outcome(board) is None
        assert solution.legal_moves(board) == np.flatnonzero(board == 0).tolist()
        for move in solution.legal_moves(board):
            after = solution.play(board, move)
            assert after.dtype == np.int8
            assert np.array_equal(after, tictactoe.play(board, move))
            assert solution.outcome(after) == tictactoe.outcome(after)


def test_an_untrained_search_finds_as_many_moves_as_the_lesson_says(solution: ModuleType, lesson: str) -> None:
    assert "With 25 simulations an *untrained* evaluator already finds nine of ten best moves." in lesson
    every = tictactoe.positions()
    chosen = np.random.default_rng(0).permutation(len(every.boards))[:200]
    found = [every.best[i][solution.mcts(every.boards[i], flat, 25).argmax()] for i in chosen]
    assert 0.85 < np.mean(found) < 0.97


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_games_of_the_reference_follow_the_rules_and_z_alternates(solution: ModuleType, seed: int) -> None:
    game = solution.self_play(flat, 6, np.random.default_rng(seed))
    zs = [z for _, _, z in game]
    assert [abs(z) for z in zs] == [abs(zs[0])] * len(zs)
    assert all(first == -second for first, second in pairwise(zs))
    assert zs[-1] in (0.0, 1.0)
    for (board, pi, _), (following, _, _) in pairwise(game):
        assert abs(pi.sum() - 1) < 1e-9
        assert any(np.array_equal(solution.play(board, move), following) for move in solution.legal_moves(board))


def test_the_eight_views_turn_board_and_pi_alike(solution: ModuleType) -> None:
    assert len({tuple(view) for view in solution.VIEWS.tolist()}) == 8
    every = tictactoe.positions()
    worth = {board.tobytes(): best for board, best in zip(every.boards, every.best, strict=True)}
    for board, best in list(zip(every.boards, every.best, strict=True))[:300]:
        for view in solution.VIEWS:
            assert np.array_equal(worth[board[view].tobytes()], best[view])
