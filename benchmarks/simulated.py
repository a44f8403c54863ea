"""A worker that only waits: for ``cluster.py``, loaded into Dask's workers, where it takes the place of a grading.

The orders, the chunks and the answers are those of a real class, in their real sizes.
"""

import json
import os
import time
from pathlib import Path

from dlquiz.cluster import worker
from dlquiz.cluster.orders import GradingOrder, read_chunk

_EACH_S = float(os.environ["SIMULATED_SECONDS"])
_REPORT = json.loads(Path(os.environ["SIMULATED_REPORT"]).read_text("utf-8"))


def grade_chunk(order: bytes, chunk: bytes, bundle: bytes = b"") -> bytes:
    """Wait as long as the chunk would take, and answer with reports of the real size."""
    wanted = GradingOrder.read(order)
    reports = []
    for submission in read_chunk(chunk):
        reference = {**_REPORT["submission"], "sha256": submission.sha256}
        told = {**_REPORT, "submission": reference, "seed": wanted.seed}
        reports.append(json.dumps({**told, "usage": {**told["usage"], "wall_s": _EACH_S}}))
    time.sleep(_EACH_S * len(reports))
    return json.dumps({"v": 1, "reports": reports, "wants_bundle": False, "refusal": "", "next_step": ""}).encode()


worker.grade_chunk = grade_chunk
