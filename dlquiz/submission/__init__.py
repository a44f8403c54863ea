"""Reading what is to be graded: one ``.py`` file, a notebook, a folder or an archive, into text in memory.

Nothing here runs or imports what a learner wrote, and nothing is unpacked to a disk. A
path may be anything that a stranger left in a folder, so it is opened without following
a link and without waiting for a pipe; everything that is read has a cap.
"""

from dlquiz.submission.plain import MAX_BYTES, ModuleSource, Submission, decode
from dlquiz.submission.reader import read_submission, submission_from_bytes

__all__ = ["MAX_BYTES", "ModuleSource", "Submission", "decode", "read_submission", "submission_from_bytes"]
