"""Exercise 16: the rules, the search with evaluators that are made here, the games, and what is learnt from them.

Which of two equal moves is tried first, and how `train` learns, is free. What has been learnt is measured twice: from
games that are replaced by others with made-up results, which no knowledge of tic-tac-toe explains, and from real ones.
"""

import numpy as np
import pytest

from dlquiz.grading import Rng, check, keep, make, once, probe, with_arguments
from dlquiz.grading.tictactoe import LINES, outcome, play, positions, random_game

TRIES = 3
"""Trainings before a result that depends on luck counts as missed."""
SEARCH = 25
"""Simulations for one move against the perfect player."""


def position(rng, stones):
    """A board with so many stones, int8; no line is complete."""
    while len(game := random_game(rng, stones + 1)) <= stones:
        pass
    return game[-1]


def shown(board):
    """A board in one line: x for the player to move, o for the other one."""
    text = "".join("x" if cell > 0 else "o" if cell < 0 else "." for cell in board)
    return "/".join((text[:3], text[3:6], text[6:]))


# --- the rules ---


@pytest.mark.case(
    "legal_moves gives the free cells, 0 to 8, in ascending order",
    points=0.5,
    public=True,
    hint="The free cells are those where the board is 0. np.flatnonzero(board == 0) finds them.",
)
def test_legal_moves(submission, rng):
    for stones in (5, 3, 8, 0):
        board = position(rng, stones)
        got = submission.legal_moves(board)
        kind = "legal_moves returns the cells themselves, as a list or an array."
        check.that(isinstance(got, list | tuple | np.ndarray), kind, got=got)
        check.equal(list(np.asarray(got)), list(np.flatnonzero(board == 0)), name=f"legal_moves of {shown(board)}")


@pytest.mark.case(
    "play returns a new board: the stone is there, all signs are turned, and the old board is as it was",
    points=0.5,
    public=True,
    hint="after = board.copy(), after[move] = 1, return -after: the new stone is -1 for the player who moves next.",
)
def test_play(submission, rng):
    board = position(rng, 4)
    moves = rng.permutation(np.flatnonzero(board == 0))[:3].tolist()
    got = probe(submission).play(board, moves)
    want = [play(board, move) for move in moves]
    check.shape(got, (4, 9), name="the boards after three moves")
    *boards, after = got
    for number, (move, one, right) in enumerate(zip(moves, boards, want, strict=True)):
        check.close(one, right, name=f"play(board, {move}) of {shown(board)}")
        # After the first, because the moves that follow begin with the board that it has left.
        check.that(number or np.array_equal(after, board), "play changed its input board.")
    check.dtype(submission.play(board, moves[0]), "int8", name="play(board, move)", want=want[0])


def full_boards(rng, number, with_line):
    """Boards without a free cell, five stones of one and four of the other player."""
    boards = []
    while len(boards) < number:
        board = rng.permutation([1] * 5 + [-1] * 4).astype(np.int8) * rng.choice([-1, 1]).astype(np.int8)
        sums = {abs(int(board[list(line)].sum())) for line in LINES}
        if (3 in sums) == with_line and not lost_twice(board):
            boards.append(board)
    return boards


def opened(board):
    """A full board with a line, without one stone beside the line."""
    board = board.copy()
    line = next(line for line in LINES if abs(board[list(line)].sum()) == 3)
    board[next(cell for cell in range(9) if cell not in line and board[cell] != board[line[0]])] = 0
    return board


def lost_twice(board):
    """Whether both players have a line, which no game can end with."""
    return {3, -3} <= {int(board[list(line)].sum()) for line in LINES}


@pytest.mark.case(
    "outcome knows all eight lines: 1 for a line of the player to move, -1 for one of the other player",
    points=0.75,
    hint="Three rows, three columns, two diagonals. Add up board[line]: 3 is a line of +1, -3 one of -1.",
)
def test_outcome_of_lines(submission, rng):
    boards = []
    for line, owner in ((line, owner) for line in rng.permutation(np.array(LINES)) for owner in (1, -1)):
        board = np.zeros(9, np.int8)
        board[line] = owner
        board[rng.permutation(np.flatnonzero(board == 0))[:2]] = -owner
        boards.append(board)
    check_outcomes(submission, boards)


