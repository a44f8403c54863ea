"""Marks for every kind of question."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.model.quiz import Choice, Multi, Numeric, Question, Quiz, Short, TrueFalse
from dlquiz.quiz.glossary import TERMS
from dlquiz.quiz.marking import Mark, mark, mark_in, neighbours, options_of, right_answer, right_answer_value

COMMON = {"stem": "?", "explain": "Because.", "source": "A book, chapter 1"}
RIGHT = ("Dropout", "Weight decay", "Early stopping")
WRONG = ("A larger model", "More epochs")


def choice(**fields) -> Choice:
    wrong = {"Underfitting": "Then the training loss would be high.", "Convergence": "Then both would flatten."}
    return Choice.model_validate(
        {"kind": "choice", "id": "c", "right": "Overfitting", "wrong": wrong, **COMMON, **fields}
    )


def multi(partial="net", right=RIGHT, wrong=WRONG) -> Multi:
    return Multi.model_validate(
        {
            "kind": "multi",
            "id": "m",
            "partial": partial,
            "right": {text: f"{text} regularises." for text in right},
            "wrong": {text: f"{text} does not." for text in wrong},
            **COMMON,
        }
    )


def numeric(answer, **fields) -> Numeric:
    return Numeric.model_validate({"kind": "numeric", "id": "n", "answer": answer, **COMMON, **fields})


def short(*accept, **fields) -> Short:
    return Short.model_validate({"kind": "short", "id": "s", "accept": list(accept), **COMMON, **fields})


def truefalse(answer) -> TrueFalse:
    return TrueFalse.model_validate({"kind": "truefalse", "id": "t", "answer": answer, **COMMON})


# --- choice ---------------------------------------------------------------------------------


def test_the_right_option_earns_everything():
    result = mark(choice(), "Overfitting")
    assert (result.correct, result.score, result.unclear) == (True, 1.0, False)


def test_a_wrong_option_earns_nothing_and_every_option_gets_its_feedback():
    result = mark(choice(), "underfitting ")
    assert (result.correct, result.score, result.unclear) == (False, 0.0, False)
    assert [(f.option, f.chosen, f.right) for f in result.feedback] == [
        ("Overfitting", False, True),
        ("Underfitting", True, False),
        ("Convergence", False, False),
    ]
    assert result.feedback[1].text == "Then the training loss would be high."
    assert "Overfitting" in result.message


def test_a_text_that_is_no_option_is_unclear_and_a_near_one_is_named():
    result = mark(choice(), "Overfiting")
    assert result.unclear
    assert "Did you mean “Overfitting”?" in result.message


def test_options_that_differ_only_in_case_need_the_exact_text():
    question = choice(right="ReLU", wrong={"relu": "Names are case-sensitive in code."})
    assert mark(question, "ReLU").correct
    assert mark(question, "relu").score == 0
    assert mark(question, "RELU").unclear


def test_code_marks_around_an_option_may_be_left_out():
    assert mark(choice(right="`X @ W`", wrong={"`W @ X`": "The shapes do not fit."}), "X @ W").correct


def test_a_list_of_one_is_a_choice_and_a_longer_list_is_unclear():
    assert mark(choice(), ["Overfitting"]).correct
    assert mark(choice(), ["Overfitting", "Underfitting"]).unclear
    assert mark(choice(), []).unclear


# --- multi ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partial", "chosen", "score"),
    [
        ("all", RIGHT, 1),
        ("all", RIGHT[:2], 0),
        ("all", (*RIGHT, *WRONG), 0),
        ("each", RIGHT, 1),
        ("each", RIGHT[:2], 4 / 5),
        ("each", WRONG, 0),
        ("each", (*RIGHT, *WRONG), 3 / 5),
        ("net", RIGHT, 1),
        ("net", RIGHT[:2], 2 / 3),
        ("net", (*RIGHT[:2], WRONG[0]), 1 / 3),
        ("net", (*RIGHT, *WRONG), 1 / 3),
        ("net", WRONG, 0),
    ],
)
def test_partial_credit_follows_its_name(partial, chosen, score):
    result = mark(multi(partial), chosen)
    assert result.score == pytest.approx(score)
    assert result.correct is (score == 1)


def test_a_right_option_left_unticked_is_told_with_its_reason():
    result = mark(multi(), ["Dropout", "More epochs"])
    missed = {f.option: f for f in result.feedback if f.right and not f.chosen}
    assert set(missed) == {"Weight decay", "Early stopping"}
    assert missed["Weight decay"].text == "Weight decay regularises."
    assert result.message == "2 right options not ticked, 1 wrong option ticked."


def test_ticking_nothing_is_unclear():
    assert mark(multi(), []).unclear


def test_one_unknown_option_makes_the_whole_answer_unclear():
    assert mark(multi(), ["Dropout", "Dropotu"]).unclear


OPTIONS = RIGHT + WRONG
selections = st.sets(st.sampled_from(OPTIONS), min_size=1)
partials = st.sampled_from(["all", "each", "net"])


@settings(deadline=None)
@given(selections, partials)
def test_partial_credit_stays_between_nothing_and_everything(chosen, partial):
    result = mark(multi(partial), sorted(chosen))
    assert 0 <= result.score <= 1
    assert result.correct == (chosen == set(RIGHT))
    assert (result.score == 1) == result.correct


@settings(deadline=None)
@given(selections, partials, st.sampled_from(OPTIONS))
def test_one_more_right_tick_never_costs_and_one_more_wrong_tick_never_pays(chosen, partial, extra):
    before = mark(multi(partial), sorted(chosen)).score
    after = mark(multi(partial), sorted(chosen | {extra})).score
    if extra in RIGHT:
        # `all` is all or nothing: a wrong tick keeps it at nothing, so it cannot fall either.
        assert after >= before
    else:
        assert after <= before


@settings(deadline=None)
@given(st.permutations(OPTIONS), selections, partials, st.randoms(use_true_random=False))
def test_the_order_of_options_and_of_ticks_never_changes_a_mark(order, chosen, partial, random):
    shuffled = multi(partial, [o for o in order if o in RIGHT], [o for o in order if o in WRONG])
    ticks = sorted(chosen)
    random.shuffle(ticks)
    one, other = mark(multi(partial), sorted(chosen)), mark(shuffled, ticks)
    assert (one.correct, one.score, one.message) == (other.correct, other.score, other.message)
    assert set(one.feedback) == set(other.feedback)


def test_the_order_of_choice_options_never_changes_a_mark():
    wrong = {"a": "no a", "b": "no b", "c": "no c"}
    marks = {
        (result.correct, result.score, frozenset(result.feedback))
        for order in itertools.permutations(wrong)
        for result in [mark(choice(wrong={key: wrong[key] for key in order}), "b")]
    }
    assert len(marks) == 1


# --- true or false --------------------------------------------------------------------------


@pytest.mark.parametrize("said", [True, "true", "TRUE", "t", "yes", "1", 1])
def test_ways_to_say_true(said):
    assert mark(truefalse(True), said).correct
    assert not mark(truefalse(False), said).correct


@pytest.mark.parametrize("said", [False, "false", "F", "no", "0", 0])
def test_ways_to_say_false(said):
    assert mark(truefalse(False), said).correct


@pytest.mark.parametrize("said", ["maybe", "", "2", ["true"], 0.5])
def test_neither_true_nor_false_is_unclear(said):
    assert mark(truefalse(True), said).unclear


def test_a_german_quiz_understands_german_and_english():
    assert mark(truefalse(True), "wahr", lang="de").correct
    assert mark(truefalse(True), "true", lang="de").correct
    assert mark(truefalse(True), "wahr", lang="en").unclear


# --- numeric --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tolerance", "right", "wrong"),
    [
        (0, ["3.14", 3.14, "3,14"], ["3.141", "3.1"]),
        (0.01, ["3.13", "3.15", "3.14"], ["3.129", "3.151"]),
        ("5%", ["2.983", "3.297"], ["2.98", "3.30"]),
        ([3.1, 3.2], ["3.1", "3.2"], ["3.09", "3.21"]),
    ],
)
def test_tolerances_include_their_ends(tolerance, right, wrong):
    question = numeric(3.14, tolerance=tolerance)
    assert all(mark(question, answer).correct for answer in right)
    assert not any(mark(question, answer).correct for answer in wrong)


def test_tenths_are_compared_exactly():
    assert mark(numeric(0.3, tolerance=0.1), "0.2").correct
    assert mark(numeric(0.3), "3e-1").correct


def test_an_ambiguous_number_is_unclear_and_both_readings_are_shown():
    result = mark(numeric(16000), "16,000")
    assert result.unclear
    assert "16000 or 16" in result.message


def test_the_language_settles_the_decimal_comma():
    assert mark(numeric(3.145), "3,145", lang="de").correct
    assert mark(numeric(3.145), 3.145, lang="de").correct
    assert mark(numeric(3.145), "3.145", lang="de").unclear


def test_a_foreseen_wrong_number_gets_its_own_words():
    question = numeric(1875, near={"1874": "You dropped the last partial batch."})
    result = mark(question, "1874")
    assert (result.score, [f.text for f in result.feedback]) == (0, ["You dropped the last partial batch."])
    assert mark(question, "1873").feedback == ()


def test_the_nearest_foreseen_number_is_told():
    question = numeric(100, tolerance=1, near={"90": "Ninety.", "91": "Ninety-one."})
    assert [f.text for f in mark(question, "90.9").feedback] == ["Ninety-one."]


MIB = {"unit": "MiB", "tolerance": 0}


@pytest.mark.parametrize("typed", ["4 MiB", "4MiB", "4096 KiB", "4 mib", "4 mebibytes"])
def test_a_unit_may_be_any_that_measures_the_same(typed):
    assert mark(numeric(4, **MIB), typed).correct


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("5 MiB", "The unit is right, but the number is not."),
        ("4 KiB", "The number is right, but the unit is not"),
        ("4 s", "The number is right, but the unit is not"),
        ("5 s", "Neither the number nor the unit is right."),
        ("4 apples", "The number is right, but the unit is not"),
    ],
)
def test_the_mark_says_whether_number_or_unit_is_wrong(typed, says):
    result = mark(numeric(4, **MIB), typed)
    assert result.score == 0
    assert not result.unclear
    assert result.message.startswith(says)


def test_a_missing_unit_is_asked_for():
    result = mark(numeric(4, **MIB), "4")
    assert result.unclear
    assert "unit" in result.message


def test_a_percentage_is_a_share():
    assert mark(numeric(0.95, tolerance=0.001), "95 %").correct
    assert mark(numeric(0.95, tolerance=0.001), "95%").correct
    assert mark(numeric(95, unit="%"), "95 percent").correct
    assert mark(numeric(0.95), "95").score == 0


def test_a_unit_of_the_authors_own_is_compared_as_a_word():
    assert mark(numeric(3, unit="epochs"), "3 epoch").correct
    assert not mark(numeric(3, unit="epochs"), "3 steps").correct


def test_an_unexpected_word_after_the_number_is_unclear():
    assert mark(numeric(16), "16 thousand").unclear


@pytest.mark.parametrize(
    "typed",
    ["nan", "inf", float("nan"), float("-inf"), "1" * 10_000, pytest.param(10**5000, id="huge"), ["1"], "", "ten"],
)
def test_what_is_no_number_is_refused_politely(typed):
    result = mark(numeric(1), typed)
    assert result.unclear
    assert result.message


# --- short ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["mini-batch", "Mini-Batch", "BATCH ", "minibatch", "mini batches", "bâtch"])
def test_variants_patterns_case_accents_and_spaces_are_accepted(typed):
    assert mark(short("mini-batch", "batch", "/mini.?batch(es)?/"), typed).correct


def test_a_rejected_text_gets_its_own_words():
    result = mark(short("batch", reject={"epoch": "That is a full pass over the data."}), "Epoch")
    assert (result.score, [f.text for f in result.feedback]) == (0, ["That is a full pass over the data."])


def test_a_misspelt_rejected_text_gets_its_words_too():
    result = mark(short("batch", reject={"epoch": "That is a full pass over the data."}), "epcoh")
    assert [f.text for f in result.feedback] == ["That is a full pass over the data."]


def test_without_the_switch_no_typo_is_forgiven():
    assert mark(short("overfitting"), "overfiting").score == 0


@pytest.mark.parametrize(
    ("accept", "typed", "forgiven"),
    [
        ("overfitting", "overfiting", True),
        ("overfitting", "ovrefiting", True),
        ("overfitting", "ovrefitng", False),  # three edits
        ("epoch", "epohc", True),
        ("epoch", "pohc", False),  # two edits in a short word
        ("GAN", "GAM", False),  # three letters
        ("type 1 error", "type 2 error", False),
        ("supervised", "unsupervised", False),
    ],
)
def test_a_typo_is_forgiven_by_length_but_never_a_digit_or_an_opposite(accept, typed, forgiven):
    result = mark(short(accept, typos=2), typed)
    assert result.correct is forgiven
    if forgiven:
        assert accept in result.message


def test_the_switch_caps_what_length_allows():
    assert not mark(short("overfitting", typos=1), "ovrefiting").correct


def test_a_typo_is_not_forgiven_when_another_term_is_as_near():
    question = short("precision", typos=2)
    assert mark(question, "precisoin").correct
    assert not mark(question, "precisoin", neighbours=("precisoin",)).correct
    # "bath" is one edit from both: nobody can tell which was meant.
    assert mark(short("batch", typos=1), "bath").correct
    assert not mark(short("batch", typos=1), "bath", neighbours=("path",)).correct


def test_a_rejected_text_shields_its_own_misspellings():
    question = short("overfitting", typos=2, reject={"overfilling": "That is a bucket."})
    assert not mark(question, "overfiling").correct
    assert mark(question, "overfittin").correct


@pytest.mark.parametrize("typed", ["", "   ", "x" * 201, ["a", "b"]])
def test_what_is_no_short_answer_is_unclear(typed):
    assert mark(short("batch"), typed).unclear


# --- the quiz as a glossary -----------------------------------------------------------------


def glossary() -> Quiz:
    return Quiz.model_validate(
        {
            "format_version": 1,
            "title": "Glossary",
            "questions": [
                {
                    "kind": "short",
                    "id": "over",
                    "accept": ["overfitting"],
                    "typos": 2,
                    "tags": ["overfitting"],
                    **COMMON,
                },
                {"kind": "short", "id": "under", "accept": ["underfitting", "/under.?fit/"], "typos": 2, **COMMON},
                {"kind": "short", "id": "batch", "accept": ["/mini.?batch/"], "reject": {"epoch": "No."}, **COMMON},
                {"kind": "choice", "id": "c", "right": "minibatch", "wrong": {"a " * 30: "Too long."}, **COMMON},
            ],
        }
    )


def test_neighbours_are_the_terms_of_the_whole_quiz_that_the_question_does_not_accept_itself():
    quiz = glossary()
    others = neighbours(quiz, quiz.question("over"))
    assert set(others[:3]) == {"underfitting", "epoch", "minibatch"}
    assert set(others[3:]) < set(TERMS)
    assert "overfitting" not in others
    assert not {"minibatch", "mini-batch"} & set(neighbours(quiz, quiz.question("batch")))


def test_a_tag_in_id_form_is_the_term_itself_and_no_neighbour():
    questions = [
        {"kind": "short", "id": "a", "accept": ["activation function"], "tags": ["activation-function"], **COMMON}
    ]
    quiz = Quiz.model_validate({"format_version": 1, "title": "One", "questions": questions})
    assert "activation function" not in neighbours(quiz, quiz.question("a"))


def test_overfitting_is_never_forgiven_into_underfitting():
    quiz = glossary()
    for question_id, other in (("over", "underfitting"), ("under", "overfitting")):
        question = quiz.question(question_id)
        assert not mark(question, other, neighbours=neighbours(quiz, question)).correct


# --- anything at all ------------------------------------------------------------------------

anything = st.one_of(
    st.text(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.lists(st.text(), max_size=5),
    st.sampled_from(["1,000", "5 %", "1e308", "-.5", "1/3 MiB", "True", "Dropout", "batch"]),
)
questions = st.sampled_from(
    [
        choice(),
        multi("all"),
        multi("each"),
        multi("net"),
        truefalse(True),
        numeric(4, **MIB),
        numeric(0.5, tolerance="5%", near={"0.4": "Near."}),
        numeric(3.14, tolerance=[3.1, 3.2]),
        short("mini-batch", "/mini.?batch/", typos=2, reject={"epoch": "No.", "/st.p/": "No."}),
    ]
)


@settings(deadline=None)
@given(questions, anything, st.sampled_from(["en", "de", "fr-CA"]))
def test_marking_never_raises_and_keeps_its_promises(question: Question, answer, lang):
    result = mark(question, answer, lang=lang, neighbours=("epoch",))
    assert isinstance(result, Mark)
    assert 0 <= result.score <= 1
    assert result.correct == (result.score == 1)
    if result.unclear:
        assert result.score == 0
        assert result.message
    assert mark(question, answer, lang=lang, neighbours=("epoch",)) == result


@settings(deadline=None)
@given(questions)
def test_the_right_answer_that_is_shown_is_marked_right(question: Question):
    shown: object = right_answer(question)
    if question.kind == "multi":
        shown = str(shown).split("; ")
    elif question.kind == "numeric":
        shown = str(shown).split(" (")[0]
    assert mark(question, shown).correct


def test_options_are_listed_for_the_kinds_that_have_them():
    assert options_of(choice()) == ("Overfitting", "Underfitting", "Convergence")
    assert options_of(truefalse(True)) == ("True", "False")
    assert options_of(short("a")) == ()


@pytest.mark.parametrize("lang", ["en", "de", "fr"])
@pytest.mark.parametrize("answer", ["4", "1.875", "16000.5", "-0.001"])
def test_the_right_number_is_right_with_its_unit_in_every_language(lang, answer):
    question = {"kind": "numeric", "id": "n", "answer": answer, "unit": "MiB", **COMMON}
    read = Quiz.model_validate({"format_version": 1, "title": "T", "lang": lang, "questions": [question]}).questions[0]
    assert mark(read, right_answer_value(read, lang), lang=lang).correct


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("mini-bacth", True), ("minibacth", True), ("mini bacth", True), ("minibatch", True), ("mini-btch", True),
        ("mini-bat", False), ("maxibatch", False), ("microbatch", False),
    ],
)  # fmt: skip
def test_a_slip_is_forgiven_in_one_word_and_in_two(text, right):
    question = {
        "kind": "short",
        "id": "s",
        "stem": "What?",
        "accept": ["mini-batch"],
        "typos": 1,
        "explain": "e",
        "source": "s",
    }
    quiz = Quiz.model_validate({"format_version": 1, "title": "T", "questions": [question]})
    assert mark_in(quiz, quiz.questions[0], text).correct == right
