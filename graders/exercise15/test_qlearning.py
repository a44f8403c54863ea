"""Exercise 15: one update by value, choices by counting, returns, and training in worlds that are drawn here.

The worlds are tables; the probe makes an environment of them, in which an agent has to walk. Where a world has a single
action, nothing depends on chance, and the learnt table is compared number by number, from any start of the table.
"""

import numpy as np
import pytest

from dlquiz.grading import check, make, once, passes, probe, with_arguments, worlds

TRIES = 3
"""Seeds before a result that depends on luck counts as missed."""
ROUNDING = {"rtol": 1e-5, "atol": 1e-6}
"""Wide enough for a table of float32."""
DRAWS = 1000
"""Choices from one row. A right share of 0.5 is off by more than 0.1 once in 3 * 10 ** 9 cases."""


# --- one update ---


def updated(Q, s, a, r, s2, done, alpha, gamma):
    """Trusted update."""
    new = Q.copy()
    new[s, a] += alpha * ((r if done else r + gamma * Q[s2].max()) - Q[s, a])
    return new


def check_update(submission, *arguments, **context):
    """Compare the whole table."""
    want = updated(*arguments)
    check.shape(got := submission.q_update(*arguments), want.shape, name="new table")
    check.close(got, want, name="new table", **ROUNDING, **context)


def scattered(rng):
    """A table of five states and four actions in which no two entries are equal, with both signs."""
    return rng.permutation(np.linspace(-3, 4, 20) + rng.uniform(0, 0.2)).reshape(5, 4)


@pytest.mark.case(
    "q_update by hand: from 2, a quarter of the way towards 1 + 0.9 * 4",
    points=0.25,
    public=True,
    hint="target = r + gamma * Q[s2].max(); the new entry is Q[s, a] + alpha * (target - Q[s, a]).",
)
def test_update_by_hand(submission):
    check_update(submission, np.array([[2.0, 8.0], [-1.0, 4.0], [5.0, 7.0]]), 0, 0, 1.0, 1, False, 0.25, 0.9)


@pytest.mark.case(
    "q_update changes one entry, by alpha of the way to r + gamma * the largest entry of the row s2",
    points=0.5,
    hint="One entry only; and of the row Q[s2], not Q[s], the largest value, not the mean.",
)
def test_update(submission, rng):
    for lower in (0, 0, 9):  # at last, all that counts is negative
        Q, (s, s2, other), a = scattered(rng) - lower, rng.permutation(5)[:3].tolist(), int(rng.integers(4))
        Q[other, 0], Q[s, a - 1] = 6.0, 5.0  # larger than what counts
        r, alpha, gamma = rng.uniform(2, 3), rng.uniform(0.2, 0.4), rng.uniform(0.7, 0.9)
        check_update(submission, Q, s, a, r, s2, False, alpha, gamma, alpha=alpha, gamma=gamma)


@pytest.mark.case(
    "At the end of an episode the target is the reward alone, whatever stands in the row of the last state",
    points=0.5,
    hint="Nothing follows an end: if done, the target is r. The rest of the update stays as it is.",
)
def test_end(submission, rng):
    Q, (s, s2), a = scattered(rng), rng.permutation(5)[:2].tolist(), int(rng.integers(4))
    submission.q_update(Q, s, a, 2.5, s2, False, 0.6, 0.9)  # judged elsewhere; here it helps to tell mistakes apart
    for alpha in (1.0, rng.uniform(0.3, 0.7)):
        check_update(submission, Q, s, a, rng.uniform(2, 3), s2, True, alpha, 0.9)


@pytest.mark.case(
    "A step may lead back to the same state, whose largest entry is the one that changes",
    points=0.25,
    hint="Compute the target from the old table, before you change anything.",
)
def test_loop(submission, rng):
    Q, s, a = scattered(rng), int(rng.integers(5)), int(rng.integers(4))
    Q[s, a] = rng.uniform(30, 40)
    check_update(submission, Q, s, a, rng.uniform(-3, -2), s, False, rng.uniform(0.3, 0.7), 1.0)


@pytest.mark.case(
    "q_update returns a new table and leaves the old one as it was",
    points=0.25,
    hint="new = Q.copy() first. new = Q is a second name for the same table.",
)
def test_new_table(submission, rng):
    Q = scattered(rng)
    Q[3] = rng.uniform(5, 6)  # one number in the whole row: it does not matter which of them is taken
    arguments = (Q, 1, 2, rng.uniform(2, 3), 3, False, 1.0, 1.0)
    about = {"names": ("Q",), "name": "new table", **ROUNDING}
    check.unchanged(submission.q_update, *arguments, want=updated(*arguments), **about)