def check_outcomes(submission, boards):
    """Compare what outcome says of boards, all asked at once; a running game beside them shows what a mistake is."""
    said = probe(submission).outcome(np.stack([*boards, np.zeros(9, np.int8)]))
    ends = [outcome(board) for board in boards]
    wrong = [i for i, end in enumerate(ends) if not np.array_equal(said[i], np.nan if end is None else end, True)]
    won = [i for i, board in enumerate(boards) if ends[i] and board.all()]
    draws = bool(won) and wrong == won and not said[won].any()
    check.that(not draws, "A full board with a line is no draw: look for lines first.", expected="1 or -1", got="0")
    for board, got in zip(boards, said, strict=False):
        check.equal(None if np.isnan(got) else got, outcome(board), name=f"outcome of {shown(board)}")


@pytest.mark.case(
    "outcome is None while the game runs, 0 for a draw; a full board with a line is no draw",
    points=0.5,
    hint="Look for lines first. Only then: a free cell means None, no free cell means 0.",
)
def test_outcome_without_lines(submission, rng):
    boards, full = [position(rng, stones) for stones in (0, 4, 6, 8)], full_boards(rng, 3, True)
    check_outcomes(submission, [*boards, *full_boards(rng, 3, False), *full, *map(opened, full), *nearly(rng)])


def nearly(rng):
    """Boards on which one cell of a line, each of each line, is the other player's."""
    for line in LINES:
        for cell in line:
            board, owner = np.zeros(9, np.int8), rng.choice([-1, 1])
            board[list(line)], board[cell] = owner, -owner
            yield board


# --- the search ---


@pytest.mark.case(
    "puct: the mean value W / N, plus c times the prior times the root of all visits, divided by 1 + N",
    points=0.5,
    public=True,
    hint="Q = W / np.maximum(N, 1). The second part is c * P * np.sqrt(N.sum() + 1) / (1 + N), with N of each move.",
)
def test_puct(submission, rng):
    N = rng.permutation([1, 2, 3, 40, 90, 264]).astype(float)
    W, P = N * rng.uniform(-0.5, 0.9, size=6), rng.dirichlet(np.ones(6))
    for settings in ((), (0.7,)):
        c = settings[0] if settings else 1.5
        want = W / N + c * P * np.sqrt(401) / (1 + N)
        name = f"puct(N, W, P{', c=0.7' if settings else ''})"
        check.close(submission.puct(N, W, P, *settings), want, name=name, rtol=0.02, atol=0.02)
    first = np.array([0.0, 3.0, 0.0, 5.0])
    check.finite(submission.puct(first, first / 2, np.full(4, 0.25)), name="puct with moves that nobody tried yet")


def judge(submission, prior=None, weights=None, trap=None):
    """An evaluator in the worker: by default all cells are alike, and nothing is known of any board."""
    flat = np.full(9, 1 / 9)
    return probe(submission).evaluator(
        flat if prior is None else prior, np.zeros(9) if weights is None else weights, trap
    )


def mend_rules(submission, rng):
    """Put right rules in the place of wrong ones: a mistake in them costs nothing in the other cases."""
    boards = [board for _ in range(30) for board in whole_game(rng)]
    after = [play(board, int(np.flatnonzero(board == 0)[0])) if (board == 0).any() else board for board in boards]
    ends = [outcome(board) for board in boards]
    numbers = np.array([np.nan if end is None else end for end in ends])
    moves = np.array([[90.0, 3, 40, 264, 2], [9.0, 1.5, -8, 50, -0.5], [0.1, 0.2, 0.3, 0.1, 0.3]])
    scores = moves[1] / moves[0] + 1.5 * moves[2] * 20 / (1 + moves[0])
    probe(submission).rules(np.stack(boards), np.stack(boards) == 0, numbers, np.stack(after), moves, scores)


def whole_game(rng):
    """The boards of a game of random moves, the last one included."""
    game = random_game(rng)
    free = np.flatnonzero(game[-1] == 0)
    ends = [after for after in (play(game[-1], int(move)) for move in free) if outcome(after) is not None]
    return [*game, ends[0]]


def unheard(submission, board, evaluator):
    """What the boards of which evaluate was asked in the searches of a board say about a mistake, or nothing."""
    asked = probe(submission).asked(evaluator)
    depth = np.count_nonzero(asked, axis=1) - np.count_nonzero(board)
    following = asked[depth == 1]
    if not len(asked):
        return "mcts never asks evaluate."
    if depth.max() == 0:
        return "mcts asks evaluate about the board itself only: nothing is searched."
    if (following[:, board != 0] == board[board != 0]).all():
        return "evaluate is given the next boards with the signs of the board at the root: it needs what play returns."
    return "mcts looks at the next boards only, and at no reply." if depth.max() == 1 else ""


