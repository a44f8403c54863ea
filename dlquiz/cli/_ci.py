"""The result of a grading for another program (``grade --format``)."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from dlquiz.content.yamlfile import shown_path
from dlquiz.model.feedback import Feedback
from dlquiz.render.feedback import github_commands, junit_xml


def ci_document(shown: Feedback, form: str, path: Path) -> str:
    """Return the text of a format."""
    if form == "junit":
        return junit_xml([shown]).decode()
    if form == "github":
        return "\n".join(github_commands(shown, shown_path(path.absolute())))
    if form == "gradescope":
        from dlquiz.classroom.gradescope_results import results

        return json.dumps(results(shown), indent=1)
    from dlquiz.classroom.classroom50 import result

    return json.dumps(result(shown, os.environ, datetime.now(UTC)), indent=1)