# --- a choice ---


def chosen(submission, row, eps, seed, number=DRAWS):
    """Actions for a row, as an array."""
    actions, _ = probe(submission).choices(row, eps, seed, number)
    actions = np.concatenate([np.ravel(action)[:1] for action in actions])
    check.shape(actions, (number,), name="list of actions")
    whole = np.isin(actions, np.arange(len(row)))
    check.that(whole.all(), f"Actions are numbers from 0 to {len(row) - 1}.", got=actions[~whole][:1])
    return actions.astype(int)


def check_shares(submission, rng, *wanted):
    """Compare how often each action was chosen, for each (row, eps, shares); a share of 0 must be exact."""
    drawn = [chosen(submission, row, eps, make.seed(rng)) for row, eps, _ in wanted]
    for (row, eps, want), actions in zip(wanted, drawn, strict=True):
        shares = np.bincount(actions, minlength=len(row)) / DRAWS
        text = f"choices from {np.round(row, 2)} with eps = {eps}"
        check.that(not shares[want == 0].any(), f"A worse action is among the {text}.", expected=want, got=shares)
        check.close(shares, want, name=f"share of each action in {DRAWS} {text}", rtol=0, atol=0.1)


@pytest.mark.case(
    "With eps = 0 the best action is chosen, also where all entries are negative",
    points=0.25,
    public=True,
    hint="The position of the largest entry, not the entry itself; negative numbers count as they are.",
)
def test_greedy(submission, rng):
    rows = [rng.permutation([-7.5, -0.25, -3.0, -1.0]), rng.permutation([2.0, 0.0, 9.5, -11.0, 3.0, 1.0])]
    for row in [*rows, rng.normal(size=8), -rng.uniform(1, 2, size=7)]:
        got, after = probe(submission).choices(row, 0.0, make.seed(rng), 20)
        check.equal(got, [int(row.argmax())] * 20, name=f"20 choices from {np.round(row, 2)}")
        check.that(np.array_equal(after, row), "epsilon_greedy changed its input q_row.")


@pytest.mark.case(
    "Of several best actions each has the same chance, and no other action has any",
    points=0.25,
    hint="np.argmax always gives the first. np.flatnonzero(q_row == q_row.max()) gives all, and rng.choice takes one.",
)
def test_ties(submission, rng):
    tops = zip((-1.5, 0.0, 4.0), rng.permutation([1, 2, 3]), strict=True)
    rows = [np.roll([top, top, top, top - 2.5, top - 0.5], shift) for top, shift in tops]
    check_shares(submission, rng, *((row, 0.0, (row == row.max()) / 3) for row in (*rows, np.zeros(3))))


@pytest.mark.case(
    "With probability eps every action has the same chance, the best one included",
    points=0.5,
    hint="With eps = 0.4 and 4 actions the best one has the share 0.6 + 0.4 / 4 = 0.7, each other one 0.1.",
)
def test_shares(submission, rng):
    rows = ((rng.permutation(np.linspace(-2, 3, n)), eps) for eps, n in ((0.4, 4), (1.0, 5), (0.6, 3)))
    check_shares(submission, rng, *((row, eps, eps / len(row) + (1 - eps) * (row == row.max())) for row, eps in rows))


@pytest.mark.case(
    "All random numbers come from rng: the same seed gives the same actions, another seed others",
    points=0.25,
    hint="rng.random(), rng.integers(n), rng.choice(best). Not np.random, and no new generator inside.",
)
def test_choices_follow_rng(submission, rng):
    row = rng.permutation([1.0, 4.0, 4.0, -2.0])
    first, second, again = (chosen(submission, row, 0.7, seed, 60) for seed in (1, 2, 1))
    check.that(np.array_equal(first, again), "The same seed gives other actions.", expected=first[:8], got=again[:8])
    check.that(not np.array_equal(first, second), "Every seed gives the same actions.", got=first[:8])


# --- returns ---


def summed(rewards, gamma):
    """Trusted returns."""
    return [sum(gamma**k * reward for k, reward in enumerate(rewards[t:])) for t in range(len(rewards))]


