"""Canvas: blanks of New Quizzes, what is said to pairs, banks beside quizzes, settings beside questions."""

import pytest

from dlquiz.exchange.formats.qti import qti12
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.marking import mark
from tests.exchange import two_way
from tests.exchange.test_qti12 import item, text, zipped

UUIDS = [f"1f6a0c9e-0000-4000-8000-{number:012}" for number in range(6)]


def label(ident, words, algorithm="Equivalence", kind="dropdown", more=""):
    return (
        f'<response_label ident="{ident}" scoring_algorithm="{algorithm}" answer_type="{kind}" {more}>'
        f"{text(words)}</response_label>"
    )


def blank(number, *labels):
    shown = labels[0].partition("<mattext>")[2].partition("<")[0]
    return (
        f'<response_lid ident="response_{UUIDS[number]}">{text(shown)}<render_choice>{"".join(labels)}</render_choice>'
        "</response_lid>"
    )


def right(number, ident, points=50):
    return (
        f'<respcondition><conditionvar><varequal respident="response_{UUIDS[number]}">{ident}</varequal></conditionvar>'
        f'<setvar varname="SCORE" action="Add">{points}</setvar></respcondition>'
    )


def cloze(stem, blanks, conditions, more="", kind="fill_in_multiple_blanks_question"):
    data = item(text(stem) + "".join(blanks), "".join(conditions), kind=kind, more=more)
    imported = qti12.read(data, "nq.xml")
    return imported.questions[0], imported.report


def lost(report):
    return {change.what for change in report.changes if change.loss}


def test_a_list_of_new_quizzes_shows_neither_its_answer_nor_its_identifier():
    found, report = cloze(
        f"An [{UUIDS[0]}] and a [{UUIDS[1]}].",
        [
            blank(0, label("a", "epoch"), label("b", "layer")),
            blank(1, label("c", "batch"), label("d", "layer")),
        ],
        [right(0, "a"), right(1, "c")],
    )
    assert found["stem"] == "An [[epoch]] and a [[batch]]."
    assert list(found["wrong"]) == ["layer"]
    assert lost(report) == {"lists to choose from"}


def test_the_right_answer_of_a_list_need_not_stand_first():
    found, _ = cloze(
        f"An [{UUIDS[0]}].", [blank(0, label("a", "layer"), label("b", "epoch", kind="wordbank"))], [right(0, "b", 100)]
    )
    assert (found["stem"], list(found["wrong"])) == ("An [[epoch]].", ["layer"])


def test_typed_and_chosen_blanks_share_one_list_and_that_is_declared():
    found, report = cloze(
        f"An [{UUIDS[0]}] and a [{UUIDS[1]}].",
        [
            blank(0, label("a", "epoch"), label("b", "layer")),
            blank(1, label("c", "batch", "TextContainsAnswer", "openEntry")),
        ],
        [right(0, "a"), right(1, "c")],
    )
    assert (found["stem"], list(found["wrong"])) == ("An [[epoch]] and a [[batch]].", ["layer"])
    assert lost(report) == {"lists to choose from", "part of an answer"}


def test_every_listed_text_of_a_typed_blank_is_right():
    found, report = cloze(
        f"It is [{UUIDS[0]}].",
        [blank(0, label("a", "teal", "TextInChoices", "openEntry"), label("b", "cyan", "TextInChoices", "openEntry"))],
        [right(0, "a", 100)],
    )
    assert found["stem"] == "It is [[teal|cyan]]."
    assert lost(report) == set()


@pytest.mark.parametrize(
    ("source", "stem", "fits", "declared"),
    [
        ("^mini.?batch(es)?$", "A [[/mini.?batch(es)?/]].", "mini-batches", set()),
        ("(a+)+$", r"A [[(a+)+$]].", "(a+)+$", {"pattern"}),
    ],
)
def test_a_regular_expression_is_a_pattern_or_declared(source, stem, fits, declared):
    found, report = cloze(
        f"A [{UUIDS[0]}].", [blank(0, label("a", source, "TextRegex", "openEntry"))], [right(0, "a", 100)]
    )
    assert found["stem"] == stem
    assert lost(report) == declared
    quiz = Quiz.model_validate({**HEAD, "questions": [found]})
    assert mark(quiz.questions[0], [fits]).correct


