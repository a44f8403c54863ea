"""Every rule finds its example in the reference, and is silent about the better one."""

import re
from pathlib import Path

import pytest
import yaml

from dlquiz.content.course import load_quiz
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.code_runner import Runner, stale
from dlquiz.quiz.lint.registry import RULES, link
from dlquiz.quiz.lint.rule import QuizFile, QuizSet
from dlquiz.quiz.lint.run import lint

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "quiz-lint.md"
SECTION = re.compile(r"^## (?P<id>[a-z-]+)\n(?P<body>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
SECTIONS = {match["id"]: match["body"] for match in SECTION.finditer(PAGE.read_text(encoding="utf-8"))}
EXAMPLES = {
    name: re.findall(r"```yaml\n(.*?)```", body, re.DOTALL) for name, body in SECTIONS.items() if "```yaml" in body
}
WITHOUT = {"typo-reach", "key-position", "one-tag-run", "dup-id", "cautious-is-true", "same-as-unknown", "lost-comment"}
"""Rules over several files, over many questions, over files of other programs, or about what the reader drops."""


def text(value):
    """Read a plain YAML value as our loader does: text stays text."""
    if isinstance(value, dict):
        return {str(key): text(item) for key, item in value.items()}
    return [text(item) for item in value] if isinstance(value, list) else value


def quiz(*questions, **more):
    filled = [
        {"id": f"q{number}", "explain": "This is long enough to explain it.", "source": "A book", **question}
        for number, question in enumerate(questions)
    ]
    return Quiz.model_validate({"format_version": 1, "title": "A quiz", "questions": filled, **more})


def written(example):
    return quiz(*(text(one) for one in yaml.load(example, yaml.BaseLoader)))


def found(*quizzes, **more):
    files = tuple(QuizFile(f"quiz{number}.yaml", one, **more) for number, one in enumerate(quizzes))
    return [(one.rule.id, one.hit.question) for one in lint(QuizSet(files))]


def choice(right, *wrong, stem="Which one?", **more):
    reasons = {option: f"Reason number {number} of the author." for number, option in enumerate(wrong)}
    return {"kind": "choice", "stem": stem, "right": right, "wrong": reasons, **more}


def test_the_page_has_a_section_for_every_rule_in_their_order():
    assert list(SECTIONS) == list(RULES)


@pytest.mark.parametrize("name", RULES)
def test_the_page_gives_what_why_and_source_of_every_rule(name):
    rule, body = RULES[name], SECTIONS[name]
    assert f"{rule.what} ({rule.severity})\n" in body
    assert f"**Why.** {rule.why}\n" in body
    assert f"**Source.** {rule.source}.\n" in body
    assert f"| [`{name}`](#{name}) | {rule.severity} | {rule.what} |" in PAGE.read_text(encoding="utf-8")
    assert link(name) == f"docs/reference/quiz-lint.md#{name}"


def test_every_rule_has_an_example_but_those_over_several_files():
    assert set(RULES) - set(EXAMPLES) == WITHOUT


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"code-output-stale"}))
def test_a_rule_finds_its_bad_example_and_not_the_better_one(name):
    bad, better = EXAMPLES[name]
    assert name in {rule for rule, _ in found(written(bad))}
    assert found(written(better)) == []


@pytest.mark.sandbox
def test_code_that_prints_something_else_is_found():
    bad, better = (written(example) for example in EXAMPLES["code-output-stale"])
    with Runner() as runner:
        (one,) = stale(bad.questions, runner)
        assert one.message == "the code prints “3”, not “4”"
        assert list(stale(better.questions, runner)) == []


def test_a_question_can_ignore_a_rule_and_others_still_count():
    bad, _ = EXAMPLES["negative-stem"]
    (question,) = (text(one) for one in yaml.load(bad, yaml.BaseLoader))
    assert found(quiz(question)) == [("negative-stem", "q0")]
    assert found(quiz({**question, "ignore": ["negative-stem"]})) == []
    assert found(quiz({**question, "ignore": ["clang"]})) == [("negative-stem", "q0")]


def test_a_rule_can_be_left_out_for_all():
    bad, _ = EXAMPLES["negative-stem"]
    quizzes = QuizSet((QuizFile("a.yaml", written(bad)),))
    assert lint(quizzes, ignored={"negative-stem"}) == ()


@pytest.mark.parametrize(
    "stem",
    [
        "Why does a network that was not trained guess?",
        "The model has not seen these images. What is this set called?",
        "Which of these does NOT change the weights?",
        "Which set is used when the labels are not known?",
        "Training stops when the loss does not fall any more. What is this called?",
    ],
)
def test_a_not_that_describes_is_no_negative_question(stem):
    assert found(quiz(choice("One", "Two", "Three", stem=stem))) == []


