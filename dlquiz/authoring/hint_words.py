"""Whether a hint says anything (pure)."""

import re

MIN_WORDS = 3
"""Different words: "np.mean" alone is no hint."""
MAX_WORDS = 160
"""Nobody who is stuck reads more; what is longer belongs into the lesson."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_SIGNS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")
"""Scripts without blanks between words: each sign counts as one."""


def complaint(hint: str, sentence: str = "") -> str:
    """Return what is wrong with a hint, such as "is empty"; nothing if it is one.

    ``sentence`` is what the learner has read already: the case's own.
    """
    words = [word.lower() for word in _WORD.findall(_SIGNS.sub(" ", hint))] + _SIGNS.findall(hint)
    if not hint.strip():
        return "is empty"
    if len(set(words)) < MIN_WORDS:
        return (
            f"has {len(set(words))} word{'s' * (len(set(words)) != 1)}, at least {MIN_WORDS} are needed to say anything"
        )
    if len(words) > MAX_WORDS:
        return f"has {len(words)} words, at most {MAX_WORDS} are read by somebody who is stuck"
    if sentence and words == [word.lower() for word in _WORD.findall(sentence)]:
        return "only repeats the sentence of the case"
    return ""
