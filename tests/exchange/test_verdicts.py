"""Sentences that only judge are told from those that explain, in the languages in which platforms write them."""

import pytest

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.to_ours import as_quiz_fields
from dlquiz.exchange.verdicts import only_judges
from dlquiz.model.quiz import Quiz

# What Moodle writes into every question, by the language of the site: right, partly right, wrong.
DEFAULTS = {
    "en": ("Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect."),
    "de": ("Die Antwort ist richtig.", "Die Antwort ist teilweise richtig.", "Die Antwort ist falsch."),
    "fr": ("Votre réponse est correcte.", "Votre réponse est en partie correcte.", "Votre réponse est incorrecte."),
    "es": ("Respuesta correcta", "Respuesta parcialmente correcta.", "Respuesta incorrecta."),
    "it": ("Risposta corretta.", "Risposta parzialmente corretta.", "Risposta errata."),
    "pt": (
        "A sua resposta está correta.",
        "A sua resposta está parcialmente correta.",
        "A sua resposta está incorreta.",
    ),
    "nl": ("Je antwoord is juist.", "Je antwoord is gedeeltelijk juist.", "Je antwoord is niet juist."),
    "sv": ("Ditt svar är rätt.", "Ditt svar är delvis rätt.", "Ditt svar är felaktigt."),
    "ro": ("Răspunsul dumneavoastră este corect.", "Răspunsul dumneavoastră este parțial corect.", "Incorect."),
    "ru": ("Ваш ответ верный.", "Ваш ответ частично правильный.", "Ваш ответ неправильный."),
    "bg": ("Вашият отговор е верен.", "Вашият отговор отчасти е верен.", "Вашият отговор не е верен."),
    "tr": ("Cevabınız doğru.", "Cevabınız kısmen doğru", "Cevabınız yanlış."),
    "gl": ("A súa resposta é correcta.", "A súa resposta é parcialmente correcta.", "A súa resposta é incorrecta."),
    "eu": ("Zure erantzuna zuzena da", "Zure erantzuna partzialki zuzena da", "Zure erantzuna ez da zuzena"),
    "id": ("Jawaban anda benar.", "Jawaban anda separuh benar.", "Jawaban anda salah."),
    "ar": ("إجابتك صحيحة.", "إجابتك صحيحة جزئيا.", "إجابتك غير صحيحة."),
    "ja": ("あなたの答えは正解です。", "あなたの答えは部分的に正解です。", "不正解です。"),
    "zh": ("你答對了!", "部分正确", "你答錯了!"),
}
VERDICTS = [
    "Well done!",
    "**Correct!** ✓",
    "That’s correct",
    "That's not correct",
    "No.",
    "Sorry, wrong.",
    "Not quite.",
    "Yes,\nthat's right",
    "Nein, leider falsch!",
    "Bravo!",
]
EXPLAINS = [
    "Right, XOR is not linearly separable.", "No, you mixed it up with the multilayer perceptron.", "", "!?", "3",
    "Yes. It is 3.", "The answer is the true class.", "Right for the wrong reason.", "Die Antwort ist ReLU.",
    "One mini-batch.", "Vrai pour les CNN.", "correct " * 11,
]  # fmt: skip


@pytest.mark.parametrize("text", [*VERDICTS, *(text for texts in DEFAULTS.values() for text in texts)])
def test_a_sentence_that_only_judges_is_known(text):
    assert only_judges(text)


@pytest.mark.parametrize("text", EXPLAINS)
def test_a_sentence_that_explains_is_kept(text):
    assert not only_judges(text)


def moodle(right, partly, wrong):
    said = zip(
        ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"), (right, partly, wrong), strict=True
    )
    return (
        '<quiz><question type="multichoice"><name><text>q</text></name><questiontext format="html"><text>What?</text>'
        "</questiontext><single>true</single>"
        + "".join(f'<{name} format="html"><text>{text}</text></{name}>' for name, text in said)
        + '<answer fraction="100" format="html"><text>a</text></answer>'
        '<answer fraction="0" format="html"><text>b</text></answer></question></quiz>'
    ).encode()


@pytest.mark.parametrize("lang", DEFAULTS)
def test_default_sentences_of_moodle_are_no_explanation_and_no_loss(lang):
    imported = FORMATS["moodle"].reader()(moodle(*DEFAULTS[lang]), "f.xml")
    assert imported.report.lossless
    assert imported.questions[0]["explain"].startswith("(no explanation")


def test_what_an_author_wrote_in_their_place_is_kept_or_declared():
    imported = FORMATS["moodle"].reader()(moodle("Dropout hilft.", "Fast.", "Lies Kapitel 3."), "f.xml")
    assert imported.questions[0]["explain"] == "Dropout hilft."
    assert {change.what for change in imported.report.changes if change.loss} == {"feedback"}


def explained(text):
    imported = FORMATS["gift"].reader()(text.encode(), "f.gift")
    return imported.report, imported.questions[0]["explain"]


def test_what_is_said_to_the_wrong_answer_names_that_answer():
    text = "XOR? {F#No, you mixed it up with the multilayer perceptron.#Right, XOR is not linearly separable.}"
    report, explain = explained(text)
    assert report.lossless
    assert explain == (
        "Right, XOR is not linearly separable.\n\n"
        "If you answered “true”: No, you mixed it up with the multilayer perceptron."
    )


@pytest.mark.parametrize("said", ["That's not correct", "Falsch.", "No!\\nWrong."])
def test_a_bare_no_is_left_out_and_declared_on_one_line(said):
    report, explain = explained(f"Is it? {{T#{said}#Because.}}")
    assert explain == "Because."
    [lost] = [change for change in report.changes if change.loss]
    assert lost.what == "praise"
    assert "\n" not in lost.why


@pytest.mark.parametrize("name", ["gift", "moodle", "qti12", "qti21", "text2qti"])
def test_what_is_said_to_each_answer_travels_on(name):
    text = "XOR? {F#You mixed it up with the multilayer perceptron.####One line cannot part them.}"
    once = Quiz.model_validate(as_quiz_fields(FORMATS["gift"].reader()(text.encode(), "f.gift")))
    written = FORMATS[name].writer()(once, "quiz")
    again = Quiz.model_validate(as_quiz_fields(FORMATS[name].reader()(written.content, "quiz")))
    assert again.questions[0].explain == once.questions[0].explain
    assert "If you answered “true”: You mixed it up" in once.questions[0].explain
