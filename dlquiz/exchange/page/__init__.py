"""One HTML page that works offline: all kinds of questions, marked in the page, nothing loaded from anywhere.

The answers are in the page, as they must be without a server: it is for practice, not for exams.
"""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from dlquiz.exchange.base import Exported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.page.data import page_data
from dlquiz.exchange.page.mathml import mathml
from dlquiz.exchange.page.text import to_html
from dlquiz.model.quiz import Question, Quiz

__all__ = ["write", "write_with_pictures"]

_PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_LARGEST_PICTURE = 5 * 2**20

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{summary}
<p class="note">This page works without a network. It is for practice, not for an exam:
the answers are in the page.</p>
<noscript><p>This page marks your answers with JavaScript. Please switch it on for this page.</p></noscript>
<div id="questions"></div>
<p id="score" role="status" aria-live="polite"></p>
<p id="seed"></p>
</main>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def write(quiz: Quiz, name: str) -> Exported:
    """Write a quiz as a page. Pictures become the words that describe them; see `write_with_pictures`."""
    return write_with_pictures(quiz, name, None)


def write_with_pictures(quiz: Quiz, name: str, folder: Path | None) -> Exported:
    """Write a quiz as a page, with the pictures that stand in the quiz's ``folder`` inside of it."""
    ledger = Ledger()
    for question in quiz.questions:
        ledger.read(question.id)
        if question.tags:
            ledger.changed(question.id, "tags", "the page does not show them", loss=False)
        if question.ignore:
            ledger.changed(question.id, "ignore", "settings of quiz lint have no place there", loss=False)
    if quiz.topic is not None:
        ledger.changed("", "topic", "the page does not show it", loss=False)

    def picture(question: Question) -> str:
        if question.image is None:
            return ""
        source = _picture(folder, question.image)
        alt = escape(question.alt or "")
        if source:
            return f'<p><img src="{source}" alt="{alt}"></p>'
        ledger.changed(question.id, "image", f"'{question.image}' was not found; its words stand in its place")
        return f"<p>(Picture: {alt})</p>"

    data = json.dumps(page_data(quiz, picture), ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only these could end it or begin a comment.
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    style, script = _part("page.css"), f"{_part('marking.js')}\n{_part('page.js')}"
    policy = (
        f"default-src 'none'; script-src 'sha256-{_digest(script)}'; style-src 'sha256-{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    page = _PAGE.format(
        lang=escape(quiz.lang),
        policy=policy,
        title=escape(quiz.title),
        style=style,
        summary=to_html(quiz.summary, mathml),
        data=data,
        script=script,
    )
    return Exported(page.encode(), ledger.report(name, "HTML"))


def _part(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _picture(folder: Path | None, path: str) -> str:
    """Return a picture as a ``data:`` address; empty if it is not there, too large or no picture."""
    kind = _PICTURES.get(Path(path).suffix.lower())
    if folder is None or kind is None:
        return ""
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file() or file.stat().st_size > _LARGEST_PICTURE:
        return ""
    return f"data:{kind};base64,{b64encode(file.read_bytes()).decode()}"