def liked(submission, rng):
    """The share of a move whose value is large for the player who moves, and what is wrong with what was asked."""
    board = position(rng, 2)
    move = int(rng.choice(np.flatnonzero(board == 0)))
    weights = rng.uniform(-0.05, 0.05, size=9)
    weights[move] = 0.7
    evaluator = judge(submission, weights=weights)
    return search(submission, board, evaluator, 80)[move], unheard(submission, board, evaluator)


def is_even(submission, board, evaluator):
    """Whether a search visits all free cells alike; True for what draws something, too."""
    n_sim = 3 * np.count_nonzero(board == 0)
    first, again = (search(submission, board, evaluator, n_sim)[board == 0] for _ in range(2))
    return not np.array_equal(first, again) or np.ptp(first) * n_sim < 2.5


def search(submission, board, evaluator, n_sim, *settings):
    """The shares of the free cells that mcts gives; whether they add up to 1 is looked at in one case only."""
    shares = submission.mcts(board, evaluator, n_sim, *settings)
    check.shape(shares, (9,), name="mcts(...)")
    check.finite(shares, name="mcts(...)")
    shares = np.where(board == 0, shares, 0.0)
    check.that(shares.sum() > 0, f"mcts of {shown(board)} visits no free cell.", expected="shares", got=shares)
    return shares / shares.sum()


@pytest.mark.case(
    "mcts returns the shares of the visits; cells that are not free get none, whatever prior they have",
    points=0.5,
    hint="Set the priors of taken cells to 0, divide by the sum. At the end: the visits of each cell, divided by all.",
)
def test_shares(submission, rng):
    mend_rules(submission, rng)
    for stones in (2, 3, 6, 8):
        board, n_sim = position(rng, stones), int(rng.integers(60, 90))
        prior = np.where(board == 0, 0.5, 1.0) * rng.uniform(0.5, 1, size=9)
        evaluator = judge(submission, prior / prior.sum(), 0.1 * rng.normal(size=9))
        shares, (after, *_) = with_arguments(submission.mcts, board, evaluator, n_sim)
        check.that(np.array_equal(after, board), "mcts changed its input board.")
        check.shape(shares, (9,), name="mcts(...)")
        about = f"mcts of {shown(board)}"
        taken = np.abs(shares[board != 0]).max()
        check.that(taken < 1e-9, f"{about} visits a cell that is not free.", expected="0 there", got=shares)
        check.close(shares.sum(), 1, name="the sum of the shares", rtol=1e-6)
        whole = [np.abs(shares * n - np.round(shares * n)).max() < 1e-6 for n in (n_sim - 1, n_sim, n_sim + 1)]
        said = f"With n_sim={n_sim}, the shares are no visits divided by {n_sim}."
        if np.abs(shares * 100 - np.round(shares * 100)).max() < 1e-6:
            said = f"{said} They are visits divided by 100: n_sim is not used."
        check.that(any(whole), said, expected="whole numbers", got=shares * n_sim)
        all_tried = stones > 2 or shares[board == 0].min() > 0
        said = f"{about} gives a share to some of the moves only."
        if not all_tried and np.count_nonzero(shares) == 1 and not unheard(submission, board, evaluator):
            said = f"{about} searches, and then gives the share 1 to a single move."
        check.that(all_tried, said, expected="all free cells", got=shares)


@pytest.mark.case(
    "mcts follows the priors where all values are alike",
    points=0.5,
    hint="The prior P of evaluate goes into puct: a move with a large prior is tried first, and more often.",
)
def test_priors(submission, rng):
    mend_rules(submission, rng)
    shares, first = [], []
    while len(shares) < 3:
        board = position(rng, 2)
        free = np.flatnonzero(board == 0)
        move = int(rng.choice(free[free < 7]))
        if free[move] == move:
            continue
        prior = np.where(board == 0, 0.02, 0.0)
        prior[move] = 0.98
        evaluator = judge(submission, prior / prior.sum(), rng.uniform(-0.05, 0.05, size=9))
        visits = search(submission, board, evaluator, 40)
        shares.append(visits[move])
        first.append(visits[free[move]] > 0.5)
    said = "A move with nearly all of the prior gets too few visits."
    if all(first):
        said = f"{said} The prior of cell k went to the k-th free cell: take P[moves]."
    check.that(np.mean(shares) >= 0.6, said, expected="at least 0.6", got=f"{np.mean(shares):.2f}")


