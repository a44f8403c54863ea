"""All kinds of questions. A new kind is added here."""

from typing import Any

from dlquiz.model.quiz import KINDS as MODELS
from dlquiz.quiz.kinds.base import QuestionKind
from dlquiz.quiz.kinds.categorise import CATEGORISE
from dlquiz.quiz.kinds.choice import CHOICE
from dlquiz.quiz.kinds.cloze import CLOZE
from dlquiz.quiz.kinds.match import MATCH
from dlquiz.quiz.kinds.multi import MULTI
from dlquiz.quiz.kinds.numeric import NUMERIC
from dlquiz.quiz.kinds.order import ORDER
from dlquiz.quiz.kinds.output import OUTPUT
from dlquiz.quiz.kinds.short import SHORT
from dlquiz.quiz.kinds.truefalse import TRUEFALSE

_KINDS: tuple[QuestionKind[Any], ...] = (
    *(CHOICE, MULTI, TRUEFALSE, NUMERIC, SHORT),
    *(CLOZE, MATCH, ORDER, CATEGORISE, OUTPUT),
)
_BY_MODEL = {kind.model: kind for kind in _KINDS}

KINDS: dict[str, QuestionKind[Any]] = {name: _BY_MODEL[model] for name, model in MODELS.items()}
"""By the word that an author writes, in the order in which people are told of them."""
