"""QTI 1.2: real files of Canvas, our questions there and back, what is checked before writing, hostile packages."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from dlquiz.errors import ContentError, MachineryError
from dlquiz.exchange.formats.qti import qti12
from dlquiz.exchange.formats.qti.check import insist, problems
from dlquiz.exchange.formats.qti.qti12_schema import MANIFEST, META, QTI12, lost_references
from dlquiz.exchange.xmlsafe import parse_xml
from dlquiz.model.quiz import Cloze, Multi, Quiz
from tests.exchange import two_way
from tests.quiz.strategies import KINDS, PARAMETRIC, quizzes

RELAXED = settings(
    deadline=None,
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],  # shrinking whole quizzes takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SAME_KIND = ("choice", "multi", "truefalse", "numeric", "short", "cloze", "match")
CARTRIDGE = "qti12/canvas_cartridge"
CARTRIDGE_ITEMS = f"{CARTRIDGE}/ib5281f3537a06f58877107a2501a4e2d/assessment_qti.xml"


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def item(presentation, processing="", *, kind="", more=""):
    field = (
        f"<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>"
    )
    metadata = f"<itemmetadata><qtimetadata>{field}</qtimetadata></itemmetadata>" if kind else ""
    return (
        '<questestinterop><assessment ident="a" title="T"><section ident="s"><item ident="i" title="Question">'
        f"{metadata}"
        f"<presentation>{presentation}</presentation><resprocessing><outcomes><decvar maxvalue='100'/></outcomes>"
        f"{processing}</resprocessing>{more}</item></section></assessment></questestinterop>"
    ).encode()


def text(words):
    return f"<material><mattext>{words}</mattext></material>"


# --- real files ---------------------------------------------------------------------------------------


def test_every_question_type_of_canvas_is_read_or_dropped_with_a_reason():
    imported = qti12.read(two_way.fixture("qti12/canvas_all_simple_1.2.xml"), "canvas.xml")
    assert two_way.counts(imported.report) == (18, 0, 17, 1)  # nine are variants of one calculated question
    kinds = [question["kind"] for question in imported.questions]
    assert kinds == ["choice", "truefalse", "short", "cloze", "multi", "cloze", "match", *["numeric"] * 10]
    [dropped] = [change for change in imported.report.changes if change.kind == "dropped"]
    assert (dropped.what, dropped.why, dropped.line) == ("essay_question", "a person has to mark it", 1623)
    assert imported.title == "Every Canvas Interaction"


def test_the_answers_of_canvas_are_the_ones_that_its_questions_name():
    imported = qti12.read(two_way.fixture("qti12/canvas_all_simple_1.2.xml"), "canvas.xml")
    choice, truth, short, blanks, multi, dropdown, match, *_ = imported.questions
    assert (choice["right"], list(choice["wrong"])) == ("C", ["A", "B", "D"])
    assert choice["wrong"]["A"].startswith("Answer feedback for A, incorrect")
    assert truth["answer"] == "true"
    assert short["accept"] == ["Blank", "blank"]
    assert "[[Multiple|multiple]] [[Blanks|blanks]]" in blanks["stem"]
    assert (list(multi["right"]), list(multi["wrong"]), multi["partial"]) == (["A", "B", "C"], ["D", "E", "F"], "net")
    assert dropdown["stem"].endswith("[[C]]")
    assert list(dropdown["wrong"]) == ["D"]
    assert match["pairs"] == {"A": "1", "B": "2"}


def test_a_calculated_question_becomes_its_listed_variants():
    imported = qti12.read(two_way.fixture("qti12/canvas_all_simple_1.2.xml"), "canvas.xml")
    variants = [question for question in imported.questions if question["stem"].startswith("Formula")]
    assert [one["stem"] for one in variants[:2]] == ["Formula, Answer is 42. 5", "Formula, Answer is 42. 10"]
    assert {one["answer"] for one in variants} == {"42"}


def test_a_cartridge_without_question_types_is_understood_by_its_structure():
    imported = qti12.read(zipped(a_dot_xml=two_way.fixture(CARTRIDGE_ITEMS)), "cartridge.zip")
    assert two_way.counts(imported.report) == (5, 0, 4, 1)
    assert [question["kind"] for question in imported.questions] == ["choice", "truefalse", "short", "multi"]


def test_the_whole_cartridge_is_read_as_a_package():
    members = [f"{CARTRIDGE}/imsmanifest.xml", CARTRIDGE_ITEMS, CARTRIDGE_ITEMS.replace("_qti", "_meta")]
    content = {f"m{i}__f_dot_xml": two_way.fixture(name) for i, name in enumerate(members)}
    assert two_way.counts(qti12.read(zipped(**content), "c.zip").report) == (5, 0, 4, 1)


def test_of_two_copies_of_a_quiz_the_fuller_one_is_read():
    full = two_way.fixture("qti12/canvas_all_simple_1.2.xml")
    poorer = (
        full[: full.index(b'<item ident="ice33989533cca4de7f72a4ec804f9913"')] + full[full.index(b"    </section>") :]
    )
    imported = qti12.read(zipped(a_dot_xml=poorer, non__b_dot_qti=full), "c.zip")
    assert imported.report.read == 18


@pytest.mark.parametrize("name", ["qti12/canvas_all_simple_1.2.xml", CARTRIDGE_ITEMS])
def test_our_schema_accepts_what_canvas_writes(name):
    root = parse_xml(two_way.fixture(name), name)
    assert list(problems(root, QTI12)) == []
    assert list(lost_references(root)) == []


def test_our_schema_accepts_the_manifest_of_canvas():
    root = parse_xml(two_way.fixture(f"{CARTRIDGE}/imsmanifest.xml"), "imsmanifest.xml")
    assert list(problems(root, MANIFEST)) == []


# --- there and back -----------------------------------------------------------------------------------


EXCUSES = {
    "layout": {"stem", "explain", "source", "right", "wrong", "pairs", "extra", "items", "groups", "why"},
    "pattern": {"accept", "stem"},
    "spelling": {"accept", "stem"},
    "unit": {"unit", "stem"},
    "image": {"stem", "image", "alt"},
}


def excused(declared):
    return {field for what in declared for field in EXCUSES.get(what, {what})}


@pytest.mark.parametrize("kind", SAME_KIND)
def test_a_question_comes_back_as_it_was_up_to_declared_losses(kind):
    @RELAXED
    @given(quiz=quizzes(kinds=(kind,), most=2))
    def check(quiz):
        two_way.check_journey(quiz, "qti12", excused)

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_what_came_from_canvas_marks_every_response_the_same_after_another_journey(kind):
    @settings(RELAXED, max_examples=3)
    @given(quiz=quizzes(kinds=(kind,), most=1))
    def check(quiz):
        two_way.check_marking(quiz, "qti12")

    check()


def test_the_variants_of_a_question_become_a_group_that_draws_one():
    quiz = Quiz.model_validate({"format_version": 1, "title": "t", "questions": [PARAMETRIC]})
    _, content = two_way.there(quiz, "qti12")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".xml") and "meta" not in name and "/" in name)
        root = parse_xml(archive.read(name), name)
    [group] = [one for one in root.walk("section") if one.first("selection_ordering")]
    assert group.text_at("selection_ordering", "selection", "selection_number") == "1"
    assert len(group.all("item")) == 4
    assert any(change.what == "question group" for change in qti12.read(content, "x").report.changes)


def test_a_package_is_the_same_bytes_every_time():
    quiz = two_way.with_anchor(Quiz.model_validate({"format_version": 1, "title": "t", "questions": [PARAMETRIC]}))
    assert two_way.there(quiz, "qti12")[1] == two_way.there(quiz, "qti12")[1]


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("<varequal respident='r'>1</varequal>", "<varequal respident='r'>9</varequal>", "no label"),
        ("<varequal respident='r'>1</varequal>", "<varequal respident='q'>1</varequal>", "no response"),
        ("<outcomes><decvar maxvalue='100'/></outcomes>", "", "holds"),
        ("<fieldentry>", "<entry>", "unknown"),
    ],
)
def test_a_mistake_of_the_writer_is_found_before_anything_is_written(before, after, word):
    labels = "".join(f"<response_label ident='{i}'>{text(i)}</response_label>" for i in (1, 2))
    content = item(
        f"{text('Q')}<response_lid ident='r'><render_choice>{labels}</render_choice></response_lid>",
        "<respcondition><conditionvar><varequal respident='r'>1</varequal></conditionvar></respcondition>",
        kind="multiple_choice_question",
    ).decode()
    root = parse_xml(content.encode(), "ok.xml")
    assert [*problems(root, QTI12), *lost_references(root)] == []
    broken = content.replace(before, after).replace(
        "</fieldentry>", "</entry>" if "entry" in after else "</fieldentry>"
    )
    root = parse_xml(broken.encode(), "broken.xml")
    assert word in "; ".join([*problems(root, QTI12), *lost_references(root)])


def test_an_invalid_file_is_never_written():
    with pytest.raises(MachineryError, match="not valid"):
        insist(b"<quiz identifier='a'><title>t</title></quiz>", "assessment_meta.xml", META)


# --- other people's files -----------------------------------------------------------------------------


def test_numbers_may_be_exact_a_range_or_have_a_margin():
    box = (
        f"{text('Q')}<response_str ident='r'><render_fib fibtype='Decimal'>"
        "<response_label ident='a'/></render_fib></response_str>"
    )
    bounds = "<vargte respident='r'>1.5</vargte><varlte respident='r'>2.5</varlte>"
    right = "<respcondition><conditionvar>{}</conditionvar><setvar action='Set'>100</setvar></respcondition>"
    exact = f"<or><varequal respident='r'>2</varequal><and>{bounds}</and></or>"
    for test, want in ((bounds, ["1.5", "2.5"]), (exact, "0.5"), ("<varequal respident='r'>2</varequal>", None)):
        [question] = qti12.read(item(box, right.format(test)), "x.xml").questions
        assert (question["kind"], question["answer"], question.get("tolerance")) == ("numeric", "2", want)


def test_weights_of_single_options_become_partial_credit():
    labels = "".join(f"<response_label ident='{i}'>{text(i)}</response_label>" for i in "abc")
    rules = "".join(
        f"<respcondition><conditionvar><varequal respident='r'>{i}</varequal></conditionvar>"
        f"<setvar action='Add'>{points}</setvar></respcondition>"
        for i, points in (("a", 50), ("b", 50), ("c", -50))
    )
    content = item(
        f"{text('Q')}<response_lid ident='r' rcardinality='Multiple'>"
        f"<render_choice>{labels}</render_choice></response_lid>",
        rules,
    )
    [question] = two_way.back(content, "qti12").questions
    assert isinstance(question, Multi)
    assert (set(question.right), set(question.wrong), question.partial) == ({"a", "b"}, {"c"}, "net")


def test_blanks_that_share_their_list_share_a_bank():
    labels = "".join(f"<response_label ident='{i}'>{text(w)}</response_label>" for i, w in enumerate(("x", "y", "z")))
    asked = "".join(
        f"<response_lid ident='response_{n}'>{text(n)}<render_choice>{labels}</render_choice></response_lid>"
        for n in "pq"
    )
    rules = "".join(
        f"<respcondition><conditionvar><varequal respident='response_{n}'>{i}</varequal></conditionvar>"
        "<setvar action='Add'>50</setvar></respcondition>"
        for n, i in (("p", 0), ("q", 1))
    )
    [question] = two_way.back(item(f"{text('One [p], two [q].')}{asked}", rules), "qti12").questions
    assert isinstance(question, Cloze)
    assert question.stem == "One [[x]], two [[y]]."
    assert list(question.wrong) == ["z"]


@pytest.mark.parametrize(
    "kind", ["file_upload_question", "text_only_question", "essay_question", "hot_spot_question", "x_question"]
)
def test_what_cannot_be_marked_is_dropped_with_its_name(kind):
    report = qti12.read(item(text("Q"), kind=kind), "x.xml").report
    assert two_way.counts(report) == (1, 0, 0, 1)
    assert report.changes[0].what == kind


def test_scripts_in_a_question_are_left_out_and_reported():
    labels = "".join(f"<response_label ident='{i}'>{text(i)}</response_label>" for i in "ab")
    stem = "<material><mattext texttype='text/html'>Hello&lt;script&gt;alert(1)&lt;/script&gt;</mattext></material>"
    test = "<conditionvar><varequal respident='r'>a</varequal></conditionvar>"
    rule = f"<respcondition>{test}<setvar>100</setvar></respcondition>"
    imported = qti12.read(
        item(f"{stem}<response_lid ident='r'><render_choice>{labels}</render_choice></response_lid>", rule), "x"
    )
    assert imported.questions[0]["stem"] == "Hello"
    assert any(change.what == "a script" for change in imported.report.changes)


# --- hostile files ------------------------------------------------------------------------------------


BOMB = b"<?xml version='1.0'?><!DOCTYPE q [<!ENTITY a 'aaaa'>]><questestinterop>&a;</questestinterop>"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (BOMB, "DOCTYPE"),
        (BOMB.decode().encode("utf-16"), "DOCTYPE"),
        (b"<questestinterop>" + b"<section>" * 200, "deep"),
        (b"<questestinterop><item></questestinterop>", "well-formed"),
        (b"", "empty"),
        (b"PK\x03\x04 no zip", "zip"),
        (b"<assessmentItem/>", "QTI 2"),
        (b"<qti-assessment-item/>", "QTI 3"),
        (b"<html/>", "no QTI 1.2"),
        (zipped(a_dot_xml=BOMB.replace(b"<?xml version='1.0'?>", b"<!-- questestinterop -->")), "DOCTYPE"),
        (zipped(a_dot_txt=b"nothing"), "no QTI 1.2 questions"),
        (zipped(**{"..__a_dot_xml": b"<questestinterop/>"}), "leads out"),
        (zipped(a_dot_xml=b"<questestinterop></questestinterop>"), "no questions"),
    ],
)
def test_a_hostile_or_foreign_file_is_refused_in_words(data, word):
    with pytest.raises(ContentError) as caught:
        qti12.read(data, "evil.zip")
    assert word in "; ".join(finding.message for finding in caught.value.findings)


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"<questestinterop>" + b" " * 30_000_000)
    with pytest.raises(ContentError, match="200 times its size"):
        qti12.read(stream.getvalue(), "bomb.zip")
