"""What each field of a quiz file means, in one sentence or two: for editors (`schema`) and the reference page.

A test compares this with ``docs/reference/quiz-format.md``.
"""

QUIZ: dict[str, str] = {
    "format_version": "`1`",
    "title": "What the learner sees first",
    "questions": "One question or more; their ids must differ",
    "lang": "Language of the texts, such as `en`, `de`, `pt-BR`. It decides which decimal mark is read",
    "draw": "How many questions one sitting asks. Without it, all",
    "topic": "One word in id form, for your own order",
    "summary": "One or two sentences under the title",
}

COMMON: dict[str, str] = {
    "kind": "`choice`, `multi`, `truefalse`, `numeric`, `short`, `cloze`, `match`, `order`, `categorise` or `output`",
    "id": "In id form. It stays for ever: the learner's history hangs on it",
    "stem": "The question",
    "explain": "Why the right answer is right. Shown after every answer, also after a right one",
    "source": "Where a reader can check it",
    "tags": 'The terms that the question is about. "Look at these again" lists them',
    "hints": "From gentle to nearly there; one more for each `?` that the learner types",
    "points": "What the question is worth, more than 0",
    "image": "A picture below the quiz's own folder",
    "alt": "What the picture shows, in words",
    "params": "Makes many questions of one; [see below](#params-many-questions-from-one)",
    "ignore": "Rules of `dlquiz quiz lint` that do not apply to this question",
}

KINDS: dict[str, dict[str, str]] = {
    "choice": {
        "right": "The right option",
        "wrong": "The other options. Each says after a colon why it is wrong",
    },
    "multi": {
        "right": "The right options: a list, or a mapping if you want to say why each is right",
        "wrong": "The wrong options, each with its reason",
        "partial": "How a partly right answer scores",
    },
    "truefalse": {"answer": "`true` or `false`"},
    "numeric": {
        "answer": "The number, with a decimal point: `0.5`, `60000`, `1e-3`",
        "tolerance": (
            "`0.01` (absolute), `5%` (of the answer), or `[3.1, 3.2]` (everything from 3.1 to 3.2 is right). The ends "
            "are right too"
        ),
        "unit": "The unit that the answer needs",
        "near": (
            "Wrong numbers that you foresee, each with what you want to say about it. The tolerance holds for them "
            "too, unless it is a range"
        ),
    },
    "short": {
        "accept": "Right answers: texts, or patterns between slashes",
        "typos": "How many typing mistakes are forgiven: 0, 1 or 2",
        "reject": "Wrong answers that you foresee, each with what you want to say about it",
    },
    "cloze": {
        "stem": (
            "The text. Each blank is written as `[[word]]`, or `[[word|other word]]` if several words fit; a variant "
            "may be a `/pattern/`. Up to 12 blanks. Between code marks `[[` is only text"
        ),
        "typos": "As for `short`",
        "reject": "As for `short`, for all blanks",
        "wrong": "Wrong words, each with its reason. With them, the learner chooses from the right and the wrong words",
        "partial": "`each`: the share of good blanks. `all`: all blanks or nothing",
    },
    "match": {
        "pairs": "2 to 12 lines of `term: meaning`; no meaning stands twice",
        "extra": "Meanings that belong to no term, each with its reason",
        "why": "What to say about a term after the answer",
        "partial": "`each`: the share of good pairs. `all`: all pairs or nothing",
    },
    "order": {
        "items": "2 to 12 items in the right order",
        "why": "What to say about an item after the answer",
        "partial": (
            "`each`: the share of items at their place. `pairs`: the share of pairs of items whose order is right. "
            "`all`: everything or nothing"
        ),
    },
    "categorise": {
        "groups": "2 to 6 groups, each with its list of items. Every item has one group",
        "why": "What to say about an item after the answer",
        "partial": "`each`: the share of items in their group. `all`: everything or nothing",
    },
    "output": {
        "code": "A Python program, as a block below `code: |`",
        "answer": "What it prints",
        "reject": "Wrong outputs that you foresee, each with what you want to say about it",
        "packages": "What the code may import: `numpy`, `torch`, `tensorflow`",
    },
}
"""The fields of each kind that the others do not have, or that mean something else there."""
