"""The loader: places are exact, text stays text, and nothing but ContentError comes out."""

import os
import re
import socket
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from dlquiz.content.course import load_quiz, validated
from dlquiz.content.yamlfile import MAX_BYTES, MAX_DEPTH, Node, parse, read_document
from dlquiz.errors import ContentError


class Box(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format_version: Literal[1] = 1
    text: str = "-"
    number: float = 0
    flag: bool = False
    maybe: str | None = None
    entries: tuple[str, ...] = ()


def load(tmp_path, content, model=Box):
    path = tmp_path / "box.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return validated(read_document(path), model)


def findings_of(tmp_path, content, model=Box):
    with pytest.raises(ContentError) as caught:
        load(tmp_path, content, model)
    assert caught.value.exit_code == 3
    assert caught.value.findings
    return caught.value.findings


def first(tmp_path, content):
    found = findings_of(tmp_path, content)[0]
    return found.code, found.line, found.column


# --- places: a document is written by a small emitter of our own that notes where each value begins --------

words = st.text(alphabet="abcxyzäß漢😀019 ._-", min_size=1, max_size=12).map(str.strip).filter(bool)
trees = st.recursive(
    words,
    lambda below: st.lists(below, min_size=1, max_size=4) | st.dictionaries(words, below, min_size=1, max_size=4),
    max_leaves=15,
)
documents = st.dictionaries(words, trees, min_size=1, max_size=4)


class Emitter:
    """Write a tree as YAML, in block or flow style, and note path -> (line, column) of every scalar."""

    def __init__(self, draw):
        self.draw = draw
        self.text = ""
        self.places = {}

    def here(self):
        return self.text.count("\n") + 1, len(self.text.rpartition("\n")[2]) + 1

    def scalar(self, value, path=None):
        if path is not None:
            self.places[path] = (*self.here(), value)
        quote = self.draw(st.sampled_from("\"'"))
        self.text += f"{quote}{value}{quote}"

    def flow(self, tree, path):
        if isinstance(tree, str):
            self.scalar(tree, path)
            return
        self.text += "[" if isinstance(tree, list) else "{"
        pairs = enumerate(tree) if isinstance(tree, list) else tree.items()
        for place, (step, below) in enumerate(pairs):
            self.text += ", " * bool(place)
            if isinstance(tree, dict):
                self.scalar(step)
                self.text += ": "
            self.flow(below, (*path, step))
        self.text += "]" if isinstance(tree, list) else "}"

    def block(self, tree, path, indent):
        if isinstance(tree, str) or self.draw(st.integers(0, 3)) == 0:
            self.text += " "
            self.flow(tree, path)
            return
        deeper = indent + self.draw(st.integers(1, 4))
        for step, below in enumerate(tree) if isinstance(tree, list) else tree.items():
            self.text += self.draw(st.sampled_from(["\n", "\r\n", "\n\n", "\n# a comment: 'x'\n"])) + " " * deeper
            if isinstance(tree, list):
                self.text += "-"
            else:
                self.scalar(step)
                self.text += ":"
            self.block(below, (*path, step), deeper)


@settings(max_examples=150, deadline=None)
@given(documents, st.data())
def test_every_scalar_is_found_where_its_text_stands(tree, data):
    emitter = Emitter(data.draw)
    emitter.text = "# begin"
    for key, below in tree.items():
        emitter.text += "\n"
        emitter.scalar(key)
        emitter.text += ":"
        emitter.block(below, (key,), 0)
    document = parse(emitter.text, "x.yaml")
    found = {
        path: (n.place.line, n.place.column, n.value) for path, n in document.root.walk() if isinstance(n.value, str)
    }
    assert found == emitter.places
    assert document.root.plain() == tree


def test_a_key_and_its_value_have_their_own_places():
    entry = parse("a:\n  'key' :   value\n", "x.yaml").root.value["a"].node.value["key"]
    assert (entry.key.line, entry.key.column) == (2, 3)
    assert (entry.node.place.line, entry.node.place.column) == (2, 13)


def test_walk_gives_the_root_and_everything_below():
    root = parse("a: [x, {b: y}]\n", "x.yaml").root
    assert isinstance(root, Node)
    assert [path for path, _ in root.walk()] == [(), ("a",), ("a", 0), ("a", 1), ("a", 1, "b")]


# --- text stays text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bare", ["no", "Yes", "on", "1e-3", "012", "(10,)", "2024-01-01", "0x1F", "1_000", "null", "12:30"]
)
def test_a_bare_word_is_text_where_text_is_expected(tmp_path, bare):
    assert load(tmp_path, f"text: {bare}\n").text == bare


