"""QTI 2.1: real items, our questions there and back, what is checked before writing, hostile packages."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from dlquiz.errors import ContentError
from dlquiz.exchange.formats.qti import qti21
from dlquiz.exchange.formats.qti.check import problems
from dlquiz.exchange.formats.qti.qti21_schema import QTI21, lost_references
from dlquiz.exchange.xmlsafe import parse_xml
from dlquiz.model.quiz import Numeric, Quiz
from dlquiz.quiz.marking import mark
from tests.exchange import two_way
from tests.exchange.test_qti12 import excused, zipped
from tests.quiz.strategies import KINDS, PARAMETRIC, quizzes

RELAXED = settings(
    deadline=None,
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],  # shrinking whole quizzes takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SAME_KIND = tuple(kind for kind in KINDS if kind != "output")
ITEMS = {
    # file: kept, changed, dropped, kind
    "Example02-feedbackInline": (0, 1, 0, "truefalse"),
    "categorization": (0, 1, 0, "categorise"),
    "choice": (0, 1, 0, "choice"),
    "essay": (0, 0, 1, ""),
    "gap_match": (0, 1, 0, "cloze"),
    "match": (0, 1, 0, "match"),
    "order": (0, 1, 0, "order"),
    "text_entry": (0, 1, 0, "cloze"),
}


def read(name):
    return qti21.read(two_way.fixture(f"qti21/items_2.1/{name}.xml"), f"{name}.xml")


def item(body, declaration="", processing=""):
    return (
        f'<assessmentItem identifier="i" title="T">{declaration}<itemBody>{body}</itemBody>'
        f"{processing}</assessmentItem>"
    ).encode()


@pytest.mark.parametrize("name", sorted(ITEMS))
def test_each_real_item_ends_in_these_counts(name):
    imported = read(name)
    *counted, kind = ITEMS[name]
    assert two_way.counts(imported.report) == (1, *counted)
    assert [question["kind"] for question in imported.questions] == ([kind] if kind else [])


def test_the_answers_are_the_ones_that_the_items_declare():
    assert read("choice").questions[0]["right"] == "You must stay with your luggage at all times."
    assert read("order").questions[0]["items"] == ["Michael Schumacher", "Rubens Barrichello", "Jenson Button"]
    groups = read("categorization").questions[0]["groups"]
    assert groups["A Midsummer-Night's Dream"] == ["Demetrius", "Lysander"]
    assert "this sun of [[York]];" in read("text_entry").questions[0]["stem"]
    gaps = read("gap_match").questions[0]
    assert "Now is the [[winter]] of our discontent\nMade glorious [[summer]] by" in gaps["stem"]
    assert list(gaps["wrong"]) == ["spring", "autumn"]
    truth = read("Example02-feedbackInline").questions[0]
    assert (truth["answer"], truth["points"]) == ("true", 10.0)


def test_weights_that_ours_cannot_hold_are_reported():
    whys = [change.why for change in read("categorization").report.changes if change.what == "weights"]
    assert whys == ["parts weigh differently in the file, or wrong ones cost; here not"]


def test_a_package_is_read_in_the_order_of_its_test():
    first, second = (two_way.fixture(f"qti21/items_2.1/{name}.xml") for name in ("order", "choice"))
    refs = '<assessmentItemRef identifier="b" href="b.xml"/><assessmentItemRef identifier="a" href="./a.xml"/>'
    part = f"<testPart><assessmentSection>{refs}</assessmentSection></testPart>"
    test = f'<assessmentTest title="Both">{part}</assessmentTest>'
    imported = qti21.read(zipped(t__test_dot_xml=test, t__a_dot_xml=first, t__b_dot_xml=second), "p.zip")
    assert imported.title == "Both"
    assert [question["kind"] for question in imported.questions] == ["choice", "order"]


@pytest.mark.parametrize("kind", SAME_KIND)
def test_a_question_comes_back_as_it_was_up_to_declared_losses(kind):
    @RELAXED
    @given(quiz=quizzes(kinds=(kind,), most=2))
    def check(quiz):
        two_way.check_journey(quiz, "qti21", excused)

    check()


@pytest.mark.parametrize("kind", KINDS)
def test_what_came_from_qti_marks_every_response_the_same_after_another_journey(kind):
    @settings(RELAXED, max_examples=3)
    @given(quiz=quizzes(kinds=(kind,), most=1))
    def check(quiz):
        two_way.check_marking(quiz, "qti21")

    check()


def test_the_variants_of_a_question_become_a_section_that_draws_one():
    quiz = Quiz.model_validate({"format_version": 1, "title": "t", "questions": [PARAMETRIC]})
    _, content = two_way.there(quiz, "qti21")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        test = parse_xml(archive.read("assessment.xml"), "assessment.xml")
        names = archive.namelist()
    assert [one.get("select") for one in test.walk("selection")] == ["1"]
    assert all(one.get("href") in names for one in test.walk("assessmentItemRef"))


DECLARED = (
    '<responseDeclaration identifier="R" cardinality="single" baseType="{}">'
    "<correctResponse><value>{}</value></correctResponse></responseDeclaration>"
)


@pytest.mark.parametrize(
    ("rule", "want"),
    [
        ('<equal toleranceMode="absolute" tolerance="0.5 0.5"><variable/><correct/></equal>', (1.5, 2.5)),
        ('<equal toleranceMode="relative" tolerance="10"><variable/><correct/></equal>', (1.8, 2.2)),
        (
            "<and><gte><variable/><baseValue>1</baseValue></gte><lte><variable/><baseValue>4</baseValue></lte></and>",
            (1, 4),
        ),
        ("<match><variable/><correct/></match>", (2, 2)),
    ],
)
def test_rules_about_numbers_become_tolerances(rule, want):
    condition = f"<responseCondition><responseIf>{rule}</responseIf></responseCondition>"
    processing = f"<responseProcessing>{condition}</responseProcessing>"
    body = '<p>How many? <textEntryInteraction responseIdentifier="R"/></p>'
    [question] = two_way.back(item(body, DECLARED.format("float", "2"), processing), "qti21").questions
    assert isinstance(question, Numeric)
    for value in want:
        assert mark(question, value).correct
    assert not mark(question, want[0] - 0.01).correct
    assert not mark(question, want[1] + 0.01).correct


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("hotspotInteraction", "picture"),
        ("sliderInteraction", "slider"),
        ("uploadInteraction", "person"),
        ("customInteraction", "nothing in a file is run"),
        ("strangeInteraction", "right answer is not in the file"),
    ],
)
def test_what_ours_cannot_ask_is_dropped_with_a_reason(name, why):
    report = qti21.read(item(f"<p>Q</p><{name} responseIdentifier='R'/>"), "x.xml").report
    assert two_way.counts(report) == (1, 0, 0, 1)
    assert (report.changes[0].what, why in report.changes[0].why) == (name, True)


def test_a_broken_reference_is_found_before_anything_is_written():
    root = parse_xml(
        b'<assessmentItem identifier="i" title="t" adaptive="false" timeDependent="false"><itemBody>'
        b'<orderInteraction responseIdentifier="R" shuffle="true"><simpleChoice identifier="a">A</simpleChoice>'
        b"</orderInteraction></itemBody></assessmentItem>",
        "x.xml",
    )
    assert list(problems(root, QTI21)) == []
    assert list(lost_references(root)) == ["the response 'R' is not declared"]
    assert list(problems(parse_xml(b"<prompt><table/></prompt>", "x"), QTI21))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><assessmentItem>&x;</assessmentItem>", "DOCTYPE"),
        (b"<qti-assessment-item identifier='a'/>", "QTI 3"),
        (b"<questestinterop/>", "QTI 1.2"),
        (b"<assessmentTest/>", "lists questions"),
        (b"<svg/>", "no QTI 2.1"),
        (zipped(a_dot_txt=b"x"), "no QTI 2.1 questions"),
        (zipped(a_dot_xml=b"<qti-assessment-item/>"), "QTI 3"),
        (zipped(**{"..__..__a_dot_xml": b"<assessmentItem/>"}), "leads out"),
    ],
)
def test_a_hostile_or_foreign_file_is_refused_in_words(data, word):
    with pytest.raises(ContentError) as caught:
        qti21.read(data, "evil")
    assert word in "; ".join(finding.message for finding in caught.value.findings)


def test_the_language_of_a_quiz_comes_back():
    question = {"kind": "truefalse", "id": "t", "stem": "Ist es so?", "answer": "true", "explain": "Ja.", "source": "X"}
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "lang": "de", "questions": [question]})
    report, content = two_way.there(quiz, "qti21")
    assert report.lossless
    assert qti21.read(content, "q.zip").lang == "de"
