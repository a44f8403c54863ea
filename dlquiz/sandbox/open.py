"""Open the sandbox: start the kind of server that this system can have."""

import sys
from collections.abc import Sequence

from dlquiz.sandbox.api import Sandbox
from dlquiz.sandbox.course_files import NO_FILES, CourseFiles
from dlquiz.sandbox.hiding import hide_process


def start_server(packages: Sequence[str], isolation: str = "kernel", files: CourseFiles = NO_FILES) -> Sandbox:
    """Start the kind of server that this system can have; its workers may open ``files``.

    Whoever starts one has code run beside it that it does not trust: see `hide_process`.
    """
    hide_process(isolation)
    if sys.platform == "linux":
        from dlquiz.sandbox.fork_server import ForkServer

        return ForkServer(packages, isolation, files)
    from dlquiz.sandbox.spawn_server import SpawnServer

    return SpawnServer(packages, files=files)
