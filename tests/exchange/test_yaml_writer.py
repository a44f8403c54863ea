"""Our own file: what is written is read back as the same quiz, and reads well."""

import textwrap

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dlquiz.content import yamlfile
from dlquiz.content.course import builtin_course, load_quiz
from dlquiz.errors import ContentError
from dlquiz.exchange.yaml_writer import WIDTH, write_fields
from dlquiz.model.codes import Code
from dlquiz.model.params import template
from dlquiz.model.quiz import Quiz
from dlquiz.text import UNSTORABLE
from tests.quiz.strategies import KINDS, any_text, quizzes

RELAXED = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def round_trip(quiz: Quiz, folder) -> Quiz:
    path = folder / "written.yaml"
    path.write_text(write_fields(as_fields(quiz)), encoding="utf-8")
    return load_quiz(path)


def as_fields(quiz):
    """A quiz as its author would write it: what is as by default is left out, places stay places."""
    fields = quiz.model_dump(exclude_defaults=True) | {"format_version": 1}
    return fields | {"questions": [question_fields(question) for question in quiz.questions]}


def question_fields(question):
    if question.params:
        return template(question)
    fields = question.model_dump(exclude_defaults=True) | {"kind": question.kind}
    fields.pop("params", None)
    if question.kind == "multi" and not any(fields["right"].values()):
        fields["right"] = list(fields["right"])
    return fields


@RELAXED
@given(quiz=quizzes())
def test_a_written_quiz_is_read_back_as_the_same_quiz(quiz, tmp_path):
    assert round_trip(quiz, tmp_path) == quiz


@RELAXED
@given(quiz=quizzes(kinds=("choice", "multi", "short", "match", "truefalse"), text=any_text(), most=2))
def test_any_text_survives(quiz, tmp_path):
    assert round_trip(quiz, tmp_path) == quiz


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written(kind, tmp_path):
    @settings(RELAXED, max_examples=15)
    @given(quiz=quizzes(kinds=(kind,), most=1))
    def check(quiz):
        assert round_trip(quiz, tmp_path) == quiz

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_with_any_text(kind, tmp_path):
    @settings(RELAXED, max_examples=25)
    @given(quiz=quizzes(kinds=(kind,), text=any_text(), most=1))
    def check(quiz):
        assert round_trip(quiz, tmp_path) == quiz

    check()