@pytest.mark.parametrize(
    "stem", ["Which of these cannot overfit?", "All of these hold, except which?", "Tick what never ends."]
)
def test_a_question_for_what_is_not_so_is_found(stem):
    assert found(quiz(choice("One", "Two", "Three", stem=stem))) == [("negative-stem", "q0")]


def test_a_statement_that_denies_must_say_so_loudly():
    plain, loud = (
        {"kind": "truefalse", "stem": stem, "answer": True} for stem in ("It does not grow.", "It does *not* grow.")
    )
    assert found(quiz(plain)) == [("negative-stem", "q0")]
    assert found(quiz(loud)) == []


def test_words_of_another_language_are_not_judged_as_english():
    question = choice("Das Netz", "Only die Daten", "Der Rest", stem="Which of these is not it?")
    assert found(quiz(question, lang="de")) == []


def test_absolute_words_on_both_sides_give_nothing_away():
    assert found(quiz(choice("It never ends", "It always ends", "It is done"))) == []


def test_numbers_that_are_written_differently_are_the_same_number():
    assert ("overlap-numeric", "q0") in found(quiz(choice("0.5", "50 %", "0.7")))
    assert ("overlap-numeric", "q0") in found(quiz(choice("0.25", "1/2", "0.50")))
    assert found(quiz(choice("1000", "10,000", "1e5"))) == []


def test_options_that_differ_in_a_sign_are_different():
    assert found(quiz(choice("x > 0", "x < 0", "x = 0"))) == []
    assert found(quiz(choice("`a[0]`", "`a[1]`", "`a[-1]`"))) == []


def test_the_same_id_in_two_quizzes_is_an_error_in_the_second():
    one, two = (
        quiz({"kind": "truefalse", "stem": stem, "answer": True}) for stem in ("A step is short.", "Snow is cold.")
    )
    assert found(one, two) == [("dup-id", "q0")]


def test_a_term_of_another_quiz_within_reach_of_a_typo_is_found():
    one = quiz(
        {"kind": "short", "stem": "What adapts the weights?", "accept": ["optimiser"], "typos": 1, "id": "a-one"}
    )
    two = quiz({"kind": "short", "stem": "What is it after training?", "accept": ["optimised"], "id": "b-one"})
    assert found(one, two) == [("typo-reach", "a-one")]
    rejecting = quiz(
        {
            "kind": "short",
            "stem": "What adapts the weights?",
            "accept": ["optimiser"],
            "typos": 1,
            "reject": {"optimised": "This is the model, not the tool."},
            "id": "a-one",
        }
    )
    assert found(rejecting, two) == []


def test_places_and_runs_are_told_only_where_learners_see_the_order_of_the_file():
    questions = [
        choice(f"Right {word}", f"Wrong {word}", f"Other {word}", stem=f"Which {word} is {word}?", tags=["same"])
        for word in "alpha beta gamma delta epsilon zeta eta theta".split()
    ]
    places = {f"q{number}": (0, 3) for number in range(8)}
    ours = quiz(*questions)
    names = {"key-position", "one-tag-run"}
    assert names & {rule for rule, _ in found(ours)} == set()
    assert names & {rule for rule, _ in found(ours, fixed_order=True, key_places=places)} == names
    mixed = {f"q{number}": (number % 3, 3) for number in range(8)}
    assert "key-position" not in {rule for rule, _ in found(ours, fixed_order=True, key_places=mixed)}


def test_what_is_wrong_in_one_variant_only_is_found_once():
    question = choice("{{a}}", "{{b}} %", "9", stem="Which one is it?", params={"a": ["1", "5"], "b": ["50", "500"]})
    hits = [hit for hit in found(quiz(question)) if hit[0] == "overlap-numeric"]
    assert hits == [("overlap-numeric", "q0")]


def test_an_acronym_is_explained_by_words_with_its_letters_anywhere():
    asks = {"kind": "truefalse", "stem": "SGD uses batches.", "answer": True}
    assert found(quiz(asks)) == [("acronym-undefined", "q0")]
    assert found(quiz({**asks, "stem": "The sign says NEVER LEAVE LUGGAGE HERE in red."})) == []
    said = {**asks, "explain": "Stochastic gradient descent draws a batch for each step."}
    assert found(quiz(said)) == []


def statement(stem, answer, **more):
    return {"kind": "truefalse", "stem": stem, "answer": answer, **more}


def ids_of(rule, *quizzes, **more):
    return [question for name, question in found(*quizzes, **more) if name == rule]


NOUNS = "apples boats clouds doors eggs flags gates hats".split()


