"""What begins like a block of Markdown is a sign where our text is one line: other programs must show it too."""

import re

import pytest
from markdown_it import MarkdownIt

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.texts import mark_is_sign, sign_at_start
from dlquiz.exchange.to_ours import as_quiz_fields
from dlquiz.model.quiz import Quiz

MARKED = ["> 0.5", "# one", "#tag", "- x", "+ 3", "* a", "1. x", "12.", "---", "***", "_ _ _", "===", "[0]: 5",
          "2012. A year", "> `a` and *b*"]  # fmt: skip
PLAIN = ["-x", "-1", "+3", "*a* b", "**b**", "1.5", "a > b", "[a] b", "`> x`", "$x$ > 1", "--", "x - y", "_a_"]


def rendered(markdown):
    return MarkdownIt("commonmark").enable("table").render(markdown).strip()


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_at_the_beginning_is_escaped_and_comes_back(text):
    escaped = mark_is_sign(text)
    assert escaped != text
    assert sign_at_start(escaped) == text
    assert re.fullmatch(r"<p>.*</p>", rendered(escaped))


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text):
    assert mark_is_sign(text) == text
    assert rendered(text).startswith("<p>")


@pytest.mark.parametrize("name", ["moodle", "gift", "text2qti", "qti12", "qti21"])
@pytest.mark.parametrize("text", [*MARKED, *PLAIN[:-1]])  # in HTML, _a_ is *a*
def test_options_and_reasons_come_back_as_they_were(name, text):
    question = {"kind": "choice", "id": "q", "stem": "Which?", "right": text, "wrong": {"other": text},
                "explain": "Because.", "source": "A book"}  # fmt: skip
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question]})
    content = FORMATS[name].writer()(quiz, "quiz").content
    again = Quiz.model_validate(as_quiz_fields(FORMATS[name].reader()(content, "quiz"))).questions[0]
    assert (again.right, again.wrong) == (text, {"other": text})


@pytest.mark.parametrize(("name", "wanted"), [("moodle", r"\> 0.5"), ("gift", r"\\> 0.5"), ("text2qti", r"\> 0.5")])
def test_programs_that_read_markdown_see_a_sign_and_no_quote(name, wanted):
    question = {"kind": "choice", "id": "q", "stem": "> A quote.\n\nWhich?", "right": "> 0.5",
                "wrong": {"< 0.5": "No."}, "explain": "> So.", "source": "A book"}  # fmt: skip
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question]})
    text = FORMATS[name].writer()(quiz, "quiz").content.decode()
    assert wanted in text
    assert "> A quote." in text  # a stem may hold a quote
    assert "\\> A" not in text


@pytest.mark.parametrize("name", ["moodle", "gift", "html"])
def test_a_stem_and_an_explanation_of_one_line_are_no_lists(name):
    question = {"kind": "choice", "id": "q", "stem": "- 1 is what?", "right": "negative", "wrong": {"positive": "No."},
                "explain": "# is no heading here.", "hints": ["> 0 is positive."], "source": "A book"}  # fmt: skip
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question]})
    written = FORMATS[name].export(quiz, "q", None).content.decode()
    if name == "html":
        for shown in ("- 1 is what?", "# is no heading here.", "&gt; 0 is positive."):
            assert shown in written
        return
    assert r"\- 1 is what?" in written.replace(r"\\-", r"\-")
    (again,) = FORMATS[name].reader()(written.encode(), "q").questions
    assert again["stem"] == question["stem"]
    assert again["explain"] == question["explain"]
