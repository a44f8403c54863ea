"""From a path, or from bytes that somebody else read, to a submission: by what its name says it is."""

from collections.abc import Sequence
from pathlib import Path

from dlquiz.errors import SubmissionError
from dlquiz.submission.files import is_folder, opened, read_plain, require_plain
from dlquiz.submission.plain import MAX_BYTES, Submission, plain_submission, shown

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")

# The parts for notebooks, folders and archives are imported where they are needed: grading
# one .py file is the usual case, and starts faster without them.


def read_submission(path: Path, *, module_name: str, packages: Sequence[str] = ("numpy",)) -> Submission:
    """Read a ``.py`` file, a notebook, a folder or an archive at ``path`` as a submission.

    Parameters
    ----------
    path : Path
        What was handed in. A link is not followed.
    module_name : str
        The stub's module name. A folder or archive must hold ``<module_name>.py`` (or ``.ipynb``).
    packages : sequence of str
        The exercise's packages: no file of a folder may be called like one of them.

    Raises
    ------
    SubmissionError
        It is not there, is none of these, is too large, or is not text.
    """
    with opened(path) as descriptor:
        if is_folder(descriptor):
            from dlquiz.submission.folder import listed
            from dlquiz.submission.tree import tree_submission

            name = path.name or path.resolve().name or "folder"
            return tree_submission(listed(descriptor, name), name=name, module_name=module_name, packages=packages)
        require_plain(descriptor, str(path))
        raw = read_plain(descriptor, str(path), _limit(path))
    return submission_from_bytes(raw, name=path.name, module_name=module_name, packages=packages)


def submission_from_bytes(
    raw: bytes, *, name: str, module_name: str, packages: Sequence[str] = ("numpy",)
) -> Submission:
    """Make a submission of the bytes of a file called ``name``; the same rules as for a path.

    A name that is neither a notebook's nor an archive's is Python source.
    """
    kind = name.lower()
    if kind.endswith(".ipynb"):
        from dlquiz.submission.notebook import code_of

        code = code_of(raw, name)
        return plain_submission(code.source, name=name, module_name=module_name, cells=code.cells)
    if kind.endswith(_ARCHIVES):
        from dlquiz.submission.archive import unpacked
        from dlquiz.submission.tree import tree_submission

        return tree_submission(unpacked(raw, name), name=name, module_name=module_name, packages=packages)
    return plain_submission(raw, name=name, module_name=module_name)


def _limit(path: Path) -> int:
    """Return how much of a file is read, by the kind that its name says; refuse every other kind."""
    name = path.name.lower()
    if path.suffix == ".py":
        return MAX_BYTES
    if name.endswith(".ipynb"):
        from dlquiz.submission.notebook import MAX_NOTEBOOK_BYTES

        return MAX_NOTEBOOK_BYTES
    if name.endswith(_ARCHIVES):
        from dlquiz.submission.archive import MAX_ARCHIVE_BYTES

        return MAX_ARCHIVE_BYTES
    raise SubmissionError(
        f"{shown(path.name)} does not end in .py: it does not look like a Python file, a notebook or an archive.",
        next_step="Name a .py file, an .ipynb notebook, a folder, or a .zip, .tar, .tar.gz or .tgz archive.",
    )
