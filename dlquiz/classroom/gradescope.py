"""Who handed in what, as ``submission_metadata.yml`` of an export of Gradescope says it."""

from datetime import date
from typing import Any, Final

from dlquiz.classroom.names import Learner
from dlquiz.text import one_line

FILE: Final = "submission_metadata.yml"
SOURCE: Final = f"in Gradescope's {FILE}"
MAX_BYTES: Final = 50_000_000


def submitters(text: bytes) -> dict[str, tuple[Learner, str]]:
    """Return the learner or team, and the time, of each ``submission_…`` folder; what is not as expected is left out.

    Ruby wrote the file: its keys begin with a colon.
    """
    import yaml

    try:
        # The one in C, where there is one: an export of a large class is some megabytes.
        document = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(document, dict):
        return {}
    found = {}
    for folder, entry in document.items():
        people = _field(entry, "submitters")
        named = [one for one in people if isinstance(one, dict)] if isinstance(people, list) else []
        if named:
            learner = Learner(*(", ".join(filter(None, (_text(one, key) for one in named))) for key in ("name", "sid")))
            found[str(folder)] = learner, _text(entry, "created_at")
    return found


def _field(entry: Any, key: str) -> Any:
    return entry.get(f":{key}", entry.get(key)) if isinstance(entry, dict) else None


def _text(entry: Any, key: str) -> str:
    """Return a plain value as text; lists of lists of aliases would be written out to no end."""
    value = _field(entry, key)
    return one_line(str(value), 100) if isinstance(value, str | int | float | date) else ""
