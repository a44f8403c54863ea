"""``dlquiz class`` with the rules of a class, through the real program."""

import pytest

from tests.classroom.test_rules import RULES


def test_the_rules_of_a_class_are_said_in_sentences(person):
    (person.here / "class.yaml").write_text(RULES, encoding="utf-8")
    result = person.type("class", "rules", "class.yaml")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "Deep learning, autumn: 3 learners, 1 group, 2 extensions.",
        "All times are those of the clock of Europe/Berlin.",
        "  exercise1: due Fri 23 Oct 2026 23:59; B: Sat 24 Oct 2026 23:59; weight 1; the last attempt counts",
        "    After 1 hour of grace −10 % of the points earned for each day begun, at most −50 %.",
        "  exercise2: due Fri 30 Oct 2026 12:00; weight 2; the best attempt counts",
        "    Late: nothing is taken off.",
        "  words: due Mon 5 Oct 2026 11:00; weight 1; the last attempt counts",
        "    Late: nothing is taken off.",
        "Learners may see their grades from Tue 1 Dec 2026 00:00 on.",
    ]
    document = person.type("class", "rules", "class.yaml", "--json").json
    assert document["work"]["exercise1"]["due_in"] == {"B": "2026-10-24T21:59:00+00:00"}


@pytest.mark.parametrize(("text", "said"), [("", "is empty"), (RULES.replace("[A, B]", "[A]"), "'B' is none of the")])
def test_wrong_rules_are_told_with_their_lines(person, text, said):
    (person.here / "class.yaml").write_text(text, encoding="utf-8")
    result = person.type("class", "rules", "class.yaml")
    assert (result.code, result.out) == (3, "")
    assert said in result.err
    assert "class.yaml:" in result.err


def test_an_editor_gets_the_schema_of_the_rules(person):
    assert person.type("dev", "schema", "class").json["title"] == "The rules of a class in dlquiz"
