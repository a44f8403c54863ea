"""Files that mean harm, and files that are broken: refused in words, never a traceback, and nothing is run."""

import gc
import io
import json
import stat
import time
import warnings
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.errors import ContentError, DlquizError
from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.detect import guess
from dlquiz.exchange.reading import files_of
from dlquiz.exchange.texts import from_html

READERS = ("gift", "moodle", "jupyterquiz", "ai-for-beginners", "mdbook-quiz")
BILLION = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<quiz><question type="essay"><name><text>&b;</text></name></question></quiz>"""


def read(name, data):
    data = data.encode() if isinstance(data, str) else data
    return FORMATS[name].reader()(data, "bad.file")


def refusal(name, data):
    with pytest.raises(ContentError) as caught:
        read(name, data)
    return caught.value.findings[0]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "data",
    [b"", b"   \n", b"\0\0\0", b"\xff\xfe", b"\xc3\x28 {=a}", b"\x80abc", b"PK\x03\x04", b"{" * 5000, b"[" * 100_000],
)
def test_a_file_that_is_none_is_refused(name, data):
    assert refusal(name, data).message


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_too_large_is_refused(name):
    assert "larger than 10 MiB" in refusal(name, b"a" * (10 * 2**20 + 1)).message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_before_it_can_grow(encoding):
    text = BILLION if encoding == "utf-8" else BILLION.replace('"1.0"', '"1.0" encoding="utf-16"')
    found = refusal("moodle", text.encode(encoding))
    assert "DOCTYPE" in found.message
    assert found.line == 2


def test_a_doctype_inside_of_cdata_is_only_text():
    data = (
        '<quiz><question type="truefalse"><name><text>x</text></name><questiontext format="html"><text><![CDATA['
        "What is <code>&lt;!DOCTYPE html&gt;</code>? <!DOCTYPE a>]]></text></questiontext>"
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
        "</question></quiz>"
    )
    assert "`<!DOCTYPE html>`" in read("moodle", data).questions[0]["stem"]


def test_deep_xml_is_refused():
    found = refusal("moodle", "<quiz>" + "<a>" * 2000 + "</a>" * 2000 + "</quiz>")
    assert "nested more than" in found.message
    assert found.line == 1


def test_broken_xml_is_told_with_its_place():
    found = refusal("moodle", "<quiz>\n  <question>\n</quiz>")
    assert (found.line, found.excerpt) == (3, "</quiz>")
    assert "well-formed" in found.message


def test_broken_json_is_told_with_its_place():
    found = refusal("jupyterquiz", '[\n  {"question": }\n]')
    assert (found.line, found.column) == (2, 16)


def test_other_xml_is_told_from_moodles():
    assert "<rss>" in refusal("moodle", "<rss></rss>").message


def test_scripts_and_frames_are_left_out_and_told():
    text, notes = from_html(
        "<p onclick='evil()'>What?</p><script>alert(1)</script><iframe src='http://x'>no</iframe>"
        '<a href="javascript:evil()">this</a><img src="@@PLUGINFILE@@/a.png" alt="a curve"><style>p{}</style>'
    )
    assert text == "What?\n\nthisa curve"
    assert {note.what for note in notes} == {"a script", "a frame", "a link that leads to no web page", "a picture"}


def test_a_script_in_a_question_is_told_in_the_report():
    report = read("gift", "[html]<p>Two?</p><script>steal()</script>{T}").report
    assert "a script" in [change.what for change in report.changes]
    assert not report.lossless


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Good? {T}\n\nBad? {=a ~b\n\nAlso good? {F}", "not closed"),
        ("Good? {T}\n\nBad? {=a} {=b}\n\nAlso good? {F}", "more than one answer block"),
        ("Good? {T}\n\nBad? {nothing}\n\nAlso good? {F}", "expected = or ~"),
        ("Good? {T}\n\nBad? {#seven}\n\nAlso good? {F}", "'seven' is no number"),
        ("Good? {T}\n\nBad? {=a -> b =c}\n\nAlso good? {F}", "expected ->"),
        ("Good? {T}\n\nBad? } {=a}\n\nAlso good? {F}", "closes nothing"),
    ],
)
def test_one_broken_question_costs_only_itself(text, why):
    imported = read("gift", text)
    assert [question["stem"] for question in imported.questions] == ["Good?", "Also good?"]
    dropped = [change for change in imported.report.changes if change.kind == "dropped"]
    assert len(dropped) == 1
    assert why in dropped[0].why
    assert dropped[0].line == 3


def test_invisible_characters_are_taken_out():
    imported = read("gift", "Tr\u202eoj\u0007an? {=so\u2066urce}")
    assert imported.questions[0]["stem"] == "Trojan?"
    assert imported.questions[0]["accept"] == ["source"]


def test_a_text_that_looks_like_a_pattern_stays_a_text():
    imported = read("gift", "What? {=/.*/}")
    assert imported.questions[0]["accept"] == [r"/\/\.\*\//"] or imported.questions[0]["accept"] == [r"//\..*//"]
    from pydantic import TypeAdapter

    from dlquiz.model.quiz import Question
    from dlquiz.quiz.marking import mark

    assert not mark(TypeAdapter(Question).validate_python(dict(imported.questions[0])), "anything").correct


@pytest.mark.parametrize("name", READERS)
@settings(deadline=None, max_examples=60)
@given(text=st.text(st.sampled_from("{}=~#%:\\/<>[]\"'$ \nabT1.-,*&!?|`"), max_size=80))
def test_no_file_raises_anything_else(name, text):
    for data in (text, f"<quiz>{text}</quiz>", f'[{{"question": "q", "type": "string", "answers": [{text}]}}]'):
        with suppress(DlquizError):
            read(name, data)


@settings(deadline=None, max_examples=60)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    "question type answers answer correct feedback value range precision code questionText quiz "
                    "answerOptions answerText isCorrect quizzes title".split()
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    kind=st.sampled_from(["numeric", "string", "many_choice", "multiple_choice"]),
)
def test_no_json_raises_anything_else(value, kind):
    for data in (
        [{"question": "q", "type": kind, "answers": value}],
        {"quiz": [{"questionText": value, "answerOptions": value}]},
        value,
    ):
        for name in ("jupyterquiz", "ai-for-beginners"):
            with suppress(DlquizError):
                read(name, json.dumps(data))


def xml_questions(count):
    one = (
        '<question type="truefalse"><name><text>x</text></name><questiontext format="html"><text>What is it?</text>'
        '</questiontext><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text>'
        "</answer></question>"
    )
    return f"<quiz>{one * count}</quiz>"


def json_questions(count):
    answers = [{"answer": "a", "correct": True}, {"answer": "b", "correct": False}]
    return json.dumps([{"question": "What is it?", "type": "multiple_choice", "answers": answers}] * count)


LONG = {
    "quoted keys": ("mdbook-quiz", lambda count: "a" + r'."\""' * 10 * count + "=1"),
    "escaped quotes": ("mdbook-quiz", lambda count: r"\"" * 20 * count),
    "opened": ("gift", lambda count: "{\n\n" * count),
    "nested": ("gift", lambda count: "a{" * 10 * count),
    "colons": ("gift", lambda count: "::" * 20 * count),
    "options": ("gift", lambda count: "a {=" + "b~" * 5 * count + "}"),
    "tags": ("gift", lambda count: "<p " * 10 * count),
    "backslashes": ("gift", lambda count: "\\" * (20 * count + 1) + "{T}"),
    "equal questions": ("gift", lambda count: "What is it? {T}\n\n" * count),
    "equal titles": ("gift", lambda count: "::a:: What is it? {=1 =2}\n\n" * count),
    "equal numbers": ("text2qti", lambda count: "1.  What is it?\n*a) This\nb) That\n\n" * count),
    "equal elements": ("moodle", lambda count: xml_questions(count // 4)),
    "parts of a key": ("mdbook-quiz", lambda count: ".".join("a" * count) + " = 1"),
    "parts of a table's name": ("mdbook-quiz", lambda count: f"[{' . '.join(['x-1'] * count)}]"),
    "quoted parts of a key": ("mdbook-quiz", lambda count: "a = {" + ".".join(['"b"'] * count) + " = 1}"),
    "a word in TOML": ("mdbook-quiz", lambda count: "a" * 100 * count),
    "equal objects": ("jupyterquiz", lambda count: json_questions(count // 4)),
}


@pytest.mark.parametrize(
    "key", [".".join("a" * 61), "[a]\n[[b]]\n" + " . ".join(["'c'"] * 61), ".".join([r'"\""'] * 61)]
)
def test_a_key_of_very_many_parts_is_refused_with_its_line(key):
    found = refusal("mdbook-quiz", f"{key} = 1")
    assert "more than 60 parts" in found.message
    assert found.line == key.count("\n") + 1


def test_points_in_a_text_of_toml_are_no_key():
    text = (
        "a.b.c = 1\n\n[[questions]]\ntype = 'ShortAnswer'\nprompt.prompt = 'See 1.2.3. And 4.5.'\nanswer.answer = 'x'\n"
    )
    assert read("mdbook-quiz", text).questions[0]["stem"] == "See 1.2.3. And 4.5."


@pytest.mark.parametrize("kind", LONG)
def test_reading_takes_no_longer_than_the_file_is_long(kind):
    """Processor time of a file four times as long, in one run: four times for a reader that is linear, else sixteen."""
    name, text = LONG[kind]

    def cost(count):
        data = text(count).encode()
        gc.disable()  # it would look at all that the other tests of this process keep, more often for a long file
        try:
            started = time.process_time()
            with suppress(DlquizError):
                FORMATS[name].reader()(data, "long.file")
            return time.process_time() - started
        finally:
            gc.enable()

    cost(100)  # what is loaded at the first use is nothing that grows
    least = [min(cost(count) for _ in range(2)) for count in (2_000, 8_000)]
    assert least[1] < 8 * least[0] + 0.1


def archive(members, **attributes):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = attributes.get("mode", 0o644) << 16
            with warnings.catch_warnings(action="ignore"):  # a name that stands there twice is what a test is about
                made.writestr(info, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (archive([("../evil.xml", b"x")]), "leads out"),
        (archive([("/etc/passwd", b"x")]), "begins with /"),
        (archive([("a\\..\\b", b"x")]), "backslash"),
        (archive([("C:/x", b"x")]), "drive letter"),
        (archive([("a.xml", b"x"), ("a.xml", b"y")]), "twice"),
        (archive([("a.xml", b"x"), ("A.XML", b"y")]), "would be one file"),
        (archive([("a.xml", b"/etc/passwd")], mode=stat.S_IFLNK | 0o777), "is a link"),
        (archive([("a.xml", b"0" * 2**23)]), "times its size"),
        (archive([(f"{i}.xml", b"x") for i in range(10_001)]), "more than 10,000 files"),
        (b"PK\x03\x04 no zip", "not a zip file"),
        (archive([("a.xml", b"x" * 100)])[:60], "not a zip file"),
    ],
)
def test_a_harmful_archive_is_refused(data, why):
    with pytest.raises(ContentError) as caught:
        files_of(data, "bad.zip")
    assert why in caught.value.findings[0].message


def test_an_honest_archive_is_read():
    data = archive([("folder/", b""), ("folder/a.xml", b"<a/>"), ("b.txt", b"words " * 100)])
    assert files_of(data, "good.zip") == {"folder/a.xml": b"<a/>", "b.txt": b"words " * 100}


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (b"What? {=a}", "x.txt", "gift"),
        (b"::q::What? {T}", "x.gift", "gift"),
        (b"1.  What?\n*a) This\nb) That\n", "x.txt", "text2qti"),
        (b"<?xml version='1.0'?><!-- hi --><quiz/>", "x.xml", "moodle"),
        (b"<questestinterop xmlns='u'/>", "x.xml", "qti12"),
        (b"<assessmentItem/>", "x.xml", "qti21"),
        (b'[{"question": 1}]', "x.json", "jupyterquiz"),
        (b'{"quizzes": [{"questionText": 1}]}', "x.json", "ai-for-beginners"),
        (b"[[questions]]\n", "x.toml", "mdbook-quiz"),
    ],
)
def test_the_format_is_told_from_the_file(data, name, found):
    assert guess(data, name).name == found


def test_a_format_that_cannot_be_told_is_asked_for():
    with pytest.raises(DlquizError, match="cannot be told"):
        guess(b"\x89PNG", "picture.png")
