"""Rules about the question itself: its stem, its hints, its pictures."""

import re
from collections.abc import Iterator

from dlquiz.model.quiz import Question
from dlquiz.quiz.folding import fold
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.lint.cues import article_cues
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizFile, Severity
from dlquiz.quiz.lint.sources import HALADYNA, NBME, WCAG
from dlquiz.quiz.lint.words import content_words, cut, foreseen, options, prose, unstressed

_ASKS = re.compile(
    r"\b(?:which|what|who|where|name|choose|select|tick|mark|find)\b"
    # A clause of its own describes the situation; it does not ask.
    r"(?:(?!\b(?:when|if|because|although|though|but|while|where|since|so|who|whose|as)\b)[^.?!:])*?"
    r"\b(not|isn't|aren't|doesn't|don't|cannot|never)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(not|isn't|aren't|doesn't|don't|cannot)\b", re.IGNORECASE)
_REASON = re.compile(r"\b(?:since|because|although|though|when|if|while)\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(except)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.?!]+[.?!]*")
_BLANK = re.compile(r"\W*(?:_{2,}|\[\[|\.{3,}|…)")
_ARTICLE = re.compile(r"\b(an?)\W*(?:_{2,}|\.{2,}|…)?\W*$", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(")
_LEAST_CLANG = 5


def _negative_stem(question: Question, file: QuizFile) -> Iterator[Hit]:
    """Find a question that asks for what is not so, where "not" can be overlooked."""
    if not file.english:
        return
    text, stem_is = prose(question.stem), KINDS[question.kind].stem_is
    if stem_is == "statement":
        claim = _REASON.split(unstressed(question.stem))[0]
        said = _NOT.search(claim)
        if said and not said[1].isupper():
            help = f"turn the statement round, or write *{said[1].lower()}*"
            yield Hit(f"to say false to '{said[1]}' is to deny twice", help, ("stem",))
        return
    sentences = [sentence for sentence in _SENTENCE.findall(text) if re.search(r"\w", sentence)]
    asking = [sentence for sentence in sentences if sentence.rstrip().endswith("?")] or sentences[-1:]
    for sentence in asking:
        found = _EXCEPT.search(unstressed(sentence)) or _ASKS.search(unstressed(sentence))
        if found and not found[1].isupper() and stem_is == "question":
            help = f"ask for what is so, or write *{found[1].lower()}*"
            yield Hit(f"the stem asks with '{found[1]}', which is easily overlooked", help, ("stem",))
            return


def _clang(question: Question, file: QuizFile) -> Iterator[Hit]:
    if not KINDS[question.kind].one_right or not file.english or len(options(question)) < 3:
        return
    right, *wrong = options(question)
    stem = content_words(question.stem)
    shared = {word for word in stem & content_words(right.text) if len(word) >= _LEAST_CLANG}
    loud = shared - frozenset[str]().union(*(content_words(option.text) for option in wrong))
    if loud and not any(stem & content_words(option.text) for option in wrong):
        message = f"'{min(loud)}' stands in the stem and in the right option, and in no wrong one"
        yield Hit(message, "use another word, or use it in a wrong option too", right.path)


def _article(question: Question, file: QuizFile) -> Iterator[Hit]:
    for said, word in article_cues(question) if file.english else ():
        message = f"after '{said}' only '{cut(word)}' of the words to choose from can stand"
        yield Hit(message, "write 'a/an', put the article into the blank, or add another word that fits it", ("stem",))
    found = _ARTICLE.search(question.stem)
    if not found or not KINDS[question.kind].one_right or not file.english:
        return
    vowel = found[1].lower() == "an"
    fits = [option for option in options(question) if (option.text.lstrip("`*$ ")[:1].lower() in "aeiou") == vowel]
    if len(fits) == 1 and fits[0].right:
        message = f"after '{found[1]}' only the right option can stand"
        yield Hit(message, "write 'a/an', or put the article into the options", ("stem",))


def _blank_at_start(question: Question, _: QuizFile) -> Iterator[Hit]:
    if _BLANK.match(question.stem):
        help = "put the blank to the end of the sentence, or ask a question"
        yield Hit("the stem begins with the blank", help, ("stem",))


def _image_no_alt(question: Question, _: QuizFile) -> Iterator[Hit]:
    texts = [
        (question.stem, ("stem",)),
        (question.explain, ("explain",)),
        *((o.text, o.path) for o in options(question)),
    ]
    for text, path in texts:
        if any(not alt.strip() for alt in _IMAGE.findall(text)):
            yield Hit("a picture has no description", "write ![what the picture shows](file)", path)
    if question.image and question.alt:
        name = question.image.rpartition("/")[2]
        if fold(question.alt) in (fold(name), fold(name.rpartition(".")[0]), "image", "picture", "figure", "diagram"):
            help = "say what it shows, so that the question can be answered without seeing it"
            yield Hit(f"'{question.alt}' does not say what the picture shows", help, ("alt",))


def _hint_gives_key(question: Question, _: QuizFile) -> Iterator[Hit]:
    keys = KINDS[question.kind].keys(question)
    others = [one.text for one in foreseen(question)]
    for place, hint in enumerate(question.hints):
        for key in keys:
            told = any(_says(hint, other) for other in others if not _says(key, other))
            if _says(hint, key) and not _says(question.stem, key) and not told:
                help = "say where to look, or what to compare"
                yield Hit(f"the hint says the answer, '{cut(key)}'", help, ("hints", place))
                break


def _says(text: str, key: str) -> bool:
    """Return whether ``key`` stands in ``text`` as whole words; a single digit or letter stands everywhere."""
    key = fold(key)
    if len(key) < 3:
        return False
    return re.search(rf"(?<![\w.,]){re.escape(key)}(?![\w]|[.,]\d)", fold(text)) is not None


RULES = (
    LintRule(
        "negative-stem",
        Severity.WARNING,
        "The stem asks for what is not so, or a statement denies something, and the word is not *emphasised*.",
        "A reader who overlooks the word answers the opposite question, though they know the answer.",
        HALADYNA,
        each=_negative_stem,
    ),
    LintRule(
        "clang",
        Severity.WARNING,
        "A word of the stem comes again in the right option, and no wrong option shares any word with the stem.",
        "Words that sound alike lead to the key without knowledge.",
        NBME,
        each=_clang,
    ),
    LintRule(
        "article",
        Severity.WARNING,
        "The stem ends in 'a' or 'an', and only the right option fits it; or a blank stands behind it, and one word of "
        "the bank alone fits.",
        "Grammar gives the answer away.",
        NBME,
        each=_article,
    ),
    LintRule(
        "blank-at-start",
        Severity.WARNING,
        "The stem begins with the blank.",
        "A reader meets the gap before knowing what is asked, and must read twice.",
        HALADYNA,
        each=_blank_at_start,
    ),
    LintRule(
        "image-no-alt",
        Severity.ERROR,
        "A picture has no description, or one that only repeats the name of the file.",
        "Who cannot see the picture, or uses a terminal, cannot answer.",
        WCAG,
        each=_image_no_alt,
    ),
    LintRule(
        "unused-hint-gives-key",
        Severity.WARNING,
        "A hint says the answer in its own words, and none of the wrong ones.",
        "Who asks for a hint wants to find the answer; reading it teaches less than finding it.",
        HALADYNA,
        each=_hint_gives_key,
    ),
)
