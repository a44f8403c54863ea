"""Ids for questions that come from elsewhere: each once, and no slower the more there are."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from dlquiz.exchange.ids import Ids

LONG = "x" * 37


class CountingSet(set):
    """A set that counts how often it was asked."""

    asked = 0

    def __contains__(self, item):
        self.asked += 1
        return super().__contains__(item)


def counting():
    ids = Ids()
    ids._taken = CountingSet()
    return ids


def ids_of(wishes):
    ids = Ids()
    return [ids.new(wish) for wish in wishes]


def test_equal_wishes_are_numbered():
    assert ids_of(["What is it?"] * 3) == ["what-is-it", "what-is-it-2", "what-is-it-3"]
    assert ids_of(["a", "a-2", "a", "a-3", "a"]) == ["a", "a-2", "a-3", "a-3-2", "a-4"]
    assert ids_of(["日本", "?", "question-1"]) == ["question-1", "question-2", "question-1-2"]


def test_a_long_name_gives_way_to_its_number():
    made = ids_of([LONG + "abc"] * 100)
    assert made[1] == LONG + "a-2"
    assert made[9] == LONG + "-10"
    assert made[99] == LONG[:36] + "-100"


def test_names_that_differ_only_where_they_are_cut_stay_apart():
    made = ids_of([LONG + "abc", LONG + "abd"] * 60)
    assert len(set(made)) == 120
    assert made[2:4] == [LONG + "a-2", LONG + "a-3"]


@given(
    st.lists(st.sampled_from(["a", "a-2", "a-3", "a-10", LONG + "abc", LONG + "abd", LONG + "-2", LONG[:35] + "__bcd"]))
)
def test_each_id_is_the_first_that_is_free(wishes):
    taken = set()
    for wish, made in zip(wishes, ids_of(wishes), strict=True):
        numbered = (wish[: 39 - len(str(n))].rstrip("-_") + f"-{n}" for n in itertools.count(2))
        assert made == next(one for one in itertools.chain([wish], numbered) if one not in taken)
        taken.add(made)


def test_the_work_grows_with_the_number_of_questions_and_no_faster():
    count = 5_000
    names = [f"{LONG}{a}{b}{c}" for a, b, c in itertools.product("abcdefghijklmn", repeat=3)]
    crowds = {
        "one question": ["What is it?"] * count,
        "its numbers are taken": [f"what-is-it-{number}" for number in range(2, count)] + ["What is it?"] * count,
        "names that are cut": [*names, *names],
        "no words": ["?"] * count,
    }
    for crowd, wishes in crowds.items():
        ids = counting()
        for wish in wishes:
            ids.new(wish)
        assert ids._taken.asked <= 3 * len(wishes), crowd
