"""QTI 2.x: to whom something is said, what is right, and what it earns are found by following the rules."""

import time
from fractions import Fraction

import pytest

from dlquiz.exchange.formats.qti import qti21
from dlquiz.exchange.formats.qti.qti21_rules import ResponseRules
from dlquiz.exchange.xmlsafe import parse_xml
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.marking import mark

OPTIONS = {"A": "Dropout", "B": "Weight decay", "C": "A larger network"}


def base(value, kind="identifier"):
    return f'<baseValue baseType="{kind}">{value}</baseValue>'


def variable(name="R"):
    return f'<variable identifier="{name}"/>'


CORRECT = '<correct identifier="R"/>'


def put(name, value):
    return f'<setOutcomeValue identifier="{name}">{value}</setOutcomeValue>'


def add(name, value):
    return put(name, f"<multiple>{variable(name)}{base(value)}</multiple>")


def when(test, then, otherwise=""):
    last = f"<responseElse>{otherwise}</responseElse>" if otherwise else ""
    return f"<responseCondition><responseIf>{test}{then}</responseIf>{last}</responseCondition>"


def match(one, other):
    return f"<match>{one}{other}</match>"


def member(option):
    return f"<member>{base(option)}{variable()}</member>"


def modal(name, text, show="show"):
    return f'<modalFeedback outcomeIdentifier="FB" identifier="{name}" showHide="{show}">{text}</modalFeedback>'


def item(rules, feedback="", *, right=("A",), many=False, body="", kind="identifier", more="", root=""):
    values = "".join(f"<value>{one}</value>" for one in right)
    correct = f"<correctResponse>{values}</correctResponse>" if right else ""
    choices = "".join(f'<simpleChoice identifier="{name}">{text}</simpleChoice>' for name, text in OPTIONS.items())
    most = "0" if many else "1"
    body = body or (
        f'<choiceInteraction responseIdentifier="R" shuffle="true" maxChoices="{most}"><prompt>Which?</prompt>{choices}'
        "</choiceInteraction>"
    )
    return (
        f'<assessmentItem identifier="i" title="T" {root}><responseDeclaration identifier="R" '
        f'cardinality="{"multiple" if many else "single"}" baseType="{kind}">{correct}</responseDeclaration>'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f'<outcomeDeclaration identifier="FB" cardinality="multiple" baseType="identifier"/>{more}'
        f"<itemBody>{body}</itemBody><responseProcessing>{rules}</responseProcessing>{feedback}</assessmentItem>"
    )


def read(xml):
    imported = qti21.read(xml.encode(), "i.xml")
    return (dict(imported.questions[0]) if imported.questions else {}), imported.report


def lost(report):
    return {change.what for change in report.changes if change.loss}


SCORE = when(match(variable(), CORRECT), put("SCORE", base("1", "float")))


@pytest.mark.parametrize(
    "rule",
    [
        when(match(variable(), base("C")), put("FB", base("F_C"))),
        when(member("C"), put("FB", base("F_C"))),
        when(f"<and><not><isNull>{variable()}</isNull></not>{member('C')}</and>", add("FB", "F_C")),
        when(match(variable(), base("A")), "", when(match(variable(), base("C")), put("FB", base("F_C")))),
    ],
)
def test_what_hangs_on_one_option_is_said_to_who_chose_it(rule):
    found, report = read(item(SCORE + rule, modal("F_C", "More capacity makes it worse.")))
    assert found["wrong"]["A larger network"] == "More capacity makes it worse."
    assert found["explain"].startswith("(no explanation")
    assert lost(report) == set()


def test_several_ticks_have_a_reason_each_also_for_a_missing_one():
    rules = when(member("C"), add("FB", "F_C")) + when(f"<not>{member('A')}</not>", add("FB", "F_A"))
    feedback = modal("F_C", "More capacity.") + modal("F_A", "It switches off units.")
    found, report = read(item(SCORE + rules, feedback, right=("A", "B"), many=True))
    assert found["right"] == {"Dropout": "It switches off units.", "Weight decay": None}
    assert found["wrong"] == {"A larger network": "More capacity."}
    assert lost(report) == set()