def test_a_bare_value_is_read_by_the_type_of_its_field(tmp_path):
    box = load(tmp_path, "format_version: 1\nnumber: 1e-3\nflag: true\nmaybe: ~\nentries: [no, 1, '']\n")
    assert (box.format_version, box.number, box.flag, box.maybe) == (1, 0.001, True, None)
    assert box.entries == ("no", "1", "")


def test_typographic_spaces_and_signs_are_ordinary_text(tmp_path):
    assert load(tmp_path, "text: 60\u202f000 × 10⁻³ “é” 😀\n").text == "60\u202f000 × 10⁻³ “é” 😀"


def test_an_empty_value_is_told_at_its_key(tmp_path):
    assert first(tmp_path, "number: 1\ntext:\n") == ("DLQ016", 2, 1)


# --- what a file can be -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"", "DLQ009", 1, 1),
        (b"# only a comment\n", "DLQ009", 1, 1),
        (b"- a\n", "DLQ009", 1, 1),
        (b"just text\n", "DLQ009", 1, 1),
        (b"\xef\xbb\xbftext: a\n", "DLQ003", 1, 1),
        ("text: a\n".encode("utf-16"), "DLQ003", 1, 1),
        ("text: a\n# gr\u00fcn\n".encode("latin-1"), "DLQ003", 2, 5),
        (b"text: a\nnumber: \x00\n", "DLQ004", 2, 9),
        (b"text: a\x1b[31m\n", "DLQ004", 1, 8),
        (b'text: "a\\e[31m"\n', "DLQ004", 1, 7),
        ("text: a\u2028b\n".encode(), "DLQ004", 1, 8),
        ("text: a\u202eb\n".encode(), "DLQ004", 1, 8),
        (b"text: a\ntext: b\n", "DLQ006", 2, 1),
        (b"text: &a x\nmaybe: *a\n", "DLQ007", 2, 8),
        (b"text: !!python/object:os.system x\n", "DLQ007", 1, 7),
        (b"text: !secret x\n", "DLQ007", 1, 7),
        (b"text: a\n---\ntext: b\n", "DLQ007", 2, 1),
        (b"? [a]\n: b\n", "DLQ007", 1, 3),
        (b"text: What is this: a batch?\n", "DLQ005", 1, 19),
        (b"text: a\n\tnumber: 1\n", "DLQ005", 2, 1),
        (b"texd: a\n", "DLQ011", 1, 1),
        (b"number: many\n", "DLQ015", 1, 9),
        (b"flag: perhaps\n", "DLQ015", 1, 7),
        (b"entries: one\n", "DLQ015", 1, 10),
        (b"entries: [a, {b: c}]\n", "DLQ015", 1, 14),
        (b"format_version: x\n", "DLQ010", 1, 17),
        (b"format_version: 0\n", "DLQ010", 1, 17),
        (b"text: [" + b"[" * 500 + b"\n", "DLQ008", 1, 6 + MAX_DEPTH),
        (b"- " * 200_000, "DLQ008", 1, 1 + 2 * MAX_DEPTH),
        (b"{" * 200_000, "DLQ008", 1, 1 + MAX_DEPTH),
    ],
)
def test_a_broken_file_gives_a_code_and_a_place(tmp_path, content, code, line, column):
    assert first(tmp_path, content) == (code, line, column)


