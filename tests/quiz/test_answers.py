"""Files of answers."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.errors import UnknownName, UsageError
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.answers import Status, document, mark_all, read_answers

COMMON = {"stem": "?", "explain": "Because.", "source": "A book", "tags": ["words"]}
QUIZ = Quiz.model_validate(
    {
        "format_version": 1,
        "title": "Four",
        "draw": 1,
        "questions": [
            {"kind": "choice", "id": "answer-no", "right": "no", "wrong": {"yes": "It is not."}, **COMMON},
            {"kind": "multi", "id": "both", "right": ["a", "b"], "wrong": {"c": "No."}, "points": 4, **COMMON},
            {"kind": "numeric", "id": "rate", "answer": 0.001, **COMMON},
            {"kind": "truefalse", "id": "truth", "answer": "false", **COMMON},
        ],
    }
)


def write(tmp_path, text, name="answers.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_in_yaml_every_answer_stays_the_text_that_was_written(tmp_path):
    path = write(tmp_path, "answer-no: no\nboth: [a, b]\nrate: 1e-3\ntruth: false\n")
    assert read_answers(path) == {"answer-no": "no", "both": ("a", "b"), "rate": "1e-3", "truth": "false"}
    assert [m.status for m in mark_all(QUIZ, read_answers(path))] == [Status.RIGHT] * 4


def test_json_keeps_numbers_and_truth_values(tmp_path):
    path = write(tmp_path, '{"answer-no": "no", "both": ["b", "a"], "rate": 0.001, "truth": false}', "a.json")
    assert [m.status for m in mark_all(QUIZ, read_answers(path))] == [Status.RIGHT] * 4


def test_all_questions_are_marked_not_only_drawn_ones_and_missing_answers_are_told(tmp_path):
    path = write(tmp_path, "both: a\nrate: ~\ntruth: maybe\n")
    marked = mark_all(QUIZ, read_answers(path))
    assert [m.status for m in marked] == [Status.UNANSWERED, Status.PARTLY, Status.UNANSWERED, Status.UNCLEAR]
    assert [m.points for m in marked] == [0, 2, 0, 0]


def test_the_document_is_json_and_adds_up(tmp_path):
    marked = mark_all(QUIZ, {"both": ["a"], "answer-no": "no"})
    data = json.loads(json.dumps(document("four", QUIZ, marked)))
    assert data["score"] == {"earned": 3, "possible": 7}
    assert data["all_right"] is False
    assert [q["status"] for q in data["questions"]] == ["right", "partly right", "unanswered", "unanswered"]
    assert data["questions"][1]["feedback"][1] == {"option": "b", "chosen": False, "right": True, "text": ""}
    assert data["look_again"] == [{"tag": "words", "questions": 3}]
    assert data["format_version"] == 1


def test_unknown_ids_are_all_named_with_a_guess():
    with pytest.raises(UnknownName) as caught:
        mark_all(QUIZ, {"raet": "1", "quite-another": "2", "rate": "1"})
    assert "“raet” (did you mean “rate”?)" in caught.value.message
    assert "“quite-another”" in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [1", ":1:"),
        ("- a\n- b\n", "question-id: answer"),
        ("a: 1\na: 2\n", ":2:1: “a” stands here twice"),
        ("a: {b: [c]}\n", ":1:4: an answer is"),
        ("a: [[b]]\n", "an answer is"),
        ("? [a]\n: b\n", "no question id"),
        ("a: &x [*x]\n", "answer"),
        ("a: \x00", "YAML"),
    ],
)
def test_a_broken_yaml_file_is_told_with_its_place(tmp_path, text, says):
    with pytest.raises(UsageError) as caught:
        read_answers(write(tmp_path, text))
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"a": 1', ":1:8"),
        ("[1]", "one JSON object"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": {"b": []}}', "neither a text"),
        ('{"a": %s}' % ("9" * 5000), "cannot be read"),
        ("[" * 100_000, ""),
    ],
)
def test_a_broken_json_file_is_a_usage_error(tmp_path, text, says):
    with pytest.raises(UsageError) as caught:
        read_answers(write(tmp_path, text, "a.json"))
    assert says in caught.value.message


def test_a_missing_a_binary_and_a_huge_file_are_usage_errors(tmp_path):
    binary = tmp_path / "b.yaml"
    binary.write_bytes(b"\xff\xfe\x00a")
    huge = write(tmp_path, "a: " + "b" * 4_000_001)
    for path in (tmp_path / "missing.yaml", binary, huge, tmp_path):
        with pytest.raises(UsageError):
            read_answers(path)


def test_an_empty_file_answers_nothing(tmp_path):
    assert read_answers(write(tmp_path, "")) == {}


def test_half_characters_and_nan_in_json_are_marked_not_crashed_on(tmp_path):
    path = write(tmp_path, '{"answer-no": "\\ud800", "rate": NaN}', "a.json")
    marked = mark_all(QUIZ, read_answers(path))
    assert [m.status for m in marked[::2]] == [Status.UNCLEAR, Status.UNCLEAR]
    json.dumps(document("four", QUIZ, marked), ensure_ascii=False).encode()


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@settings(deadline=None)
@given(st.dictionaries(texts, st.one_of(texts, st.lists(texts, max_size=4).map(tuple)), max_size=5))
def test_what_is_written_is_read_in_both_formats(tmp_path_factory, answers):
    folder = tmp_path_factory.mktemp("answers")
    as_lists = {key: list(a) if isinstance(a, tuple) else a for key, a in answers.items()}
    assert read_answers(write(folder, json.dumps(as_lists), "a.json")) == answers
    quoted = yaml.safe_dump(as_lists, default_style='"', allow_unicode=False)
    assert read_answers(write(folder, quoted)) == answers


# --- being sure, and variants -----------------------------------------------------------

PARAMETRIC = Quiz.model_validate(
    {
        "format_version": 1,
        "title": "Steps",
        "questions": [
            {
                **COMMON,
                "kind": "numeric",
                "id": "steps",
                "stem": "{{n}} images in batches of 4: how many steps?",
                "params": {"n": [8, 16, 24, 32, 40]},
                "answer": "n / 4",
            }
        ],
    }
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"answer-no": {"answer": "no", "sure": true}, "both": {"sure": false, "answer": ["a", "b"]}}'),
        ("a.yaml", "answer-no: {answer: no, sure: true}\nboth:\n  answer: [a, b]\n  sure: false\n"),
    ],
)
def test_a_file_may_say_how_sure_somebody_was(tmp_path, name, text):
    answers = read_answers(write(tmp_path, text, name))
    assert answers == {"answer-no": "no", "both": ("a", "b")}
    assert answers.sure == {"answer-no": True, "both": False}
    entries = document("q", QUIZ, mark_all(QUIZ, answers))["questions"]
    assert [entry["sure"] for entry in entries] == [True, False, None, None]
    assert [entry["status"] for entry in entries][:2] == ["right", "right"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.json", '{"pairs": {"answer": "one", "sure": "two"}}'), ("a.yaml", "pairs: {answer: one, sure: 'true'}\n")],
)
def test_a_mapping_of_texts_stays_an_answer_also_with_these_words(tmp_path, name, text):
    answers = read_answers(write(tmp_path, text, name))
    assert answers.sure == {}
    assert set(answers["pairs"]) == {"answer", "sure"}


def test_a_yaml_mapping_with_a_list_as_key_is_refused_politely(tmp_path):
    with pytest.raises(UsageError):
        read_answers(write(tmp_path, "both: {[a]: b, sure: true}\n"))


@given(st.integers(0, 60))
@settings(max_examples=25)
def test_with_a_seed_the_variant_is_the_one_that_a_sitting_shows(seed):
    from dlquiz.quiz.sitting import asked, begin

    (slot,) = begin("steps", PARAMETRIC, seed).slots
    shown = asked(PARAMETRIC, slot)
    (marked,) = mark_all(PARAMETRIC, {"steps": str(shown.answer)}, seed)
    assert (marked.status, marked.variant, marked.question.stem) == (Status.RIGHT, slot.variant, shown.stem)
    data = document("steps", PARAMETRIC, [marked], seed)
    assert (data["seed"], data["questions"][0]["variant"]) == (seed, slot.variant)


def test_without_a_seed_it_is_the_first_variant():
    (marked,) = mark_all(PARAMETRIC, {"steps": "2"})
    assert (marked.status, marked.variant) == (Status.RIGHT, 0)
