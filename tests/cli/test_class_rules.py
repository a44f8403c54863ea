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


def test_a_sheet_is_exported_filled_in_and_taken_in(person):
    rules = RULES.replace("weight: 2}", "weight: 2, rubric: {style: 2}}")
    (person.here / "class.yaml").write_text(rules, encoding="utf-8")
    result = person.type("class", "manual", "export", "--rules", "class.yaml", "--section", "B", "-o", "sheet.csv")
    assert (result.code, result.err) == (0, "")
    sheet = (person.here / "sheet.csv").read_text()
    assert "Bob Roy,8,exercise2,style,,2,,," in sheet
    assert "Ada" not in sheet
    (person.here / "sheet.csv").write_text(
        sheet.replace("8,exercise2,style,,2,,,", "8,exercise2,style,1.5,2,=neat,,TA")
    )
    typed = ("class", "manual", "import", "sheet.csv", "--rules", "class.yaml")
    assert "1 new row" in person.type(*typed, "--dry-run").out
    assert not (person.here / "manual.csv").exists()
    assert person.type(*typed, "--json").json["added"] == 1
    assert "Bob Roy,8,exercise2,style,1.5,2,'=neat,,TA" in (person.here / "manual.csv").read_text()
    assert person.type(*typed, "--json").json["added"] == 0
    kept = (person.here / "manual.csv").read_bytes()
    (person.here / "sheet.csv").write_text(sheet.replace("8,exercise2,override,,,,,", "8,exercise2,override,3,,,,"))
    wrong = person.type(*typed)
    assert (wrong.code, "an override needs 'reason'" in wrong.err) == (3, True)
    assert (person.here / "manual.csv").read_bytes() == kept
    again = ("class", "manual", "export", "--rules", "class.yaml", "-o", "sheet.csv")
    assert (person.type(*again).code, "already there" in person.type(*again).err) == (2, True)
    assert person.type(*again, "--force", "--json").json == {"format_version": 1, "rows": 6, "file": "sheet.csv"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--work", "exercise9"], "no work of the rules"),
        (["--section", "Z"], "nobody"),
        (["--file", "class.yaml"], "no table"),
    ],
)
def test_a_sheet_that_cannot_be_is_told(person, options, said):
    (person.here / "class.yaml").write_text(RULES, encoding="utf-8")
    result = person.type("class", "manual", "export", "--rules", "class.yaml", "-o", "sheet.csv", *options)
    assert (result.code, said in result.err) == (2, True)