HEAD = {"format_version": 1, "title": "T"}


@pytest.mark.parametrize(
    ("algorithms", "typos", "declared"),
    [
        (["TextCloseEnough", "TextCloseEnough"], 2, set()),
        (["TextCloseEnough", "TextEquivalence"], None, {"nearly right"}),
        (["TextEquivalence", "TextEquivalence"], None, set()),
    ],
)
def test_forgiven_slips_are_kept_for_all_blanks_or_declared(algorithms, typos, declared):
    blanks = [
        blank(number, label(f"l{number}", word, algorithm, "openEntry", 'levenshtein_distance="2"'))
        for number, (word, algorithm) in enumerate(zip(("overfitting", "regularisation"), algorithms, strict=True))
    ]
    found, report = cloze(f"[{UUIDS[0]}] and [{UUIDS[1]}]", blanks, [right(0, "l0"), right(1, "l1")])
    assert found.get("typos") == typos
    assert lost(report) == declared


def test_blanks_of_the_classic_canvas_are_still_named_by_their_text():
    lists = [
        f'<response_lid ident="response_{name}">{text(name)}<render_choice>'
        f'<response_label ident="{number}">{text(word)}</response_label></render_choice></response_lid>'
        for number, (name, word) in enumerate([("first", "epoch"), ("second", "batch")])
    ]
    found, _ = cloze("One [first], one [second].", lists, [])
    assert found["stem"] == "One [[epoch]], one [[batch]]."


def test_a_word_between_slashes_in_a_blank_is_no_pattern():
    found, _ = cloze("Where? [etc]", [
        f'<response_lid ident="response_etc">{text("etc")}<render_choice><response_label ident="1">{text("/.*/")}'
        "</response_label></render_choice></response_lid>"
    ], [])  # fmt: skip
    quiz = Quiz.model_validate({**HEAD, "questions": [found]})
    assert mark(quiz.questions[0], ["/.*/"]).correct
    assert not mark(quiz.questions[0], ["anything"]).correct


def feedback(ident, words):
    return f'<itemfeedback ident="{ident}"><flow_mat>{text(words)}</flow_mat></itemfeedback>'


def shows(test, link):
    return (
        f"<respcondition><conditionvar>{test}</conditionvar>"
        f'<displayfeedback feedbacktype="Response" linkrefid="{link}"/></respcondition>'
    )


def matching(more="", extra_conditions=""):
    labels = "".join(f'<response_label ident="{i}">{text(words)}</response_label>' for i, words in ((7, "1"), (8, "2")))
    lists = "".join(
        f'<response_lid ident="response_{name}">{text(name)}<render_choice>{labels}</render_choice></response_lid>'
        for name in "AB"
    )
    conditions = "".join(
        f'<respcondition><conditionvar><varequal respident="response_{name}">{key}</varequal></conditionvar>'
        f'<setvar varname="SCORE" action="Add">50</setvar></respcondition>'
        for name, key in (("A", 7), ("B", 8))
    )
    return qti12.read(
        item(text("Match.") + lists, conditions + extra_conditions, kind="matching_question", more=more), "m.xml"
    )


def test_what_is_said_to_a_pair_stands_at_its_term():
    wrong_a = '<not><varequal respident="response_A">7</varequal></not>'
    imported = matching(feedback("a_fb", "A is the first."), shows(wrong_a, "a_fb"))
    [question] = imported.questions
    assert question["why"] == {"A": "A is the first."}
    assert imported.report.lossless


