"""GIFT as people really write it."""

import pytest

from dlquiz.exchange.formats.gift import read


def questions(text):
    return [dict(question) for question in read(text.encode(), "bank.gift").questions]


def losses(text):
    return [change.what for change in read(text.encode(), "bank.gift").report.changes if change.loss]


@pytest.mark.parametrize(
    "text",
    [
        "::a::Is it? {T}\r\n\r\n::b::Or not? {F}\r\n",
        "::a::Is it? {T}\n::b::Or not? {F}",
        "Is it? {T}\nOr not? {F}\n",
        "\ufeffIs it? {TRUE}\n\n\n\nOr not? {FALSE}",
        "// a comment\nIs it?\n{ T }\n// another\n\nOr not? {F####Because.}",
        "Is it? {T}\n\n// [id:x] [tag:y]\n\nOr not?\n{\n\nF\n\n}",
    ],
)
def test_two_questions_are_two_however_they_are_set_apart(text):
    assert [(q["stem"], q["answer"]) for q in questions(text)] == [("Is it?", "true"), ("Or not?", "false")]


def test_latex_braces_that_nobody_escaped_are_understood():
    found = questions("What is $\\frac{1}{2}$ of $x^{2}$? {=half ~third}")[0]
    assert (found["stem"], found["right"]) == ("What is $\\frac{1}{2}$ of $x^{2}$?", "half")


def test_an_arrow_in_an_option_is_no_match():
    found = questions("How? {~go -> there =stay -> here}")[0]
    assert (found["kind"], found["right"]) == ("choice", "stay -> here")


def test_a_pair_without_a_term_is_an_extra_meaning():
    found = questions("Match. {=a -> 1 =b -> 2 = -> 3}")[0]
    assert (found["pairs"], found["extra"]) == ({"a": "1", "b": "2"}, ["3"])


def test_comments_behind_the_text_are_understood_where_nothing_else_helps():
    found = questions("::T:: // title\nThis is false. // stem\n{ // before\n F // after\n}\n")[0]
    assert (found["stem"], found["answer"]) == ("This is false.", "false")


def test_a_web_address_is_no_comment():
    assert questions("See http\\://x.org/a {T}")[0]["stem"] == "See http://x.org/a"


def test_ids_and_tags_come_from_the_comment():
    found = questions("// [id:my-id] [tag:one] [tag:two words]\nIs it? {T}")[0]
    assert (found["id"], found["tags"]) == ("my-id", ["one", "two words"])


def test_one_category_is_the_title_and_several_are_tags():
    one = read(b"$CATEGORY: $course$/top/Unit 1\n\nIs it? {T}", "f")
    assert (one.title, "tags" in one.questions[0]) == ("Unit 1", False)
    two = read(b"$CATEGORY: A/Unit 1\n\nIs it? {T}\n\n$CATEGORY: A/Unit 2\n\nOr not? {F}", "f")
    assert [question["tags"] for question in two.questions] == [["unit-1"], ["unit-2"]]


def test_feedback_on_a_truth_tells_wrong_before_right():
    found = questions("Is it? {T#You are mistaken.#You know it.####In general.}")[0]
    assert found["explain"] == "In general.\n\nYou know it.\n\nIf you answered “false”: You are mistaken."


def test_several_numbers_with_weights():
    text = "How many? {#\n=%100%3:0.5#Three.\n=%0%7#That is the week.\n~#Nothing.\n}"
    found = questions(text)[0]
    assert (found["answer"], found["tolerance"], found["near"]) == ("3", "0.5", {"7": "That is the week."})
    assert losses(text) == ["any other answer"]


def test_three_thirds_are_as_much_as_the_whole():
    text = "Pick three {~%33%a ~%33%b ~%33%c ~%-33%d}"
    found = questions(text)[0]
    assert (found["kind"], found["right"], list(found["wrong"])) == ("multi", ["a", "b", "c"], ["d"])
    assert losses(text) == []


def test_a_penalty_of_a_typed_answer_is_declared():
    assert losses("Who? {=a =%-50%b}") == ["penalty"]


def test_html_becomes_markdown():
    found = questions("[html]<p>The <b>first</b><br/>and \\\\(x\\=1\\\\)</p><ul><li>one</li></ul>{=<i>a</i> ~b}")[0]
    assert found["stem"] == "The **first**\nand $x=1$\n\n- one"
    assert found["right"] == "*a*"


def test_dropped_questions_say_what_they_are():
    report = read(b"Only text.\n\nWrite. {}\n\nIs it? {T}", "f").report
    assert [(c.what, c.line) for c in report.changes if c.kind == "dropped"] == [("description", 1), ("essay", 3)]


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        ("Which? {=[html]<b>MSE</b> =[markdown]*mean* squared error}", ["MSE", "mean squared error"]),
        ("Which? {=[html]<p>a &lt; b</p> =[moodle]x =[plain]*y}", ["a < b", "x", "/.*y/"]),
        ("[html]<p>Which?</p> {=<i>epoch</i> =mini-batch}", ["epoch", "mini-batch"]),
        ("[html]<p>Which tag?</p> {=<b>}", ["<b>"]),
        ("[markdown]Which? {=`relu` =[markdown]`tanh`}", ["`relu`", "tanh"]),
        ("Which? {=[tensor]x}", ["[tensor]x"]),
    ],
)
def test_marks_of_a_format_are_no_part_of_what_is_typed(text, accept):
    assert questions(text)[0]["accept"] == accept