SHIPPED = sorted((builtin_course() / "quizzes").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_quiz_comes_back_the_same(path, tmp_path):
    quiz = load_quiz(path)
    for picture in filter(None, (one.image for one in quiz.questions)):
        (tmp_path / picture).parent.mkdir(exist_ok=True)
        (tmp_path / picture).touch()
    assert round_trip(quiz, tmp_path) == quiz


NASTY = (
    *"yes no on off true null Null ~ 1e3 0x1 0o7 012 1_000 .5 .inf 12:30:00 2024-01-01 = << - -- --- ...".split(),
    *"? : # ! & * | > %TAG @at `tick` [list {map {{n}} , ] } ' '' \" \"\" \\ \\n \\alpha $\\frac{1}{2}$".split(),
    *"a:b a: :a key:value #a a#".split(),
    "a: b", "a #b", " a", "a ", " ", "", "- a", "? a", "! a", "a\tb", "\ta", "a\t", "a\t\nb", "a \nb", "a\n b",
    "a\n  \nb", "\na", "a\n", "a\n\n", "\n", "a\n\nb", "a\n\n\n\nb", "   \n a", "a\rb", "a\r\nb", "---\na",
    "a\n...\nb", "# a\n# b", "a\x85b", "a\u2028b", "a\u2029b", "\ufeffa", "a\ufeff", "a\x07b", "\x00", "a\u202eb",
    "\u200d", "caf\u00e9 \u65e5\u672c", "\U0001f600", "\U0001f468\u200d\U0001f469", "\U0010ffff", "\ufffe",
    "word " * 60 + "end", "w" * 500, ("w" * 60 + " ") * 9 + "w", "two  blanks " * 20, "it's " * 90, 'a "b" ' * 90,
    "line of words " * 20 + "\n" + "line of words " * 3, "- a " * 60, "a: b " * 60, "for a in b:\n\tprint(a)\n",
    "def f():\n\treturn 1\n\n\ndef g():\n\treturn 2", "\n".join("ab" * 40 for _ in range(9)),
)  # fmt: skip


def nasty_texts():
    """Texts of whatever characters, most of them ones that mean something to a reader of YAML."""
    signs = st.sampled_from("\n\t\r :#-?'\"{}[],|>&*!%@`~\\\x85\u2028\u2029\ufeff\u202e\x07\x00ab1\U0001f600")
    pieces = st.sampled_from([*NASTY, "word " * 30])
    return st.one_of(st.text(signs, max_size=30), st.text(max_size=30), st.lists(pieces, max_size=4).map("".join))


def with_examples(test):
    for text in NASTY:
        test = example(text=text)(test)
    return test


def fields_of(text, nothing=None):
    """One text wherever a text can stand: field, item of a list, key, value of a mapping, in a list of lists."""
    wrong = {text: text, f"{text}.": nothing}
    body = {"id": "a", "stem": text, "tags": [text, "b"], "hints": [text * 2, text], "wrong": wrong}
    odd = {"id": "b", "extra": [[text], [{text: text}], nothing], "why": {}, "items": []}
    return {"title": text, "summary": text, "questions": [body, odd]}


@settings(RELAXED, max_examples=150)
@given(text=nasty_texts())
@with_examples
def test_any_text_anywhere_comes_back(text):
    """Here and in another reader of YAML; only what our files may not hold is refused, for its character."""
    written = write_fields(fields_of(text), comment=text)
    # This loader takes every value as text, and an empty one as an empty text.
    assert yaml.load(written, Loader=yaml.BaseLoader) == fields_of(text, nothing="")
    try:
        document = yamlfile.parse(written, "a.yaml")
    except ContentError as error:  # a character that YAML itself allows
        found = error.findings
    else:
        found = document.findings
        assert document.root.plain() == fields_of(text)
    assert {finding.code for finding in found} == ({Code.CHARACTER} if UNSTORABLE.search(text) else set())


@pytest.mark.parametrize(
    "text", ["yes", "1e3", "0x1", "012", "null", "2024-01-01", "a b", "it's", "a:b", "a#b", "é", "x, y", "-1", "50 %"]
)
def test_nothing_is_quoted_that_needs_no_quotes(text):
    assert write_fields({"title": text, "questions": []}) == f"title: {text}\n"


@pytest.mark.parametrize(
    ("text", "written"), [("a: b", '"a: b"'), ('"a"', "'\"a\"'"), ("\\x: y", r"'\x: y'"), ("~", '"~"'), ("", '""')]
)
def test_quotes_are_those_that_need_no_escapes(text, written):
    assert write_fields({"title": text}) == f"title: {written}\n"


def test_code_stands_as_it_is_written():
    code = "for a in b:\n\tif a:  # why? \n\n\t\tprint(a)"
    written = write_fields({"questions": [{"kind": "output", "code": code}]})
    assert written == "questions:\n  - kind: output\n    code: |-\n" + textwrap.indent(code, " " * 6) + "\n"


def test_the_file_is_pleasant_to_read():
    text = write_fields(
        {
            "format_version": 1,
            "title": "Words: the first",
            "questions": [
                {
                    "kind": "choice",
                    "id": "a",
                    "right": "An epoch",
                    "wrong": {"A batch": "That is one step. " * 9 + "No."},
                    "stem": "What is one pass over the data?",
                    "explain": "See above.\nAnd below.",
                    "tags": ["epoch", "batch"],
                    "source": "A book",
                }
            ],
        },
        comment="Imported from x.gift.",
    )
    assert text.startswith("# Imported from x.gift.\nformat_version: 1\n")
    assert 'title: "Words: the first"' in text
    assert "    stem: What is one pass over the data?\n" in text
    assert "    tags: [epoch, batch]\n" in text
    assert "      A batch: >-\n" in text
    assert max(map(len, text.splitlines())) <= WIDTH


def test_long_and_odd_keys_are_written_so_that_yaml_takes_them(tmp_path):
    option = "word " * 300 + "end"
    quiz = Quiz.model_validate(
        {
            "format_version": 1,
            "title": "t",
            "questions": [
                {
                    "kind": "choice",
                    "id": "a",
                    "stem": "s",
                    "right": "r",
                    "wrong": {option: "long", "? - : #": "odd", "two\nlines": "x"},
                    "explain": "e",
                    "source": "s",
                }
            ],
        }
    )
    assert round_trip(quiz, tmp_path) == quiz