def check_returns(submission, rewards, gamma):
    """Compare the returns, a list or an array; the rewards stay as they are."""
    got, after = with_arguments(submission.returns, rewards, gamma)
    name = f"returns of {len(rewards)} rewards with gamma = {gamma:.2g}"
    check.shape(got, (len(rewards),), name=name)
    check.close(np.asarray(got, dtype=float), np.array(summed(rewards, gamma)), name=name, **ROUNDING, gamma=gamma)
    check.that(list(after[0]) == rewards, "returns changed its input rewards.")


@pytest.mark.case(
    "returns by hand: rewards 1, 2, -3, 4 and gamma 0.5",
    points=0.25,
    public=True,
    hint="From the end: 4; then -3 + 0.5 * 4 = -1; then 2 + 0.5 * (-1) = 1.5; and so on.",
)
def test_returns_by_hand(submission):
    check_returns(submission, [1.0, 2.0, -3.0, 4.0], 0.5)


@pytest.mark.case(
    "returns of any rewards, of none, with gamma = 0 and with gamma = 1",
    points=0.5,
    hint="total = r + gamma * total, from the last reward to the first. Do not divide by gamma.",
)
def test_returns(submission, rng):
    rewards = rng.normal(size=int(rng.integers(6, 9))).tolist()
    for some, gamma in (
        (rewards, rng.uniform(0.3, 0.9)),
        (rewards, 1.0),
        (rewards, 0.0),
        (rewards[:1], 0.5),
        ([], 0.5),
    ):
        check_returns(submission, some, gamma)


# --- training ---


STEPS = ((0, 1, 2.5, 1, False, 0.3, 0.8), (1, 1, -1.5, 2, True, 0.6, 0.7), (2, 0, 0.5, 2, False, 0.2, 0.9))
"""From a state to another one, to the end, and to itself."""


def check_some_updates(submission):
    for step in STEPS:
        check_update(submission, np.array([[1.0, -2.0], [3.0, 5.0], [-4.0, -6.0]]), *step)


def trained(submission, world, *settings):
    """The learnt table: numbers, one row for each state.

    A mistaken q_update has lost cases of its own. The training is judged with a right one in its place then.
    """
    own = once(submission, "q_update is right", lambda: passes(lambda: check_some_updates(submission)))
    got = probe(submission).train(world.tables, own, *settings)
    check.shape(got, world.rewards.shape, name="learnt table")
    check.finite(got, name="learnt table")
    return np.asarray(got, dtype=float)


def chain(rng, rewards, ends_in):
    """A world whose states follow one another in random order, whatever the agent does; two are not on the way."""
    length, order = len(rewards) - 2, rng.permutation(len(rewards))
    following, ends = np.zeros(rewards.shape, int), np.zeros(rewards.shape, bool)
    following[order[:length]] = order[[*range(1, length), ends_in]][:, None]
    ends[order[length - 1]] = True
    return worlds.World(following, rewards, ends, order[:1])


@pytest.mark.case(
    "train updates after every step, with its alpha and gamma, to the end of an episode that comes back to its start",
    points=0.5,
    hint="In each step: choose, env.step, update, s = s2. Hand on alpha, gamma and done as they are, until done.",
)
def test_steps(submission, rng):
    world = chain(rng, rng.uniform(1, 3, size=(14, 1)) * rng.choice([-1, 1], size=(14, 1)), ends_in=0)
    alpha, gamma, seed = rng.uniform(0.25, 0.35), rng.uniform(0.6, 0.8), make.seed(rng)
    before, after = (trained(submission, world, episodes, alpha, gamma, 0.3, seed) for episodes in (3, 4))
    moved = not np.allclose(before, after, rtol=1e-4)
    check.that(moved, "3 and 4 episodes give the same table.", expected="another table", got=before.ravel()[:4])

    def after_one_more():
        Q, s, done = before, int(world.starts[0]), False
        while not done:
            s2, r, done = (table[s, 0].item() for table in world.tables[:3])
            Q, s = updated(Q, s, 0, r, s2, done, alpha, gamma), s2
        return Q

    check.close(after, after_one_more(), name="table after the fourth episode", **ROUNDING, before=before)


@pytest.mark.case(
    "Every episode begins where env.reset(rng) says, and the reward of each start is learnt",
    points=0.25,
    hint="s = env.reset(rng) at the beginning of every episode, with the one generator of the whole training.",
)
def test_starts(submission, rng):
    rewards, starts = rng.uniform(1, 3, size=(5, 1)), np.array([4, 1, 3])
    world = worlds.World(np.full((5, 1), 2), rewards, np.full((5, 1), True), starts)
    got = trained(submission, world, 200, 0.5, 0.9, 0.3, make.seed(rng))
    check.close(got[starts], rewards[starts], name="values of three starts", rtol=0, atol=0.01)