def test_what_is_said_to_every_wrong_answer_is_no_explanation_for_who_is_right():
    rules = when(match(variable(), CORRECT), put("FB", base("YES")), put("FB", base("NO")))
    found, report = read(item(SCORE + rules, modal("YES", "Units are dropped.") + modal("NO", "It needs no data.")))
    assert found["explain"] == "Units are dropped."
    assert set(found["wrong"].values()) == {"It needs no data."}
    assert lost(report) == set()


def test_bare_verdicts_are_left_out_and_declared():
    rules = when(match(variable(), CORRECT), put("FB", base("YES")), put("FB", base("NO")))
    found, report = read(item(SCORE + rules, modal("YES", "Correct!") + modal("NO", "Not correct."), many=True))
    assert found["explain"].startswith("(no explanation")
    assert lost(report) == {"praise"}


def test_what_is_always_shown_explains():
    found, _ = read(item(SCORE + put("FB", base("ALL")), modal("ALL", "See chapter 7.")))
    assert found["explain"] == "See chapter 7."


def test_what_is_hidden_is_turned_round():
    rules = when(match(variable(), base("C")), "", put("FB", base("HIDE")))
    found, _ = read(item(SCORE + rules, modal("HIDE", "Only for C.", "hide")))
    assert found["wrong"] == {
        "Weight decay": "(no reason was given in the imported file)",
        "A larger network": "Only for C.",
    }


def test_feedback_that_is_never_shown_is_declared():
    found, report = read(item(SCORE, modal("NEVER", "Who reads this?")))
    assert "Who reads this?" in found["explain"] or lost(report) == {"feedback"}


def test_rules_that_cannot_be_followed_lose_no_text():
    rules = f"<lookupOutcomeValue identifier='FB'>{variable()}</lookupOutcomeValue>"
    found, _ = read(item(SCORE + rules, modal("A", "About A.") + modal("X", "About all.")))
    assert found["explain"] == "About all.\n\nAbout A."


NAMED = f"<multiple>{base('A')}{base('B')}</multiple>"


def test_the_right_answer_may_stand_in_the_rules_alone():
    rules = when(match(variable(), NAMED), put("SCORE", base("1", "float")))
    found, report = read(item(rules, right=(), many=True))
    assert list(found["right"]) == ["Dropout", "Weight decay"]
    assert lost(report) == set()


def test_a_second_right_set_in_the_rules_is_declared():
    other = f"<multiple>{base('B')}{base('C')}</multiple>"
    rules = when(match(variable(), NAMED), put("SCORE", base("1", "float"))) + when(
        match(variable(), other), put("SCORE", base("1", "float"))
    )
    found, report = read(item(rules, right=(), many=True))
    assert list(found["right"]) == ["Dropout", "Weight decay"]
    assert "another right answer" in lost(report)


def test_half_credit_and_points_of_the_rules_are_told():
    rules = when(match(variable(), CORRECT), put("SCORE", base("2", "float"))) + when(
        match(variable(), base("B")), put("SCORE", base("1", "float"))
    )
    found, report = read(item(rules))
    assert found["points"] == 2
    assert lost(report) == {"partial credit"}


ORDER = (
    '<orderInteraction responseIdentifier="R" shuffle="true"><prompt>Order?</prompt>'
    + "".join(f'<simpleChoice identifier="{name}">{text}</simpleChoice>' for name, text in OPTIONS.items())
    + "</orderInteraction>"
)


