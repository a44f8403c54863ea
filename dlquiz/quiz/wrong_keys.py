"""How likely it is that another answer than the key is the right one, from what a class chose. Pure arithmetic.

Whatever is right, learners who do well elsewhere choose it more often, and it is seldom rare. So each answer is taken
for the right one in turn: the chance to choose it grows with the result in the other questions (a logistic curve,
averaged over many heights and slopes), and the others share the rest. Bayes' theorem weighs the answers.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp, fsum, lgamma, log, log1p, sqrt

PRIOR = 0.02
"""Of so many questions the key is wrong before anybody has answered: one in fifty."""
_HEIGHTS = tuple(-2.5 + 0.25 * step for step in range(25))
_SLOPES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
_MEAN, _SPREAD = 0.8, 1.2
"""Log-odds of a right answer: most questions are answered rightly by 40 to 90 % of a class."""


def doubts(chosen: Sequence[tuple[str, float | None]], key: str, options: Sequence[str]) -> dict[str, float]:
    """Return for every other option the probability that it is the right one instead of the key.

    Parameters
    ----------
    chosen : sequence of (str, float or None)
        Of each learner, the option and the mean score in the other questions.
    key : str
        The option that the quiz calls right.
    options : sequence of str
        All options, the key among them.
    """
    standing = _standardised([rest for _, rest in chosen])
    picks = [(text, z) for (text, _), z in zip(chosen, standing, strict=True)]
    others = [text for text in options if text != key]
    if not picks or not others:
        return dict.fromkeys(others, 0.0)
    weights = {text: log(PRIOR / len(others)) + _evidence(picks, text, options) for text in others}
    weights[key] = log(1 - PRIOR) + _evidence(picks, key, options)
    total = _log_sum(list(weights.values()))
    return {text: exp(weights[text] - total) for text in others}


def _evidence(picks: Sequence[tuple[str, float]], right: str, options: Sequence[str]) -> float:
    """Return the log-likelihood of all choices if ``right`` is the right option."""
    hits = [z for text, z in picks if text == right]
    counts = Counter(text for text, _ in picks if text != right)
    return _curve(hits, [z for text, z in picks if text != right]) + _shares(counts, len(options) - 1)


def _curve(hits: Sequence[float], misses: Sequence[float]) -> float:
    """Return the log-likelihood of who is right: the average over curves that rise with the other questions."""
    curves = []
    for height in _HEIGHTS:
        prior = -(((height - _MEAN) / _SPREAD) ** 2) / 2
        for slope in _SLOPES:
            fits = fsum(_log_sigmoid(height + slope * z) for z in hits)
            curves.append(prior + fits + fsum(_log_sigmoid(-height - slope * z) for z in misses))
    return _log_sum(curves)


def _shares(counts: Mapping[str, int], options: int) -> float:
    """Return the log-likelihood of the wrong choices: all ways to share them are alike (Dirichlet-multinomial)."""
    return lgamma(options) - lgamma(options + sum(counts.values())) + fsum(lgamma(1 + n) for n in counts.values())


def _standardised(values: Sequence[float | None]) -> list[float]:
    known = [value for value in values if value is not None]
    if not known:
        return [0.0] * len(values)
    mean = fsum(known) / len(known)
    spread = sqrt(fsum((value - mean) ** 2 for value in known) / len(known))
    return [0.0 if value is None or spread < 1e-9 else (value - mean) / spread for value in values]


def _log_sigmoid(value: float) -> float:
    return -log1p(exp(-value)) if value > 0 else value - log1p(exp(value))


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + log(fsum(exp(value - top) for value in values))
