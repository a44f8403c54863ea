"""``hint``: one more each time, remembered."""


def test_hints_come_one_by_one_and_say_how_many_are_left(worker):
    shown = [worker.type("hint", "1").out for _ in range(4)]
    assert "Hint 1 of 3 for exercise1: Look at the words.\n2 more hints." in shown[0]
    assert "Hint 2 of 3 for exercise1: Look at the signs.\n1 more hint." in shown[1]
    assert "That was the last hint." in shown[2]
    assert "Hint 3 of 3" in shown[3]
    assert "You have seen every hint" in shown[3]
    assert all("Next: dlquiz grade exercise1" in text for text in shown)


def test_again_shows_what_was_seen_and_nothing_new(worker):
    assert "seen no hint" in worker.type("hint", "1", "--again").out
    worker.type("hint", "1")
    worker.type("hint", "1")
    again = worker.type("hint", "1", "--again", "--json").json
    assert [one["number"] for one in again["hints"]] == [1, 2]
    assert again["left"] == 1
    assert worker.type("hint", "1", "--json").json["hints"][0]["number"] == 3


def test_each_exercise_counts_for_itself(worker):
    worker.type("hint", "1")
    assert worker.type("hint", "2", "--json").json["left"] == 2


def test_without_a_workspace_a_hint_is_given_and_not_remembered(person):
    for _ in range(2):
        result = person.type("hint", "1")
        assert "Hint 1 of 3" in result.out
        assert "not remembered" in result.err