def test_what_is_said_to_pairs_comes_back_from_canvas():
    fields = {"kind": "match", "id": "m", "stem": "Match.", "pairs": {"a": "1", "b": "2"}, "why": {"b": "It is two."},
              "explain": "Because.", "source": "A book"}  # fmt: skip
    quiz = Quiz.model_validate({**HEAD, "summary": "A **short** quiz.", "questions": [fields]})
    report, content = two_way.there(quiz, "qti12")
    again = two_way.back(content, "qti12")
    assert "why" not in two_way.declared(report, "m")
    assert (again.questions[0].why, again.summary) == ({"b": "It is two."}, "A **short** quiz.")


@pytest.mark.parametrize(
    ("words", "what"), [("Read chapter 3.", "feedback"), ("Correct", "praise"), ("Falsch!", "praise")]
)
def test_feedback_that_finds_no_place_is_declared(words, what):
    report = matching(feedback("general_incorrect_fb", words)).report
    assert [(change.what, words in change.why) for change in report.changes if change.loss] == [(what, True)]


def choice(ident, stem, key, wrong="no"):
    options = "".join(
        f'<response_label ident="{ident}{n}">{text(w)}</response_label>' for n, w in enumerate((key, wrong))
    )
    return (
        f'<item ident="{ident}" title="Question"><itemmetadata><qtimetadata><qtimetadatafield>'
        f"<fieldlabel>x</fieldlabel><fieldentry>{ident}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>"
        f"<presentation>{text(stem)}"
        f'<response_lid ident="r{ident}"><render_choice>{options}</render_choice></response_lid></presentation>'
        f'<resprocessing><outcomes><decvar maxvalue="100"/></outcomes><respcondition><conditionvar>'
        f'<varequal respident="r{ident}">{ident}0</varequal></conditionvar><setvar>100</setvar></respcondition>'
        "</resprocessing></item>"
    )


def quiz_file(*items):
    return (
        '<questestinterop><assessment ident="q" title="Q"><section ident="s">'
        f"{''.join(items)}</section></assessment></questestinterop>"
    )


def bank_file(*items):
    return f'<questestinterop><objectbank ident="b">{"".join(items)}</objectbank></questestinterop>'


def test_a_question_that_stands_in_quiz_and_bank_is_read_once():
    quiz = quiz_file(choice("a", "One?", "1"), choice("b", "Two?", "2"), choice("c", "Two?", "2"))
    bank = bank_file(choice("x", "Two?", "2"), choice("y", "Two?", "3"), choice("z", "One?", "1"))
    imported = qti12.read(zipped(a_dot_xml=bank, non__b_dot_xml=quiz), "c.zip")
    # A quiz may ask the same twice; the bank's "Two?" with another key is another question.
    assert [(q["stem"], q["right"]) for q in imported.questions] == [
        ("One?", "1"),
        ("Two?", "2"),
        ("Two?", "2"),
        ("Two?", "3"),
    ]
    assert "repeated questions" in [change.what for change in imported.report.changes if not change.loss]


META = '<quiz identifier="q"><title>T</title><description>{}</description><shuffle_answers>{}</shuffle_answers></quiz>'


def test_settings_beside_the_questions_are_read():
    imported = qti12.read(
        zipped(
            q__q_dot_xml=quiz_file(choice("a", "One?", "1")),
            q__assessment_meta_dot_xml=META.format("&lt;p&gt;Hi.&lt;/p&gt;", "false"),
        ),
        "c.zip",
    )
    assert imported.summary == "Hi."
    assert lost(imported.report) == {"order of options"}


@pytest.mark.parametrize(
    ("attribute", "declared"), [('shuffle="No"', {"order of options"}), ('shuffle="Yes"', set()), ("", set())]
)
def test_a_fixed_order_of_options_is_declared(attribute, declared):
    data = quiz_file(choice("a", "One?", "1")).replace("<render_choice>", f"<render_choice {attribute}>")
    assert lost(qti12.read(data.encode(), "q.xml").report) == declared