def test_half_credit_for_an_order_is_told():
    nearly = f"<ordered>{base('A')}{base('C')}{base('B')}</ordered>"
    rules = when(match(variable(), CORRECT), put("SCORE", base("2", "float")),
                 when(match(variable(), nearly), put("SCORE", base("1", "float"))))  # fmt: skip
    xml = item(rules, right=("A", "B", "C"), body=ORDER).replace(
        'cardinality="single" baseType="identifier"', 'cardinality="ordered" baseType="identifier"', 1
    )
    found, report = read(xml)
    assert (found["items"], found["points"]) == (list(OPTIONS.values()), 2)
    assert lost(report) == {"partial credit"}


@pytest.mark.parametrize(
    ("attributes", "declared"),
    [('shuffle="true"', set()), ('shuffle="false"', {"order of options"}), ("", {"order of options"})],
)
def test_a_fixed_order_of_options_is_declared(attributes, declared):
    _, report = read(item(SCORE).replace('shuffle="true"', attributes))
    assert lost(report) == declared


def test_one_option_with_a_fixed_place_is_declared():
    _, report = read(item(SCORE).replace('<simpleChoice identifier="C"', '<simpleChoice identifier="C" fixed="true"'))
    assert lost(report) == {"order of options"}


@pytest.mark.parametrize(
    "drawn",
    [
        '<templateDeclaration identifier="N" cardinality="single" baseType="integer"/>{}',
        '<templateDeclaration identifier="M" mathVariable="true" cardinality="single" baseType="integer"/>',
    ],
)
def test_a_question_whose_numbers_are_drawn_is_dropped_with_that_reason(drawn):
    xml = item(SCORE, more=drawn.format("")).replace("Which?", 'Which of <printedVariable identifier="N"/>?')
    found, report = read(xml)
    assert not found
    assert [change.why for change in report.changes] == ["its numbers are drawn by template variables"]


def test_a_template_variable_that_nothing_shows_does_no_harm():
    found, _ = read(item(SCORE, more='<templateDeclaration identifier="N" cardinality="single" baseType="integer"/>'))
    assert found["right"] == "Dropout"


def test_options_that_are_pictures_are_named_as_the_reason():
    xml = item(SCORE)
    for text in OPTIONS.values():
        xml = xml.replace(f">{text}<", '><img src="a.png" alt=""/><')
    _, report = read(xml)
    assert [change.why for change in report.changes] == ["its options are only pictures"]


GAPS = (
    '<p>It has <textEntryInteraction responseIdentifier="R"/> weights and <textEntryInteraction '
    'responseIdentifier="S"/> rows.</p>'
)


def gaps(kind, value):
    more = (
        '<responseDeclaration identifier="S" cardinality="single" baseType="integer"><correctResponse><value>2</value>'
        "</correctResponse></responseDeclaration>"
    )
    return item(SCORE, right=(value,), body=GAPS, kind=kind, more=more)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "declared"),
    [("float", "4.0", "4", {"number"}), ("float", "4", "4", {"number"}), ("float", "0.50", "0.5", {"number"}),
     ("float", "1e-3", "0.001", {"number"}), ("integer", "+4", "4", set()), ("string", "4.0", "4.0", set())],
)  # fmt: skip
def test_a_blank_for_a_number_shows_it_as_people_write_it(kind, value, shown, declared):
    found, report = read(gaps(kind, value))
    assert found["stem"] == f"It has [[{shown}]] weights and [[2]] rows."
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [found]})
    assert mark(quiz.questions[0], [shown, "2"]).correct
    assert lost(report) - {"capital letters"} == declared


def test_the_margin_of_one_blank_is_not_that_of_another():
    rule = f'<equal toleranceMode="absolute" tolerance="0.5 0.5">{variable("S")}<correct identifier="S"/></equal>'
    xml = item(when(rule, put("SCORE", base("1", "float"))), right=("4.0",), body=GAPS, kind="float", more=(
        '<responseDeclaration identifier="S" cardinality="single" baseType="float"><correctResponse><value>2</value>'
        "</correctResponse></responseDeclaration>"
    ))  # fmt: skip
    _, report = read(xml)
    assert [change.why for change in report.changes if change.what == "tolerance"] == [
        "a blank takes only exact texts here, not 1.5 to 2.5"
    ]