@pytest.mark.case(
    "mcts follows the values: it prefers the move behind which they are good for the player who moves",
    points=0.5,
    hint="evaluate speaks for the player to move on ITS board. On the way up, change the sign at every level.",
)
def test_values(submission, rng):
    mend_rules(submission, rng)
    shares, said = zip(*(liked(submission, rng) for _ in range(3)), strict=True)
    follows = np.mean(shares) >= 0.5
    why = said[0]
    if not follows and not why and not is_even(submission, np.zeros(9, np.int8), judge(submission)):
        why = "Even if evaluate says 0 of every board, some are visited more: the values come from elsewhere."
    said = f"The move that evaluate likes best gets too few visits. {why}".strip()
    check.that(follows, said, expected="at least 0.5", got=f"{np.mean(shares):.2f}")


@pytest.mark.case(
    "mcts sees a bad reply: a move that looks good gets few visits if one answer of the opponent makes it lose",
    points=0.5,
    hint="At every level puct chooses for the player who moves there. The opponent looks for what is good for itself.",
)
def test_bad_reply(submission, rng):
    mend_rules(submission, rng)
    ratios, looked = [], []
    while len(ratios) < 4:
        board = position(rng, 2)
        move, reply = map(int, rng.permutation(np.flatnonzero(board == 0))[:2])
        if not threatens(play(board, move)):
            weights = np.where(np.arange(9) == move, 0.3, 0.0)
            evaluator = judge(submission, weights=weights, trap=(move, reply))
            ratios.append(7 * search(submission, board, evaluator, 150)[move])
            looked.append(replies(submission, board, evaluator, move, reply))
    sees, why = np.mean(ratios) < 0.6, unheard(submission, board, evaluator)
    if not sees and not why and np.mean(looked) < 0.6 and liked(submission, rng)[0] >= 0.5:
        why = "That reply is the one that is looked at least: the opponent helps the player at the root."
    said = f"A move that looks good, and loses after one reply, is visited as often as the others. {why}".strip()
    check.that(sees, said, expected="below 0.6 of the mean", got=f"{np.mean(ratios):.2f}")


def replies(submission, board, evaluator, move, reply):
    """How often boards behind a move and a reply were asked about, 1 for the mean of all replies."""
    asked = probe(submission).asked(evaluator)
    own = asked * np.where((np.count_nonzero(asked, axis=1) - np.count_nonzero(board)) % 2, -1, 1)[:, None]
    counts = (own[own[:, move] > 0] < 0).sum(axis=0)[(board == 0) & (np.arange(9) != move)]
    at = np.count_nonzero((board == 0) & (np.arange(9) != move) & (np.arange(9) < reply))
    return counts[at] / max(counts.mean(), 1e-9)


def threatens(board):
    """Whether the player who has just moved would complete a line with one more move."""
    return any(outcome(play(-board, int(move))) == -1 for move in np.flatnonzero(board == 0))


def one_answer(rng, win):
    """A position with one move that wins at once, or, where nobody can win at once, one that keeps from losing."""
    while True:
        board = position(rng, int(rng.integers(4, 6)))
        free = np.flatnonzero(board == 0)
        wins = [int(move) for move in free if outcome(play(board, move)) == -1]
        losses = [int(move) for move in free if outcome(play(-board, move)) == -1]
        if len(wins) == 1 and win:
            return board, wins[0]
        if not wins and len(losses) == 1 and not win:
            return board, losses[0]


@pytest.mark.case(
    "mcts takes a win, and blocks the line of the opponent, with an evaluator that knows next to nothing",
    points=0.5,
    hint="At the end of a game the value is outcome(board), not evaluate(board): -1, as the player to move has lost.",
)
def test_win_and_block(submission, rng):
    mend_rules(submission, rng)
    for win in (True, False) * 2:
        board, move = one_answer(rng, win)
        evaluator = judge(submission, weights=rng.uniform(-0.02, 0.02, size=9))
        found = int(search(submission, board, evaluator, 120).argmax())
        why = unheard(submission, board, evaluator) or the_end(submission, rng) if found != move else ""
        said = f"On {shown(board)} the move that {'wins' if win else 'blocks'}, {move}, is not visited most. {why}"
        check.that(found == move, said.strip(), expected=move, got=found)


def the_end(submission, rng):
    """What the search takes a finished game for, if that is the mistake: nothing else is known of any board."""
    board, move = one_answer(rng, True)
    evaluator = judge(submission)
    shares = search(submission, board, evaluator, 60)[board == 0]
    won = shares[np.count_nonzero(board[:move] == 0)]
    if np.ptp(shares) * 60 < 2.5:
        asked = any(outcome(one) is not None for one in probe(submission).asked(evaluator))
        return f"The end of a game counts as {'what evaluate says of it' if asked else '0, whoever has won'}."
    if won < np.delete(shares, shares.argmin()).min() and liked(submission, rng)[0] >= 0.5:
        return "The move that wins is visited least: the value of a finished game has the wrong sign."
    return ""


