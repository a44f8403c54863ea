"""Options as texts: which one a text means, and several of them as they are typed."""

import re
from collections.abc import Iterable, Sequence

from dlquiz.model.mark import Mark, unclear
from dlquiz.quiz.folding import did_you_mean, fold, printable, tidy
from dlquiz.quiz.labels import by_label

_LONGEST_OPTION = 5000


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


def suggestion(text: str, candidates: Iterable[str]) -> str:
    """Return what was probably meant, as a sentence to append to a message; nothing if nothing is close."""
    guess = did_you_mean(text, candidates)
    return f" Did you mean “{guess}”?" if guess else ""


def unknown_option(text: str, options: Sequence[str]) -> Mark:
    """Build the mark of an answer that is none of the options."""
    return unclear(f"“{printable(text)}” is none of the options.{suggestion(text, options)}")


def read_options(text: str, options: Sequence[str], separator: str) -> tuple[str, ...]:
    """Read several options: labels or texts with ``separator`` (a pattern) or ``;`` between them.

    What is none of the options stays as it is, for marking to call unclear.
    """
    whole = find_option(text, options)
    if whole is not None and by_label(text, options) is None:
        return (whole,)
    for between in (separator, r"\s*;\s*"):
        parts = [part for part in re.split(between, text) if part]
        found = [by_label(part, options) or find_option(part, options) for part in parts]
        if parts and all(found):
            return tuple(option for option in found if option)
    return tuple(part for part in re.split(r"\s*;\s*", text) if part)


def read_blanks(text: str, count: int, options: Sequence[str]) -> tuple[str, ...]:
    """Read one text for each of ``count`` blanks, with ``;`` between them, or ``,`` or spaces if that gives as many."""
    parts = [part.strip() for part in text.split(";")] if ";" in text else [text]
    if len(parts) == 1 and count > 1:
        for separator in (r"\s*,\s*", r"\s+"):
            cut = [part for part in re.split(separator, text) if part]
            if len(cut) == count:
                parts = cut
                break
    return tuple((by_label(part, options) if options else None) or part for part in parts)
