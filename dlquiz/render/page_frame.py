"""What our pages have in common (pure): HTML that needs nothing else, and Markdown that means only its words."""

from collections.abc import Iterable
from html import escape

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""No script and no network, whatever a learner's text may hold."""
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em }
body { color: #111; background: #fff }
h1 { margin-bottom: 0 } h2 { margin: 2em 0 0; border-top: 1px solid #bbb; padding-top: 0.6em }
.facts { color: #444; margin-top: 0.2em } svg { max-width: 100%; height: auto }
@media print { body { margin: 0; max-width: none } }
"""


def html_page(title: str, body: Iterable[str], *, style: str = "", head: str = "") -> str:
    """Return a page with a heading.

    Parameters
    ----------
    title : str
        Text, for the heading and the browser's tab.
    body : iterable of str
        What stands below, as HTML.
    style : str
        What this page has beside the common style.
    head : str
        One more line for the head.
    """
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">', *([head] if head else []),
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">', f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}{style.lstrip()}</style>", "</head>", "<body>", f"<h1>{escape(title)}</h1>",
        *body, "</body>", "</html>", "",
    ])  # fmt: skip


def markdown_text(text: str) -> str:
    """Let no sign of Markdown in a text mean more than itself."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|~" else letter for letter in text)