def test_cautious_words_that_are_true_and_absolute_ones_that_are_false_are_found_together():
    told = [statement(f"{noun.title()} can be red.", True) for noun in NOUNS[:4]]
    told += [statement(f"All {noun} are red.", False) for noun in NOUNS[4:]]
    assert ids_of("cautious-is-true", quiz(*told)) == ["q0"]
    balanced = [{**one, "answer": number % 2 == 0} for number, one in enumerate(told)]
    assert ids_of("cautious-is-true", quiz(*balanced)) == []
    assert ids_of("cautious-is-true", quiz(*told[:6])) == []  # too few to say
    assert ids_of("cautious-is-true", quiz(*told, lang="de")) == []


@pytest.mark.parametrize(
    "stem",
    [
        "A batch is a part of the training set, and its size is learnt.",
        "A GPU helps since the passes are linear algebra.",
        "The article made the method known, but it had been described before.",
        "A filter has weights for red, green and blue, and it gives one map.",
        "The first layer has weights and has no biases.",
    ],
)
def test_a_statement_with_two_claims_is_found(stem):
    assert ids_of("two-ideas", quiz(statement(stem, True))) == ["q0"]


@pytest.mark.parametrize(
    "stem",
    [
        "A network has a softmax over the two classes dog and cat. It gives both a probability near 0.",
        "Weights and biases are learnt.",
        "Without a mask, the output stays the same.",
        "If precision and recall differ, F1 lies nearer to the smaller one.",
        "With a causal mask, the first position gives the weight 1 to itself.",
    ],
)
def test_a_case_that_is_described_first_is_no_second_claim(stem):
    assert ids_of("two-ideas", quiz(statement(stem, False))) == []


@pytest.mark.parametrize(
    ("stem", "is_bare"),
    [
        ("Which of these statements are right?", True),
        ("Which statements about it hold? Choose each one that fits.", True),
        ("Which of these layers have weights that training changes?", False),
        ("Which sentence about the gradient of a bias in a dense layer is right?", False),
    ],
)
def test_a_stem_must_ask_something_by_itself(stem, is_bare):
    asked = quiz(choice("One", "Two", "Three", stem=stem))
    assert ids_of("bare-stem", asked) == (["q0"] if is_bare else [])


def bank(stem, *wrong):
    return {"kind": "cloze", "stem": stem, "wrong": {word: f"The word {word} means more." for word in wrong}}


def test_an_article_before_a_blank_must_fit_a_second_word():
    assert ids_of("article", quiz(bank("One row is an [[example]].", "label", "model"))) == ["q0"]
    assert ids_of("article", quiz(bank("One row is an [[example]].", "epoch", "model"))) == []
    assert ids_of("article", quiz(bank("One row is a [[model]].", "label", "epoch"))) == []
    assert ids_of("article", quiz({"kind": "cloze", "stem": "One row is an [[example]]."})) == []


def test_a_name_at_the_beginning_of_a_sentence_keeps_its_capital():
    start = "It began early. [[Pooling]] takes the largest number."
    assert ids_of("capital", quiz(bank(start, "attention"))) == ["q0"]
    assert ids_of("capital", quiz(bank(start, "Attention"))) == []
    assert ids_of("capital", quiz(bank("It began early. [[GRU]] is short.", "attention"))) == []


def test_a_phrase_that_two_words_complete_gives_nothing_away():
    assert ids_of("collocation", quiz(bank("So it is called batch [[size]].", "rate"))) == ["q0"]
    assert ids_of("collocation", quiz(bank("So it is called batch [[size]].", "normalisation"))) == []
    assert ids_of("collocation", quiz(bank("So it is called [[batch size]].", "depth"))) == []


def test_a_word_that_all_terms_share_leads_to_no_meaning():
    pairs = {"input layer": "holds the pixels", "dense layer": "sees the whole layer before"}
    assert ids_of("match-clang", quiz({"kind": "match", "stem": "Match the layers.", "pairs": pairs})) == []
    loud = {**pairs, "connected layer": "has units connected to others"}
    assert ids_of("match-clang", quiz({"kind": "match", "stem": "Match the layers.", "pairs": loud})) == ["q0"]


def test_two_wrong_options_with_something_of_their_own_hide_the_right_one():
    right, *wrong = "the sum of the rows", "the sum of the columns", "the mean of the rows"
    assert ids_of("convergence", quiz(choice(right, *wrong, "half the sum of the rows"))) == ["q0"]
    assert ids_of("convergence", quiz(choice(right, *wrong, "the mean of the columns"))) == []


def test_the_option_most_like_the_others_must_not_be_right_in_most_questions():
    def one(noun, key, *others):
        return choice(*(f"{part} of {noun}" for part in (key, *others)), stem=f"What of {noun}?")

    central = [one(noun, "big red", "big blue", "old red", "new") for noun in NOUNS * 4]
    mixed = [one(noun, "new", "big blue", "old red", "big red") for noun in NOUNS * 2]
    mixed += central[:8]
    assert ids_of("convergence", quiz(*central)) != []
    assert "q0" not in ids_of("convergence", quiz(*mixed))