def test_a_small_file_cannot_grow_through_aliases(tmp_path):
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    codes = {finding.code for finding in findings_of(tmp_path, bomb)}
    assert "DLQ007" in codes


def test_a_file_that_holds_itself_is_refused(tmp_path):
    assert [f.code for f in findings_of(tmp_path, "entries: &a [*a]\n")] == ["DLQ007"]


def test_too_many_values_are_refused(tmp_path):
    assert first(tmp_path, "entries: [" + "a," * 150_000 + "]\n")[0] == "DLQ002"


def test_a_file_above_the_cap_is_refused_and_one_at_the_cap_is_read(tmp_path):
    start = b"text: a\n# "
    assert first(tmp_path, start + b"x" * (MAX_BYTES - len(start) + 1))[0] == "DLQ002"
    assert load(tmp_path, start + b"x" * (MAX_BYTES - len(start))).text == "a"


def test_a_missing_file_a_folder_and_a_socket_are_told_without_a_traceback(tmp_path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "s.yaml"))
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "s.yaml", tmp_path / "a\0b.yaml", tmp_path / ("x" * 500)):
        with pytest.raises(ContentError) as caught:
            read_document(path)
        assert caught.value.findings[0].code == "DLQ001"
        assert caught.value.next_step
    server.close()


def test_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ContentError, match="not an ordinary file"):
        read_document(tmp_path / "pipe.yaml")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux: a file that even root cannot read")
def test_an_unreadable_file_is_told_with_the_reason():
    with pytest.raises(ContentError, match="cannot be read: input/output error"):
        read_document(Path("/proc/self/mem"))


def test_a_newer_format_is_refused_with_advice_and_nothing_else(tmp_path):
    found = findings_of(tmp_path, "format_version: 2\nnew_field: 1\nnumber: many\n")
    assert [(f.code, f.line, f.column) for f in found] == [("DLQ010", 1, 17)]
    assert "upgrade" in found[0].suggestion


# --- how mistakes are told --------------------------------------------------------------------------------


def test_all_mistakes_of_a_file_come_at_once_in_file_order(tmp_path):
    found = findings_of(tmp_path, "texd: a\nnumber: many\ntext: b\ntext: c\nflag: [x]\nentries: {a: b}\n")
    assert [(f.line, f.code) for f in found] == [
        (1, "DLQ011"),
        (2, "DLQ015"),
        (4, "DLQ006"),
        (5, "DLQ015"),
        (6, "DLQ015"),
    ]


