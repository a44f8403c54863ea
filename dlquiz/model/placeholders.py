"""What is written where a foreign file has nothing and our format needs something.

``quiz lint`` reports such texts (``missing-why``, ``missing-explain``); an export leaves them out again.
"""

NO_REASON = "(no reason was given in the imported file)"
NO_EXPLANATION = "(no explanation was given in the imported file)"
NO_SOURCE = "(no source was given in the imported file)"

PLACEHOLDERS = frozenset({NO_REASON, NO_EXPLANATION, NO_SOURCE})


def is_placeholder(text: str | None) -> bool:
    """Return whether a text only fills a place."""
    return text is not None and text.strip() in PLACEHOLDERS


def without(text: str | None) -> str:
    """Return the text, or nothing if it only fills a place."""
    return "" if text is None or is_placeholder(text) else text