def test_one_blank_for_a_number_keeps_its_margin_as_a_numeric_question():
    rule = f'<equal toleranceMode="absolute" tolerance="0.5 0.5">{variable()}{CORRECT}</equal>'
    body = '<p>Pi is <textEntryInteraction responseIdentifier="R"/> or so.</p>'
    found, report = read(item(when(rule, put("SCORE", base("1", "float"))), right=("3.0",), kind="float", body=body))
    assert (found["kind"], found["answer"], found["tolerance"]) == ("numeric", "3", "0.5")
    assert lost(report) == set()


def test_what_is_said_to_a_typed_word_is_kept():
    rules = when(match(variable(), base("layer", "string")), put("FB", base("L")))
    entries = "".join(
        f'<mapEntry mapKey="{word}" mappedValue="{value}" caseSensitive="false"/>'
        for word, value in (("epoch", 1), ("layer", 0))
    )
    mapping = f'<mapping defaultValue="0">{entries}</mapping>'
    body = '<p>Word?</p><p><textEntryInteraction responseIdentifier="R"/></p>'
    xml = item(put("SCORE", '<mapResponse identifier="R"/>') + rules, modal("L", "That is a part of a network."),
               right=("epoch",), kind="string", body=body)  # fmt: skip
    found, report = read(xml.replace("</correctResponse>", f"</correctResponse>{mapping}", 1))
    assert found["reject"] == {"layer": "That is a part of a network."}
    assert lost(report) == set()


@pytest.mark.parametrize(
    ("said", "lang"), [('xml:lang="de"', "de"), ('xml:lang="pt-br"', "pt-BR"), ("", "en"), ('xml:lang="x1"', "en")]
)
def test_the_language_of_the_file_is_kept(said, lang):
    assert qti21.read(item(SCORE, root=said).encode(), "i.xml").lang == lang


# --- the rules themselves -----------------------------------------------------------------------------


def rules_of(rules, **more):
    return ResponseRules(parse_xml(item(rules, **more).encode(), "i.xml"))


@pytest.mark.parametrize(
    ("value", "score"),
    [
        (f"<sum>{base('1', 'float')}{base('2', 'float')}</sum>", 3),
        (f"<product>{base('0.5', 'float')}{base('3', 'float')}</product>", Fraction(3, 2)),
        (f"<divide>{base('1', 'float')}{base('3', 'float')}</divide>", Fraction(1, 3)),
        (f"<subtract>{base('1', 'float')}{base('3', 'float')}</subtract>", -2),
        (f"<containerSize>{variable()}</containerSize>", 1),
        (f"<divide>{base('1', 'float')}{base('0', 'float')}</divide>", None),
        (f"<power>{base('2', 'float')}{base('99999', 'float')}</power>", None),
        ("<product>" + base("1e300", "float") * 500 + "</product>", None),
        (f'<index n="x">{variable()}</index>', None),
        ("<sum/>", 0),
        (f"<subtract>{base('1', 'float')}</subtract>", None),
    ],
)
def test_a_value_is_computed_exactly_or_not_at_all(value, score):
    assert rules_of(put("SCORE", value)).score({"R": ("A",)}) == score


def test_very_many_options_and_rules_take_no_longer_than_they_are_long():
    many = "".join(when(member(f"o{n}"), add("FB", f"F{n}")) for n in range(2_000))
    choices = "".join(f'<simpleChoice identifier="o{n}">{n}</simpleChoice>' for n in range(2_000))
    body = f'<choiceInteraction responseIdentifier="R" shuffle="true" maxChoices="0">{choices}</choiceInteraction>'
    xml = item(many, "".join(modal(f"F{n}", f"T{n}") for n in range(2_000)), right=("o0",), many=True, body=body)
    started = time.process_time()
    read(xml)
    assert time.process_time() - started < 8
