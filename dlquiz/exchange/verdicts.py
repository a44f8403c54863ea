"""Sentences that only say whether an answer is right, such as "Well done" or "Die Antwort ist falsch".

They explain nothing: our own marks say the same. Learning platforms write them into every question by default, each in
its own language.
"""

import re
import unicodedata
from typing import Final

_MOST_WORDS = 10

# For each language: words that judge, and words that may stand beside them. A sentence of nothing but these says
# nothing else.
_LANGUAGES: Final = (
    (
        "correct incorrect right wrong true false yes no yep nope ok okay good great excellent perfect exactly exact "
        "bravo congratulations nice super well fine absolutely indeed unfortunately sorry almost quite",
        "that this it is was isn't wasn't isnt not that's thats it's its you you're are your answer response choice "
        "option statement not the a an partially partly very done job work so all of oh try again please",
    ),
    (
        "richtig falsch korrekt inkorrekt wahr ja nein gut prima super genau stimmt leider unrichtig toll bravo",
        "die das der diese deine ihre antwort aussage ist sind war nicht ganz teilweise zum teil sehr gemacht so fast",
    ),
    (
        "correct correcte correctes incorrect incorrecte juste faux fausse vrai vraie exact exacte oui non bravo bien "
        "parfait dommage erreur",
        "votre ta la cette réponse est en partie partiellement n'est pas c'est très joué tout à fait",
    ),
    (
        "correcto correcta incorrecto incorrecta verdadero falso falsa sí si no bien muy perfecto exacto",
        "la su tu esta respuesta es está parcialmente hecho",
    ),
    (
        "correto correta incorreto incorreta errado errada certo certa verdadeiro falso sim não bem muito",
        "a sua tua resposta está é parcialmente esta",
    ),
    (
        "giusto giusta corretto corretta esatto esatta errato errata sbagliato sbagliata vero falso sì no bene bravo",
        "la tua sua risposta è parzialmente molto non",
    ),
    ("juist onjuist fout goed correct incorrect waar ja nee", "je uw het dit jouw antwoord is niet gedeeltelijk deels"),
    ("rätt fel felaktigt korrekt riktigt ja nej bra", "ditt svar svaret är delvis inte"),
    ("rigtigt forkert korrekt riktig galt feil ja nej nei", "dit ditt svar svaret er delvist delvis ikke"),
    ("oikein väärin oikea väärä kyllä ei", "vastauksesi vastaus on osittain ole"),
    (
        "poprawna niepoprawna prawidłowa nieprawidłowa poprawnie dobrze źle tak nie prawda fałsz",
        "twoja odpowiedź jest częściowo",
    ),
    ("správná správně nesprávná nesprávně špatně ano ne", "vaše odpověď je částečně"),
    ("верный верно неверный неверно правильный правильно неправильный неправильно да нет", "ваш ответ не частично"),
    ("правильна неправильна правильно неправильно так ні вірно", "ваша відповідь частково"),
    ("слушны няслушны", "ваш вашы адказ часткова"),
    ("верен грешен вярно невярно", "вашият отговор е отчасти не"),
    ("doğru yanlış evet hayır", "cevabınız yanıtınız kısmen"),
    ("corect corectă incorect incorectă greșit da nu", "răspunsul dumneavoastră este parțial"),
    ("correcta incorrecta correcte incorrecte sí no bé molt", "la vostra teva resposta és parcialment"),
    ("correcta incorrecta si non", "a súa resposta é parcialmente"),
    ("zuzena okerra bai ez", "zure erantzuna da partzialki"),
    ("σωστή σωστό λάθος λανθασμένη ναι όχι", "η απάντησή σας είναι εν μέρει μερικώς"),
    ("helyes helytelen hibás igen nem", "a az ön válasza válasz részben"),
    ("benar salah ya tidak betul", "jawaban anda separuh sebagian"),
    ("صحيحة صحيح خاطئة خطأ نعم لا", "إجابتك غير جزئيا جزئياً"),
)
# Languages that put no blanks between words.
_WHOLE: Final = re.compile(
    r"(?:あなたの)?(?:答え|解答)は(?:部分的に)?(?:正解|不正解|正しい|間違い)(?:です|ではありません)?|正解(?:です)?|"
    r"不正解(?:です)?|你?答[对對错錯]了?|(?:您|你)的(?:回答|答案)(?:部分)?(?:正确|正確|不正确|不正確|错误|錯誤)|"
    r"(?:部分)?(?:正确|正確|错误|錯誤)"
)


def only_judges(text: str) -> bool:
    """Return whether a text says that an answer is right, partly right or wrong, and nothing else."""
    plain = unicodedata.normalize("NFC", text).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", plain)
    if not words or re.search(r"\d", plain):
        return False
    if len(words) <= _MOST_WORDS and any(_judge(words, *pair) for pair in _SETS):
        return True
    return _WHOLE.fullmatch("".join(words)) is not None


def _judge(words: list[str], judging: frozenset[str], beside: frozenset[str]) -> bool:
    return any(word in judging for word in words) and all(word in judging or word in beside for word in words)


_SETS: Final = tuple((frozenset(judging.split()), frozenset(beside.split())) for judging, beside in _LANGUAGES)