def way_of(Q, best, maze):
    """Follow the table: (state, action) of each step, and whether only best actions have the top entry."""
    s, way = int(maze.starts[0]), []
    while s not in [state for state, _ in way]:
        top = np.flatnonzero(np.isclose(Q[s], Q[s].max(), rtol=0, atol=1e-9))
        good = np.isclose(best[s], best[s].max(), rtol=0, atol=1e-9)
        way.append((s, int(top[0])))
        if not good[top].all():
            return way, False
        if maze.ends[s, top[0]]:
            return way, True
        s = int(maze.following[s, top[0]])
    return way, False


@pytest.mark.case(
    "In three mazes the agent finds a shortest way from the start to the goal, around walls and the trap",
    points=0.5,
    hint="If single updates are right: does the agent explore with eps, break ties at random, and go on from s2?",
)
def test_mazes(submission, rng, metrics):
    for gamma in (0.9, 0.85, 0.95):
        maze, found, tries = worlds.maze(rng), False, 0
        while not found and tries < TRIES:
            Q = trained(submission, maze, 300, 0.5, gamma, 0.3, make.seed(rng))
            (way, found), tries = way_of(Q, maze.best(gamma), maze), tries + 1
        metrics.board("maze", maze.drawn(way), "the agent's way")
        steps = " ".join(maze.arrows[action] for _, action in way)
        check.that(found, "The best actions of the learnt table do not lead to the goal by a shortest way.", got=steps)


@pytest.mark.case(
    "What the table promises at the start is what the best agent really gets, although the agent explores",
    points=0.25,
    hint="The target has the largest entry of Q[s2], not that of the action which is chosen next (this is SARSA).",
)
def test_values(submission, rng):
    order, onward = rng.permutation(6), rng.integers(3, size=6)
    following, ends = np.full((6, 3), order[5]), np.full((6, 3), True)
    rewards = -rng.uniform(1, 2, size=(6, 3))  # one action goes on to the next of four states, the others are falls
    following[order[:4], onward[:4]], ends[order[:3], onward[:3]] = order[1:5], False
    rewards[order[:4], onward[:4]] = rng.uniform(0.2, 0.8, size=4)
    world = worlds.World(following, rewards, ends, order[:1])
    got, want = trained(submission, world, 400, 0.5, 0.8, 0.3, make.seed(rng)), world.best(0.8)
    check.close(got[order[0]].max(), want[order[0]].max(), name="largest entry at the start", rtol=0, atol=0.01)


@pytest.mark.case(
    "eps decides what is tried: with 0 hardly more than the first good action, with 1 many actions",
    points=0.5,
    hint="Choose every action with epsilon_greedy(Q[s], eps, rng), with the eps that train was given.",
)
def test_exploring(submission, rng):
    world = chain(rng, rng.uniform(1000, 2000, size=(42, 10)), ends_in=41)
    for eps, least, most in ((0.0, 0.9, 1.6), (1.0, 2.5, 10.0)):
        Q = trained(submission, world, 10, 0.5, 0.5, eps, make.seed(rng))
        tried = (Q > 100).sum() / 40  # whatever the table began with, what was tried is larger now
        text = (
            f"With eps = {eps:g} the agent tried {tried:.2g} of 10 good actions in each of 40 states, in 10 episodes."
        )
        text = f"train does not explore. {text}" if np.isclose(tried, 1) else text
        check.that(least <= tried <= most, text, expected=f"{least:g} to {most:g}", got=f"{tried:.2g}")


@pytest.mark.case(
    "The same call gives the same table, whatever was trained in between; another seed walks elsewhere",
    points=0.25,
    hint="Make the table and the generator inside train: np.zeros(...) and np.random.default_rng(seed).",
)
def test_seeds(submission, rng):
    (one, two), (seed, other) = (worlds.maze(rng), worlds.maze(rng)), (make.seed(rng), make.seed(rng))
    calls = ((one, seed), (two, seed), (one, other), (one, seed))
    first, _, elsewhere, again = (trained(submission, world, 20, 0.5, 0.9, 0.3, number) for world, number in calls)
    check.that(
        np.allclose(again, first), "Two calls with the same seed give different tables.", expected="equal tables"
    )
    check.that(not np.allclose(first, elsewhere), "Two different seeds give the same table.", expected="another walk")