def test_caution_on_both_sides_gives_nothing_away():
    assert ids_of("hedged-key", quiz(choice("It may grow", "It falls", "It stays"))) == ["q0"]
    assert ids_of("hedged-key", quiz(choice("It may grow", "It may fall", "It stays"))) == []


@pytest.mark.parametrize(
    ("key", "others", "sums_up"),
    [
        ("Both, since one is a part of the other", ("Deep learning", "Machine learning"), True),
        ("Supervised, unsupervised and reinforcement", ("Supervised", "Unsupervised", "Reinforcement"), True),
        ("Supervised learning", ("Unsupervised learning", "Reinforcement learning"), False),
        ("The mean and the variance", ("The mean", "The largest number", "The smallest number"), False),
    ],
)
def test_all_of_the_above_is_found_in_other_words(key, others, sums_up):
    asked = quiz(choice(key, *others, stem="What does it need?"))
    assert ids_of("above-options", asked) == (["q0"] if sums_up else [])


def test_a_word_to_type_may_stand_in_two_others_but_in_none_before_it():
    typed = {"kind": "short", "stem": "What is one pass called?", "accept": ["epoch"]}
    showing = [statement(f"An epoch has {noun}.", True) for noun in NOUNS[:3]]
    assert ids_of("answer-in-sibling", quiz(typed, *showing)) == ["q0"]
    assert ids_of("answer-in-sibling", quiz(typed, *showing[:2])) == []
    assert ids_of("answer-in-sibling", quiz(typed, *showing), fixed_order=True) == []
    assert ids_of("answer-in-sibling", quiz(showing[0], typed), fixed_order=True) == ["q1"]


def test_a_word_that_is_chosen_may_stand_anywhere():
    chosen = bank("One pass is called [[epoch]].", "batch")
    showing = [statement(f"An epoch has {noun}.", True) for noun in NOUNS[:4]]
    assert ids_of("answer-in-sibling", quiz(chosen, *showing)) == []


def test_same_as_to_a_question_that_does_not_exist_is_an_error():
    asked = {"kind": "short", "stem": "What is one pass called?", "accept": ["epoch"], "id": "a-one"}
    other = quiz(statement("Snow is cold.", True, id="b-one"))
    assert ids_of("same-as-unknown", quiz({**asked, "same_as": ["quiz1/b-one"]}), other) == []
    assert ids_of("same-as-unknown", quiz({**asked, "same_as": ["quiz1/b-two"]}), other) == ["a-one"]
    assert ids_of("same-as-unknown", quiz({**asked, "same_as": ["quiz7/b-one"]}), other) == []  # not given here


def test_one_word_that_two_quizzes_want_is_found_unless_they_say_so():
    asked = {"kind": "short", "stem": "What is one pass called?", "accept": ["epoch"], "id": "a-one"}
    other = {"kind": "short", "stem": "The learner has seen all once. What ended?", "accept": ["an epoch"]}
    assert ids_of("same-term", quiz(asked), quiz(other)) == ["q0"]
    assert ids_of("same-term", quiz(asked), quiz({**other, "same_as": ["quiz0/a-one"]})) == []


def test_a_foreseen_mistake_that_is_right_in_one_variant_says_which():
    asked = {
        "kind": "numeric",
        "stem": "What is {{n}} squared?",
        "params": {"n": ["2", "3"]},
        "answer": "n * n",
        "tolerance": 0,
        "near": {"2 * n": "You doubled the number."},
    }
    (one,) = [hit for hit in lint(QuizSet((QuizFile("a.yaml", quiz(asked)),))) if hit.rule.id == "near-is-key"]
    assert one.hit.message == "'2 * n' is the right answer in 1 of 2 variants, with n = 2"
    assert ids_of("near-is-key", quiz({**asked, "params": {"n": ["3", "4"]}})) == []


def test_a_text_that_a_comment_cut_off_is_found(tmp_path):
    def loaded(stem):
        lines = f"  - kind: truefalse\n    id: q0\n    stem: {stem}\n    answer: true\n"
        more = "    explain: This is long enough to explain it.\n    source: A book\n"
        path = tmp_path / "quiz.yaml"
        path.write_text(f"format_version: 1\ntitle: A quiz\nquestions:\n{lines}{more}", encoding="utf-8")
        return load_quiz(path)

    assert ids_of("lost-comment", loaded("In Python a comment begins with # and ends with the line.")) == ["q0"]
    assert ids_of("lost-comment", loaded('"In Python a comment begins with # and ends with the line."')) == []
    assert ids_of("lost-comment", loaded("Snow is cold. # checked in winter")) == []