@pytest.mark.case(
    "With noise, the search tries other moves than without, another generator other ones",
    points=0.25,
    hint="At the root only: P = (1 - noise) * P + noise * rng.dirichlet(np.ones(number of free cells)).",
)
def test_noise(submission, rng):
    mend_rules(submission, rng)
    board = position(rng, 3)
    prior = np.where(board == 0, 0.1, 0.2) * rng.uniform(0.6, 1, size=9)
    evaluator = judge(submission, prior / prior.sum(), 0.1 * rng.normal(size=9))
    quiet = [search(submission, board, evaluator, 30, Rng(make.seed(rng)), 0.0) for _ in range(2)]
    loud = [search(submission, board, evaluator, 30, Rng(make.seed(rng)), 0.5) for _ in range(5)]
    said = "With noise=0.0 another generator gives other shares: there is noise that nobody asked for."
    check.that(np.allclose(*quiet, rtol=0, atol=1e-9), said, expected=quiet[0], got=quiet[1])
    different = {tuple(np.round(shares, 6)) for shares in loud}
    said = "Five searches with noise=0.5 and generators of their own are all the same."
    if len(different) == 1 and np.count_nonzero(quiet[0]) > 1 and not unheard(submission, board, evaluator):
        still, moved = (search(submission, board, evaluator, 90, Rng(make.seed(rng)), noise) for noise in (0.0, 1.0))
        if np.array_equal(still, moved):
            said = f"{said} They are those without noise: noise is not used."
    check.that(len(different) > 1, said, expected="different shares", got=loud[0])
    check_mixture(submission, rng)


def check_mixture(submission, rng):
    """Nearly all of the prior is on one move: noise=1 leaves nothing of it, a tenth of noise leaves the move ahead.

    On the empty board, where no game ends within twenty simulations.
    """
    board, move = np.zeros(9, np.int8), int(rng.integers(9))
    evaluator = judge(submission, np.where(np.arange(9) == move, 0.98, 0.0025))

    def share(noise, searches):
        return np.mean([search(submission, board, evaluator, 20, Rng(make.seed(rng)), noise)[move]
                        for _ in range(searches)])  # fmt: skip

    # Without the prior the move gets a ninth, at random: a mean of 40 above a half is rarer than once in a million.
    for noise, searches, well in ((1.0, 40, lambda mean: mean < 0.5), (0.1, 10, lambda mean: mean > 0.7)):
        got = share(noise, searches)
        said = f"The prior of a move is 0.98, and with noise={noise:g} the search visits it in {got:.0%} of the time."
        check.that(well(got), said, expected="below 50%" if noise == 1 else "above 70%", got=f"{got:.0%}")


# --- the games ---


def games(submission, rng):
    """Games of the learner's, each as boards and zs; mcts is replaced by one that follows an order of cells.

    Two of the orders are won by the player who begins, two by the other one, two end in a draw.
    """
    mend_rules(submission, rng)
    orders = {1: [], -1: [], 0: []}
    while min(map(len, orders.values())) < 2:
        order = rng.permutation(9)
        board, moves = np.zeros(9, np.int8), 0
        while outcome(board) is None:
            board, moves = play(board, order[moves]), moves + 1
        orders[outcome(board) * (-1) ** moves].append(order)
    chosen = [order for group in orders.values() for order in group[:2]]
    rngs = [Rng(make.seed(rng)) for _ in chosen]
    got = probe(submission).self_play(chosen, rng.uniform(-0.3, 0.3, size=9), rngs)
    triples = isinstance(got, tuple) and len(got) == 2
    check.that(triples, "self_play returns a list of (board, pi, z).", got=got)
    played, zs = got
    ends = np.cumsum([len(boards) for boards, _ in played])
    return [(boards, zs[end - len(boards) : end]) for (boards, _), end in zip(played, ends, strict=True)]


@pytest.mark.case(
    "self_play plays by the rules: from the empty board, move after move, until the game is over",
    points=0.5,
    hint="One triple for each position in which somebody moves, before the move. The last board is not stored.",
)
def test_games(submission, rng):
    for boards, _ in games(submission, rng):
        check.equal(np.asarray(boards[0]), np.zeros(9, int), name="the first board")
        for board, following in zip(boards, [*boards[1:], None], strict=True):
            after = [play(board, int(move)) for move in np.flatnonzero(board == 0)]
            if following is None:
                over = any(outcome(one) is not None for one in after)
                check.that(over, f"The last position, {shown(board)}, is not the one before the end.", got=board)
            else:
                right = any(np.array_equal(one, following) and outcome(one) is None for one in after)
                said = f"No move leads from {shown(board)} to {shown(following)}, the position stored after it."
                check.that(right, said, expected="play(board, move)", got=following)


