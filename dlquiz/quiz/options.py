"""Marking by ticking: ``choice``, ``multi``, ``truefalse``."""

from collections.abc import Mapping, Sequence

from dlquiz.model.quiz import Choice, Multi, TrueFalse
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.quiz.text import LONGEST, did_you_mean, fold, printable, tidy

_LONGEST_OPTION = 5000

TRUE = "True"
FALSE = "False"

_TRUTH = {
    "en": ("true t yes y 1", "false f no n 0"),
    "de": ("wahr richtig ja j", "falsch nein"),
    "fr": ("vrai oui v o", "faux non"),
    "es": ("verdadero si v", "falso"),
}
"""Words for true and false. English is understood in every quiz."""


def find_option(text: str, options: Sequence[str]) -> str | None:
    """Return the option that ``text`` is, spelled as the author spells it.

    The exact text wins. Otherwise case, accents, spaces and code marks may differ, as long as only one option fits.
    """
    if len(text) > _LONGEST_OPTION and text not in options:
        return None
    for same in (tidy, fold, lambda t: fold(t.replace("`", "").replace("*", ""))):
        found = [option for option in options if same(option) == same(text)]
        if len(found) == 1:
            return found[0]
    return None


def _unknown_option(text: str, options: Sequence[str]) -> Mark:
    guess = did_you_mean(text, options)
    hint = f" Did you mean “{guess}”?" if guess else ""
    return unclear(f"“{printable(text)}” is none of the options.{hint}")


def mark_choice(question: Choice, answer: Answer) -> Mark:
    """Mark a question with one right option. The answer is an option's text."""
    if isinstance(answer, Mapping):
        return unclear("Please give one option.")
    if not isinstance(answer, str | bool | int | float):
        if len(answer) != 1:
            return unclear("This question has exactly one right answer. Please give one option.")
        answer = answer[0]
    text = as_text(answer) or ""
    options = (question.right, *question.wrong)
    chosen = find_option(text, options)
    if chosen is None:
        return _unknown_option(text, options)
    feedback = (
        OptionFeedback(question.right, chosen == question.right, True, ""),
        *(OptionFeedback(option, chosen == option, False, why) for option, why in question.wrong.items()),
    )
    if chosen == question.right:
        return right(feedback=feedback)
    return wrong(f"The right answer is “{question.right}”.", feedback)


def mark_multi(question: Multi, answer: Answer) -> Mark:
    """Mark a question with several right options. The answer lists the texts of all ticked ones.

    Partial credit, by ``question.partial``:

    * ``all``: everything or nothing.
    * ``each``: every option is one decision, to tick it or not; the score is the share of good decisions.
    * ``net``: (right ticks - wrong ticks) / right options, never below 0.
    """
    options = (*question.right, *question.wrong)
    if isinstance(answer, Mapping):
        return unclear("Please give a list of options.")
    given = [as_text(answer) or ""] if isinstance(answer, str | bool | int | float) else list(answer)
    chosen: set[str] = set()
    for text in given:
        option = find_option(text, options)
        if option is None:
            return _unknown_option(text, options)
        chosen.add(option)
    if not chosen:
        return unclear("Please tick at least one option: at least one of them is right.")
    feedback = _feedback(question.right, question.wrong, chosen)
    score = _credit(question, chosen)
    if all(f.decided_well for f in feedback):
        return Mark(correct=True, score=1.0, unclear=False, feedback=feedback, message="")
    return Mark(correct=False, score=score, unclear=False, feedback=feedback, message=_missed(feedback))


def _feedback(good: Mapping[str, str | None], bad: Mapping[str, str], chosen: set[str]) -> tuple[OptionFeedback, ...]:
    return (
        *(OptionFeedback(option, option in chosen, True, why or "") for option, why in good.items()),
        *(OptionFeedback(option, option in chosen, False, why) for option, why in bad.items()),
    )


def _credit(question: Multi, chosen: set[str]) -> float:
    hits = len(chosen & set(question.right))
    slips = len(chosen & set(question.wrong))
    if question.partial == "all":
        return 0.0  # called only for answers that are not wholly right
    if question.partial == "each":
        return (hits + len(question.wrong) - slips) / (len(question.right) + len(question.wrong))
    return max(0.0, (hits - slips) / len(question.right))


def _missed(feedback: Sequence[OptionFeedback]) -> str:
    missing = sum(f.right and not f.chosen for f in feedback)
    extra = sum(f.chosen and not f.right for f in feedback)
    parts = []
    if missing:
        parts.append(f"{missing} right option{'s' if missing > 1 else ''} not ticked")
    if extra:
        parts.append(f"{extra} wrong option{'s' if extra > 1 else ''} ticked")
    return ", ".join(parts) + "."


def read_truth(answer: Answer, lang: str = "en") -> bool | None:
    """Read true or false, in English or in the quiz's language; None if it is neither."""
    if isinstance(answer, bool):
        return answer
    word = fold((as_text(answer) or "")[:LONGEST])
    for name in ("en", lang.casefold()[:2]):
        yes, no = _TRUTH.get(name, ("", ""))
        if word in yes.split():
            return True
        if word in no.split():
            return False
    return None


def mark_truefalse(question: TrueFalse, answer: Answer, lang: str = "en") -> Mark:
    """Mark a statement that is true or false."""
    said = read_truth(answer, lang)
    if said is None:
        return unclear("Please answer with “true” or “false”.")
    feedback = tuple(
        OptionFeedback(text, said is value, question.answer is value, "")
        for text, value in ((TRUE, True), (FALSE, False))
    )
    if said is question.answer:
        return right(feedback=feedback)
    return wrong(f"The statement is {'true' if question.answer else 'false'}.", feedback)
