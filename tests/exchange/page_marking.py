"""Answers as the page's inputs give them, marked by the page's own program in a JavaScript engine."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dlquiz.exchange import page
from dlquiz.exchange.page.data import question_data, rules
from dlquiz.model.kinds.order import level_of
from dlquiz.model.quiz import Categorise, Choice, Match, Multi, Order, Question, Quiz
from dlquiz.quiz.marking import options_of

MARKING = Path(page.__file__).with_name("marking.js")


def run(program: str, given: Any) -> Any:
    """Run JavaScript that has the marking as ``m`` and ``given``, and return what its expression is."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no JavaScript engine here")
    script = (
        f"const m=require({json.dumps(str(MARKING))});"
        "const given=JSON.parse(require('fs').readFileSync(0,'utf8'));"
        f"console.log(JSON.stringify({program}))"
    )
    done = subprocess.run(
        [node, "-e", script], input=json.dumps(given), capture_output=True, text=True, encoding="utf-8", check=True
    )
    return json.loads(done.stdout)


def in_page(question: Question, response: Any) -> Any:
    """Return a response as the page's inputs give it."""
    options = options_of(question)
    match question:
        case Choice():
            return options.index(response)
        case Multi():
            return [options.index(one) for one in response]
        case Match() | Categorise():
            terms = list(question.pairs if isinstance(question, Match) else question.items)
            targets = list(options if isinstance(question, Match) else question.groups)
            return [targets.index(response[term]) if term in response else None for term in terms]
        case Order():
            return [[options.index(one.strip()), level_of(one)] for one in response]
        case _:
            return str(response) if isinstance(response, int | float) and not isinstance(response, bool) else response


def marked(quiz: Quiz, asked: Sequence[tuple[Question, Sequence[Any]]]) -> list[list[dict[str, Any]]]:
    """Return the page's marks of responses to concrete questions of a quiz."""
    listed = [
        [question_data(quiz, one, lambda _: ""), [in_page(one, response) for response in responses]]
        for one, responses in asked
    ]
    given = {"page": rules(quiz), "asked": listed}
    return run("given.asked.map(([q,answers])=>answers.map((a)=>m.mark(q,a,given.page)))", given)