@pytest.mark.case(
    "z is the result for the player to move: 1 where the winner moves, -1 where the loser moves, 0 in a draw",
    points=0.5,
    hint="The player of the last move has won, so the last z is 1. From there back, the sign changes every time.",
)
def test_results(submission, rng):
    for boards, zs in games(submission, rng):
        last = np.asarray(boards[-1])
        ends = {outcome(play(last, int(move))) for move in np.flatnonzero(last == 0)} - {None}
        check.that(ends, f"No move ends the game on {shown(last)}, the last position.", got=last)
        turns = (-1) ** np.arange(len(zs))[::-1]
        fitting = [turns * -end for end in sorted(ends)]
        said = f"z is wrong in a game of {len(zs)} moves that ends after a move on {shown(last)}."
        if ends == {0} and np.all(np.asarray(zs) == -1):
            said = f"{said} That is a draw, and z is -1 for both players."
        check.that(any(np.allclose(zs, want) for want in fitting), said, expected=fitting[0], got=np.array(zs))


@pytest.mark.case(
    "self_play searches: pi are the shares of mcts with its evaluator, and another generator plays another game",
    points=0.5,
    hint="pi = mcts(board, evaluate, n_sim, rng, noise=0.25), and the move is drawn: rng.choice(9, p=pi).",
)
def test_games_are_searched(submission, rng):
    mend_rules(submission, rng)
    cell = int(rng.integers(9))
    weights = np.where(np.arange(9) == cell, 0.7, 0.02 * rng.normal(size=9))
    prior = rng.dirichlet(np.full(9, 20.0))
    evaluator = judge(submission, prior, weights)
    played, shares, stored = set(), [], []
    for _ in range(5):
        game = submission.self_play(evaluator, 30, Rng(make.seed(rng)))
        stored += [(np.asarray(board), np.asarray(pi, dtype=float)) for board, pi, _ in game]
        played.add(b"".join(np.asarray(board, np.int8).tobytes() for board, _, _ in game))
        for board, pi, _ in game:
            check.shape(pi, (9,), name="pi")
            free, pi = np.asarray(board) == 0, np.asarray(pi, dtype=float)
            right = abs(pi.sum() - 1) < 1e-6 and np.abs(pi[~free]).max(initial=0) < 1e-9
            check.that(right, f"pi of {shown(board)} are no shares of the free cells.", got=pi)
            if free.sum() >= 7 and free[cell]:
                shares.append((pi[cell], np.count_nonzero(pi)))
    well, tried = np.mean(shares, axis=0) if shares else (1, 9)
    said = "The cell that evaluate likes best gets too little of pi."
    for guess, words in ((np.ones(9), "the same for all free cells"), (prior, "the priors of evaluate")):
        if all(np.allclose(pi, guess * (board == 0) / guess[board == 0].sum()) for board, pi in stored):
            said = f"{said} pi are {words}: nothing is searched."
    check.that(well > 0.35, said, expected="more than 0.35", got=f"{well:.2f}")
    said = "At the beginning of a game, pi are the shares of several moves."
    if tried == 1 and np.count_nonzero(search(submission, np.zeros(9, np.int8), evaluator, 30)) > 2:
        said = f"{said} mcts gives them, and then pi is 1 for the move that is played."
    check.that(tried >= 3, said, expected="3 or more moves", got=f"{tried:.1f} moves")
    said = "Five games with different generators are all the same."
    if len(played) == 1 and all(pi[moved].tolist() == [pi.max()] for pi, moved in followed(stored)):
        said = "All games are the same, and the most visited move is always played: draw the move from pi."
    check.that(len(played) > 1, said, expected="other moves")


def followed(stored):
    """The pis of positions that are followed by another one of the same game, each with the cell that is filled."""
    for (board, pi), (after, _) in zip(stored, stored[1:], strict=False):
        if after.any():
            yield pi, (after != 0) & (board == 0)


# --- what is learnt ---


def made_up(rng, number, stone, sign):
    """Boards, pis, zs and lengths of random games in which the target is the cell opposite such a stone.

    Who owns the centre wins, or loses, as `sign` says. Both rules stay true if a board is turned or mirrored.
    """
    played = [random_game(rng) for _ in range(number)]
    boards = np.concatenate([np.stack(game) for game in played])
    targets = (boards == 0) & (boards[:, ::-1] == stone)
    pis = np.where(targets.any(axis=1, keepdims=True), targets, boards == 0).astype(float)
    zs = sign * boards[:, 4].astype(float)
    return boards, pis / pis.sum(axis=1, keepdims=True), zs, np.array([len(game) for game in played])


