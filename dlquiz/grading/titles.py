"""What a case is called in reports."""

import re
from collections import Counter
from collections.abc import Mapping


def titles(cases: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return the title of each case: the mark's, and in brackets which parameters it has, if that does not say so.

    The cases of one parametrised test share its mark, so a learner could not tell them apart.

    Parameters
    ----------
    cases : mapping
        Of a case's id to the title of its mark and the id of its parameters (empty: it has none).
    """
    shared = Counter(title for title, _ in cases.values())
    return {
        case_id: title if not which or (shared[title] == 1 and _says(title, which)) else f"{title} [{which}]"
        for case_id, (title, which) in cases.items()
    }


def _says(title: str, which: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(which)}(?!\w)", title) is not None
