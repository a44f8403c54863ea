"""Rules about a whole quiz, and about several."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import ceil

from dlquiz.model.codes import Loc
from dlquiz.model.quiz import Question
from dlquiz.quiz.folding import distance
from dlquiz.quiz.glossary import tag_of
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizFile, QuizSet, Severity
from dlquiz.quiz.lint.sources import FORMAT, HALADYNA, INTERLEAVING, NBME
from dlquiz.quiz.lint.words import cut, prose
from dlquiz.quiz.marking import right_answer

_FEWEST_TRUTHS = 3
_FEWEST_KEYS = 8
_ALIKE = 0.85
_RUN = 5
_KNOWN = frozenset(
    """AI API ASCII CD CPU CSV DNA FALSE GB GHZ GIF GPS GPU HTML HTTP ID IT JPEG JSON KB KIB MB MHZ MIB ML MNIST CIFAR
    NOT ALL NO OK ONE OR AND PC PDF PNG PYTHON RAM RGB SQL SSD TB TPU TRUE TV UK URL US USA USB UTF VGG XML XOR YAML ZIP
    II III IV VI""".split()
)
_ACRONYM = re.compile(r"(?<![\w-])([A-Z][A-Z0-9]{1,5})s?(?![\w-])")
_SHOUTED = re.compile(r"(?<![\w-])[A-Z]{2,}(?:\s+[A-Z]{2,}){2,}(?![\w-])")


def _tf_balance(file: QuizFile) -> Iterator[Hit]:
    truths = [question for question in file.quiz.questions if KINDS[question.kind].stem_is == "statement"]
    answers = {right_answer(question) for question in truths}
    if len(truths) >= _FEWEST_TRUTHS and len(answers) == 1:
        message = f"all {len(truths)} true-or-false statements of this quiz are {answers.pop().lower()}"
        yield Hit(message, "turn some of them round", ("answer",), question=truths[0].id)


def _key_position(file: QuizFile) -> Iterator[Hit]:
    if not file.fixed_order or len(file.key_places) < _FEWEST_KEYS:
        return
    counts = Counter(place for place, _ in file.key_places.values())
    place, most = counts.most_common(1)[0]
    if most > len(file.key_places) / 2:
        message = f"option {place + 1} is right in {most} of {len(file.key_places)} questions"
        yield Hit(message, "shuffle the options in the file, or import it: dlquiz shuffles them")


def _one_tag(file: QuizFile) -> Iterator[Hit]:
    if not file.fixed_order:
        return
    for tags, group in groupby(file.quiz.questions, key=lambda question: frozenset(question.tags)):
        run = list(group)
        if tags and len(run) >= _RUN:
            message = f"{len(run)} questions in a row are about {', '.join(sorted(tags))}"
            yield Hit(message, "put questions about other things between them", ("tags",), question=run[0].id)


def _acronym(file: QuizFile) -> Iterator[Hit]:
    if not file.english:
        return
    texts = [text for question in file.quiz.questions for text in _strings(question.model_dump(exclude={"source"}))]
    everything = " \n".join([file.quiz.title, file.quiz.summary, *texts])
    told: set[str] = set()
    for question in file.quiz.questions:
        for name in _ACRONYM.findall(_SHOUTED.sub(" ", prose(question.stem))):
            if name in told or name in _KNOWN or name.rstrip("0123456789") in _KNOWN or _explained(name, everything):
                continue
            told.add(name)
            message = f"'{name}' is spelled out nowhere in this quiz"
            yield Hit(message, f"write the words once, with ({name}) behind them", ("stem",), question=question.id)


def _explained(name: str, text: str) -> bool:
    """Return whether the words that a short form stands for are written out anywhere."""
    quoted = re.escape(name)
    if re.search(rf"\b{quoted}s?\s*(?:\(|stands for|means|is short for|for short|=|:)|\bshort for {quoted}", text):
        return True
    letters = [letter for letter in name.lower() if letter.isalpha()]
    gap = r"\w*(?:[\s-]+(?:of|the|and|for|to|in|a|an|by)\b)?[\s-]*"
    return re.search(r"\b" + gap.join(map(re.escape, letters)) + r"\w{2,}", text, re.IGNORECASE) is not None


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _near_dup_stem(quizzes: QuizSet) -> Iterator[Hit]:
    """Find pairs of questions that ask the same, by the share of words in common (Jaccard)."""
    asked = [(file.name, question, _asks(question)) for file in quizzes.files for question in file.quiz.questions]
    common = Counter(word for _, _, said in asked for word in said)
    index: dict[str, list[int]] = {}
    for number, (name, question, said) in enumerate(asked):
        # Two sets this much alike share one of the rarest words of each.
        rare = sorted(said, key=lambda word: (common[word], word))[: len(said) - ceil(_ALIKE * len(said)) + 1]
        candidates = sorted({other for word in rare for other in index.get(word, ())})
        for other in candidates:
            before_name, before, before_said = asked[other]
            if len(said & before_said) < _ALIKE * len(said | before_said) or not _same_answer(question, before):
                continue
            where = before.id if before_name == name else f"{before.id} of {before_name}"
            message = f"this asks the same as {where}"
            yield Hit(message, "ask something else, or take one of the two out", ("stem",), False, question.id, name)
            break
        for word in rare:
            index.setdefault(word, []).append(number)


def _asks(question: Question) -> frozenset[str]:
    """Return the words of all that tells one question from another; digits and code belong to it."""
    parts = [question.stem, *KINDS[question.kind].task(question)]
    return frozenset(re.findall(r"[^\W_]+|[^\w\s]", " ".join(parts).casefold())) - {".", ",", "?", "'", '"', "(", ")"}


def _same_answer(one: Question, other: Question) -> bool:
    return one.kind == other.kind and right_answer(one).casefold() == right_answer(other).casefold()


def _dup_id(quizzes: QuizSet) -> Iterator[Hit]:
    first: dict[str, str] = {}
    for file in quizzes.files:
        for question in file.quiz.questions:
            if question.id in first and first[question.id] != file.name:
                message = f"{first[question.id]} has a question with the id '{question.id}' already"
                yield Hit(message, "begin the ids of a quiz with its initials", ("id",), False, question.id, file.name)
            first.setdefault(question.id, file.name)


def _tag_unknown(quizzes: QuizSet) -> Iterator[Hit]:
    counts = Counter(tag for file in quizzes.files for question in file.quiz.questions for tag in question.tags)
    for file in quizzes.files:
        for question in file.quiz.questions:
            for place, tag in enumerate(question.tags):
                near = _near_tag(tag, counts) if counts[tag] == 1 else ""
                if near:
                    message = f"no other question has the tag '{tag}', but {counts[near]} have '{near}'"
                    yield Hit(message, f"did you mean '{near}'?", ("tags", place), False, question.id, file.name)


def _tag_alias(file: QuizFile) -> Iterator[Hit]:
    for question in file.quiz.questions:
        for place, tag in enumerate(question.tags):
            if tag_of(tag) != tag:
                message = f"'{tag}' is another word for '{tag_of(tag)}'"
                yield Hit(message, f"write '{tag_of(tag)}'", ("tags", place), question=question.id)


_TEXTS = frozenset(
    "title summary stem explain source hints alt right wrong reject near accept pairs extra items groups why".split()
)
_ENDED = re.compile(r"[.?!:;,)\]]\s*$")


def _lost_comment(file: QuizFile) -> Iterator[Hit]:
    """Find a comment that ends the line of a text: perhaps it belongs to the text."""
    for loc, comment in file.quiz.comments.items():
        place = loc[2:] if loc[0] == "questions" else loc
        question = file.quiz.questions[loc[1]].id if loc[0] == "questions" and isinstance(loc[1], int) else ""
        if place and place[0] in _TEXTS and not _ENDED.search(_text_at(file, loc)):
            message = f"what stands behind '#' is a comment, and no part of the text: '{cut(comment)}'"
            yield Hit(
                message, "quote the whole text, or put the comment on a line of its own", place, question=question
            )


def _text_at(file: QuizFile, loc: Loc) -> str:
    """Return the text of a field as it was read; nothing where the fields of the model differ from the file."""
    if loc[0] != "questions":
        return str(getattr(file.quiz, str(loc[0]), ""))
    question = file.quiz.questions[int(loc[1])]
    value: object = question.written or question.model_dump()
    for step in loc[2:]:
        if isinstance(value, Mapping):
            value = value.get(step, "")
        elif isinstance(value, list | tuple) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif isinstance(value, list | tuple):
            return ""
    return value if isinstance(value, str) else ""


def _near_tag(tag: str, counts: Counter[str]) -> str:
    """Return another tag that is probably meant: the same letters, its plural, or one letter away; else nothing."""
    for other in sorted(counts, key=lambda name: (-counts[name], name)):
        if other == tag or counts[other] < 2:
            continue
        bare, wanted = (re.sub(r"[\W_]+", "", text.casefold()) for text in (tag, other))
        if bare == wanted or bare in (f"{wanted}s", f"{wanted}es") or wanted in (f"{bare}s", f"{bare}es"):
            return other
        if min(len(bare), len(wanted)) > 5 and bare[:1] == wanted[:1] and distance(bare, wanted, at_most=1) <= 1:
            return other
    return ""


def _ignore_unknown(known: Sequence[str]) -> LintRule:
    def check(question: Question, _: QuizFile) -> Iterator[Hit]:
        for place, name in enumerate(question.ignore):
            if name not in known:
                near = min(known, key=lambda other: distance(name, other))
                yield Hit(f"there is no rule '{name}'", f"did you mean '{near}'?", ("ignore", place))

    return LintRule(
        "ignore-unknown",
        Severity.WARNING,
        "A question ignores a rule that does not exist.",
        "A misspelt id switches nothing off.",
        FORMAT,
        each=check,
    )


RULES = (
    LintRule(
        "tf-balance",
        Severity.WARNING,
        "All true-or-false statements of a quiz (three or more) have the same answer.",
        "After the second one the third is answered without reading.",
        HALADYNA,
        file=_tf_balance,
    ),
    LintRule(
        "key-position",
        Severity.WARNING,
        "In a file whose options keep their order, one place is right in more than half of eight or more questions.",
        "Places are learnt faster than words. Our own quizzes are shuffled, so this is told of imported files only.",
        NBME,
        file=_key_position,
    ),
    LintRule(
        "one-tag-run",
        Severity.WARNING,
        "In a file whose questions are asked in its order, five in a row have the same tags.",
        "Mixed questions on things that look alike teach to tell them apart. Our own sittings are mixed already.",
        INTERLEAVING,
        file=_one_tag,
    ),
    LintRule(
        "acronym-undefined",
        Severity.WARNING,
        "A short form in a stem, such as SGD, is spelled out nowhere in the quiz.",
        "A beginner who knows the thing, but not its short form, cannot answer.",
        HALADYNA,
        file=_acronym,
    ),
    LintRule(
        "near-dup-stem",
        Severity.WARNING,
        "Two questions ask the same in nearly the same words.",
        "The second one tells only whether the first was read.",
        HALADYNA,
        together=_near_dup_stem,
    ),
    LintRule(
        "dup-id",
        Severity.ERROR,
        "Two quizzes have a question with the same id.",
        "History, schedule and statistics hang on the id; two questions would share them.",
        FORMAT,
        together=_dup_id,
    ),
    LintRule(
        "tag-unknown",
        Severity.WARNING,
        "A tag that one question alone has differs by a letter, a plural or a hyphen from one that others have.",
        "Tags group questions for review and for statistics; a misspelt one stands alone.",
        FORMAT,
        together=_tag_unknown,
    ),
    LintRule(
        "tag-alias",
        Severity.WARNING,
        "A tag is another word for a term that has a tag.",
        "One term under two tags splits what must be looked at again, and every statistic.",
        FORMAT,
        file=_tag_alias,
    ),
    LintRule(
        "lost-comment",
        Severity.WARNING,
        "A text ends at ' #', and what stands behind it may belong to it.",
        "In YAML a space and # begin a comment: the learner would read half a sentence.",
        FORMAT,
        file=_lost_comment,
    ),
)


def with_ignore_rule(rules: Sequence[LintRule]) -> tuple[LintRule, ...]:
    """Return the rules and the one that checks ``ignore:``, which must know all others."""
    return (*rules, _ignore_unknown([rule.id for rule in rules] + ["ignore-unknown"]))