def follows(submission, rng):
    """How well an evaluator follows made-up games: the share of moves, and how far the values lie apart.

    Nothing that is known of tic-tac-toe helps here. Asked once for a submission: several cases depend on it.
    """

    def measure():
        stone, sign = (int(rng.choice([-1, 1])) for _ in range(2))
        lessons = made_up(rng, 500, stone, sign)
        boards, pis, zs, _ = made_up(rng, 100, stone, sign)
        seed = make.seed(rng)
        learnt = keep(probe(submission).train, seed, *lessons)
        priors, values = answers(submission, learnt, boards)
        told = (pis > 0).sum(axis=1) < (boards == 0).sum(axis=1)
        right = np.take_along_axis(pis, moves(priors, boards)[:, None], axis=1)[:, 0] > 0
        share, gap = float(right[told].mean()), float(values[zs > 0].mean() - values[zs < 0].mean())
        if share >= 0.75 and gap >= 0.8:
            return share, gap, ""
        return share, gap, reason(submission, seed, lessons, boards, priors, values, share, gap)

    return once(submission, "made-up games", measure)


def reason(submission, seed, lessons, boards, priors, values, share, gap):
    """Why nothing was learnt, as far as it can be seen: from what was called, and from trainings with other games."""
    calls = probe(submission).calls()
    if not calls["self_play"]:
        if calls["mcts later"]:
            return "train never calls self_play, and its evaluator calls mcts: it searches in place of having learnt."
        if calls["play later"]:
            return "train never calls self_play, and its evaluator tries moves with play in place of having learnt."
        games = "plays games of its own" if calls["play"] else "plays nothing: what its evaluator knows is not learnt"
        return f"train never calls self_play, and {games}."
    if gap <= -0.8:
        return "The values are learnt with the wrong sign: they are low where z is 1."
    if max(np.ptp(priors, axis=0).max(), np.ptp(values)) < 1e-9:
        return "The evaluator gives the same answer for every board."
    played, pis, zs, lengths = lessons

    def again(pis, zs):
        return answers(submission, keep(probe(submission).train, seed, played, pis, zs, lengths), boards)

    flat = (played == 0) / (played == 0).sum(axis=1, keepdims=True)
    deaf = ["pi"] if share < 0.75 and np.abs(again(flat, zs)[0] - priors).max() < 1e-3 else []
    deaf += ["z"] if gap < 0.8 and np.abs(again(pis, -zs)[1] - values).max() < 1e-3 else []
    said = {
        "pi z": "With other games the same evaluator comes out: the network is not trained.",
        "pi": "With another pi the same priors come out: the loss has no part for them.",
        "z": "With another z the same values come out: the loss has no part for them.",
    }
    return said.get(" ".join(deaf), "")


def answers(submission, trained, boards):
    """Priors (n, 9) and values (n,) of an evaluator."""
    priors, values = probe(submission).evaluate(trained, boards)
    check.finite(priors, name="the priors of the trained evaluator")
    check.finite(values, name="the values of the trained evaluator")
    return np.asarray(priors), np.asarray(values)


def moves(priors, boards):
    """The free cell with the largest prior."""
    return np.where(boards == 0, priors, -np.inf).argmax(axis=1)


FOLLOWS = "Other games were put in the place of self_play, and train has not learnt what is in them."


@pytest.mark.case(
    "train learns its priors from the games of self_play: with other games in their place, it learns those",
    points=0.75,
    call_s=50,
    hint="train calls self_play(evaluate, n_sim, rng) and learns its triples. If you turn a board, turn its pi, too.",
)
def test_learns_moves(submission, rng):
    share, _, why = follows(submission, rng)
    check.that(share >= 0.75, f"{FOLLOWS} {why}".strip(), expected="at least 75 % of the moves", got=f"{share:.0%}")


@pytest.mark.case(
    "train learns its values from the games, too",
    points=0.75,
    call_s=50,
    hint="The target of the value is z, a number from -1 to 1, for the player to move on that board.",
)
def test_learns_values(submission, rng):
    _, gap, why = follows(submission, rng)
    said = (
        f"The values of positions whose z was 1 and of those whose z was -1 lie too near to each other. {why}".strip()
    )
    check.that(gap >= 0.8, said, expected="0.8 or more apart", got=f"{gap:+.2f}")