def test_a_finding_prints_as_place_excerpt_caret_and_help(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    [finding] = findings_of(tmp_path, "# a box\ntext: What is this: a batch?\n")
    assert str(finding).splitlines() == [
        "box.yaml:2:19: error[DLQ005]: mapping values are not allowed in this context",
        "     2 | text: What is this: a batch?",
        "       |                   ^",
        "       = help: ': ' inside text starts a new field; quote the whole text",
    ]


@pytest.mark.parametrize(
    ("line", "help"),
    [
        ("text: a: b", "': ' inside text"),
        ("text: {{n}} images", "quote a text with {{ }}"),
        ('text: "\\sigma"', "backslash"),
        ("text: `x` is", "begins with this character"),
        ("text: *gap* between", "begins with *"),
        ("text: 'open", "never closed"),
        ("text: 'a' b", "quotes enclose the whole text"),
        ("text: C # or\n  Java", "starts a comment"),
        ("text: [a, b\nmaybe: c", "bracket"),
    ],
)
def test_the_traps_of_yaml_have_a_help_line_each(tmp_path, line, help):
    [finding] = findings_of(tmp_path, line + "\n")
    assert help in finding.suggestion


def test_an_open_quote_is_told_where_it_was_opened(tmp_path):
    (found,) = findings_of(tmp_path, "format_version: 1\ntext: 'An epoch\nentries: [a]\n")
    assert (found.line, found.column) == (2, 7)
    assert "never closed" in found.suggestion
    assert "An epoch" in found.excerpt


@pytest.mark.parametrize(
    ("value", "help"),
    [
        ("&epoch", "begins with &"),
        ("&epoch An epoch", "begins with &"),
        ("!epoch", "begins with !"),
        ("- An epoch", "begins with '- '"),
        ("? epoch", "begins with '? '"),
    ],
)
def test_a_text_that_begins_with_a_sign_of_yaml_is_told_once(tmp_path, value, help):
    (found,) = findings_of(tmp_path, f"format_version: 1\ntext: {value}\n")
    assert (found.line, found.column) == (2, 7)
    assert help in found.suggestion


def test_a_no_break_space_in_the_indent_is_named(tmp_path):
    (found,) = findings_of(tmp_path, "format_version: 1\nentries:\n  - a\n\u00a0 - b\ntext: x\n")
    assert "no-break space" in found.suggestion


def test_a_merge_key_is_told_without_the_fields_that_it_would_bring(tmp_path):
    question = "{kind: truefalse, id: a, stem: So., answer: true, explain: Yes., source: A book}"
    text = f"format_version: 1\ntitle: T\nquestions:\n  - &base {question}\n  - <<: *base\n    id: b\n"
    path = tmp_path / "quiz.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_quiz(path)
    assert ["alias *base" in found.message for found in caught.value.findings] == [True]


def test_a_language_is_asked_for_in_words(tmp_path):
    path = tmp_path / "quiz.yaml"
    path.write_text("format_version: 1\ntitle: T\nlang: deutsch\nquestions: []\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_quiz(path)
    found = caught.value.findings[0]
    assert "such as en, de or pt-BR" in found.message
    assert found.suggestion == "did you mean 'de'?"


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ("text: The # of epochs", "# of epochs"),
        ("text: An epoch  # a remark", "# a remark"),
        ("text: a\n  b # c", "# c"),
        ("text: An epoch\n# a line of its own", ""),
        ("text: 'The # of' # a remark", ""),
        ("text: a#b", ""),
        ("entries: [a, b] # both", ""),
    ],
)
def test_a_comment_behind_a_bare_text_is_kept_with_it(line, comment):
    root = parse(f"format_version: 1\n{line}\n", "x.yaml").root
    assert "".join(node.comment for _, node in root.walk()) == comment


def test_a_long_line_is_cut_behind_the_caret(tmp_path):
    [finding] = findings_of(tmp_path, "number: many" + "y" * 500 + "\n")
    assert finding.column == 9
    assert len(finding.excerpt) < 150


# --- fuzz -------------------------------------------------------------------------------------------------

scraps = st.sampled_from(
    [b"questions:\n", b"  - kind: ", b"choice\n", b"wrong: ", b"{a: b}", b"[", b"]", b"{", b"}", b"&a ", b"*a", b"? ",
     b": ", b"- ", b"| \n", b">-\n", b"'", b'"', b"\\", b"\n", b"  ", b"\t", b"#", b"---\n", b"%YAML 1.1\n", b"!!map ",
     b"\xff", b"\x00", b"\xc3\xa9", b"near: ", b"1e999", b"nan", b"tolerance: ", b"5%", b"<<: ", b"kind", b"id: a\n"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200) | st.lists(scraps, max_size=30).map(b"".join))
def test_whatever_the_bytes_only_a_content_error_comes_out(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(content)
    for read in (load_quiz, lambda path: validated(read_document(path), Box)):
        try:
            read(path)
        except ContentError as error:
            findings = error.findings
        else:
            continue
        assert findings
        assert all(re.fullmatch(r"DLQ\d{3}", finding.code) and str(finding) for finding in findings)