def trained(submission, rng, good):
    """What came of the last of up to three trainings, asked once: share of good moves, gap of the values, games."""
    for number in range(TRIES):
        seed, draws = make.seed(rng), rng.spawn(1)[0]
        result = once(
            submission, f"training {number}", lambda seed=seed, draws=draws: measured(submission, seed, draws)
        )
        if good(*result):
            break
    return result


def learns(submission, rng):
    """Fail unless made-up games are followed: what is known of tic-tac-toe from elsewhere earns nothing."""
    share, *_ = follows(submission, rng)
    check.that(share >= 0.75, f"{FOLLOWS} So its knowledge is not from its games.", got=f"{share:.0%} of the moves")


def measured(submission, seed, rng):
    """Train, ask about all positions, and play 40 games with a search of 25 against a perfect player."""
    evaluator, every = keep(submission.train, seed), positions()
    priors, values = answers(submission, evaluator, every.boards)
    share = float(every.best[np.arange(len(priors)), moves(priors, every.boards)].mean())
    gap = float(values[every.values > 0].mean() - values[every.values < 0].mean())
    lost, game = 0, []
    for number in range(40):
        result, game = against_perfect(submission, evaluator, rng, first=number % 2 == 0)
        lost += result
        if lost > 12:
            break
    return share, gap, lost, game


def against_perfect(submission, evaluator, rng, first):
    """Whether a game against a perfect player is lost, and its boards: 1 for the stones of the learner's side."""
    every = positions()
    board, mine, game = np.zeros(9, np.int8), first, []
    while (end := outcome(board)) is None:
        if mine:
            shares = submission.mcts(board, evaluator, SEARCH, Rng(make.seed(rng)))
            usable = isinstance(shares, np.ndarray) and shares.shape == (9,) and np.isfinite(shares).all()
            move = int(np.where(board == 0, shares, -1).argmax()) if usable else int(np.flatnonzero(board == 0)[0])
        else:
            (known,) = np.flatnonzero((every.boards == board).all(axis=1))
            move = int(rng.choice(np.flatnonzero(every.best[known])))
        board, mine = play(board, move), not mine
        game.append(board if mine else -board)
    return (end if mine else -end) < 0, game


@pytest.mark.case(
    "Without any search, the trained evaluator finds a best move in 75 % of all positions",
    points=1,
    call_s=50,
    hint="Chance finds 58 %. Some 200 games with 25 simulations are enough, if the network is trained after every 40.",
)
def test_policy(submission, rng, metrics):
    learns(submission, rng)
    share, _, _, _ = trained(submission, rng, lambda share, gap, lost, game: share >= 0.75)
    metrics.number("share_of_best_moves", share)
    said = f"The move with the largest prior is a best one in {share:.1%} of 4,520 positions."
    check.that(share >= 0.75, said, expected="at least 75 %", got=f"{share:.1%}")


@pytest.mark.case(
    "The trained evaluator knows won positions from lost ones",
    points=0.5,
    call_s=50,
    hint="z must change its sign from position to position, or won and lost ones look alike.",
)
def test_value(submission, rng):
    learns(submission, rng)
    _, gap, _, _ = trained(submission, rng, lambda share, gap, lost, game: gap > 0.3)
    said = "The mean value of won positions is hardly above that of lost ones."
    check.that(gap > 0.3, said, expected="more than 0.3 above", got=f"{gap:+.2f}")


@pytest.mark.case(
    "Bonus: without any search, 85 % of all positions",
    points=5,
    bonus=True,
    call_s=50,
    hint="More games, a few more rounds, all eight views of every board. Noise at the root brings new positions.",
)
def test_policy_bonus(submission, rng):
    learns(submission, rng)
    share, _, _, _ = trained(submission, rng, lambda share, gap, lost, game: share >= 0.85)
    check.that(share >= 0.85, "Not enough for the bonus.", expected="at least 85 %", got=f"{share:.1%}")


@pytest.mark.case(
    "Bonus: with 25 simulations for a move, at most 12 of 40 games are lost against a perfect player",
    points=5,
    bonus=True,
    call_s=50,
    hint="A game without mistakes is a draw. The values have to be right: does a network learn from enough games?",
)
def test_games_bonus(submission, rng, metrics):
    learns(submission, rng)
    _, _, lost, game = trained(submission, rng, lambda share, gap, lost, game: lost <= 12)
    captions = [f"move {number}" for number in range(1, len(game) + 1)]
    metrics.boards("last_game", [board.reshape(3, 3) for board in game], captions, signs={1: "X", -1: "O", 0: ""})
    check.that(lost <= 12, "More than 12 of 40 games are lost.", expected="at most 12", got=lost)
