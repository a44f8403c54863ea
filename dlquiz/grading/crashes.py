"""What the exceptions that beginners meet most mean, in one plain sentence; those that the sandbox causes first.

An exception that is not known gets nothing: the text itself is shown anyway.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from dlquiz.grading.crash_texts import TABLE

_LONGEST = 1000
_BY_NAME = re.compile(r"\[\s*[frb]?[\"']")
_NO_DICTIONARY = (
    "An array was asked for a name, as if it were a dictionary. Was an array given where the parameters belong: are "
    "the arguments of a call in another order than those of the function?"
)


def explained(error: str, trace: str = "") -> str | None:
    """Return what an exception ("KeyError: 'W1'") means; None if it is not one that we know.

    ``trace`` ends with the learner's line, which says more of some.
    """
    if error.startswith("IndexError: only integers") and _BY_NAME.search(_last_line(trace)):
        return _NO_DICTIONARY
    for pattern, said in _KNOWN:
        if found := pattern.search(error[:_LONGEST]):
            return said if isinstance(said, str) else said(found)
    return None


def refused(error: str, trace: str = "") -> str | None:
    """Return what the sandbox forbids and what to do instead, where an exception comes from that; None of another one.

    The exception tells no writing from reading, so the learner's line is read: the last one of ``trace``.
    """
    error = error[:_LONGEST]
    if _COMPILED.search(error):
        return _NO_COMPILER
    if _OFFLINE.search(error):
        return _NO_NETWORK
    if not _CLOSED.search(error):
        return None
    line = _last_line(trace)
    for pattern, said in _CALLS:
        if pattern.search(line):
            return said
    if _WRITTEN.search(error):
        return _NO_SAVING
    return _NO_PROCESSES if _NAMELESS.search(error) else None


def _last_line(trace: str) -> str:
    """Return what a traceback quotes of the place where the error came from."""
    return " ".join(trace.rpartition("File ")[2].split("\n")[1:])


def shapes_of(arguments: Sequence[object]) -> str | None:
    """Return the shapes of the arrays among a call's arguments as a sentence; None without an array."""
    shapes = [text for one in arguments for text in _shapes(one)]
    if not shapes:
        return None
    listed = shapes[0] if len(shapes) == 1 else f"{', '.join(shapes[:-1])} and {shapes[-1]}"
    return f"It was called with arrays of shape {listed}."


def _shapes(value: object) -> Iterator[str]:
    if isinstance(value, np.ndarray):
        yield str(value.shape)
    elif isinstance(value, dict):
        # Without their keys: those belong to the inputs, which a hidden case does not show.
        yield from (str(array.shape) for array in value.values() if isinstance(array, np.ndarray))


# -- what the sandbox refuses ------------------------------------------------------------

_ASIDE = 'under `if __name__ == "__main__":` at the end of the file: the grader does not run that part'
_NO_SAVING = (
    "Inside the sandbox no file and no folder can be written, and grading needs none: what a function returns is "
    f"enough. Take the line out, or put it {_ASIDE}."
)
_NO_LOADING = (
    "The sandbox has no files but those that the exercise brings, so what you saved earlier is not here. Compute it "
    f"in the function that needs it. A line that loads your own files can stand {_ASIDE}."
)
_NO_PROCESSES = (
    "Inside the sandbox no other process can be started. Take the line out; a DataLoader works without num_workers "
    "and returns the same batches."
)
_NO_NETWORK = (
    "The sandbox has no network, so nothing can be downloaded or asked there. What the functions need comes in as "
    f"arguments. A line that downloads something for yourself can stand {_ASIDE}."
)
_NO_COMPILER = (
    "torch.compile calls a compiler, which needs files and other processes, and the sandbox has neither. Leave it out: "
    "the results are the same."
)
_CLOSED = re.compile(
    r"^(PermissionError|FileNotFoundError|NotADirectoryError)|\[Errno 30\]|No usable temporary directory"
    r"|open file failed with strerror|^RuntimeError: Parent directory .* does not exist",
    re.DOTALL,
)
"""What is raised where files or processes are refused, or are not there; torch has words of its own for it."""
_OFFLINE = re.compile(
    r"^(socket\.)?gaierror|^(urllib\.error\.)?URLError|urlopen error|name resolution|Network is unreachable"
    r"|URL fetch failure"
)
_COMPILED = re.compile(r"^(InductorError|BackendCompilerFailed|InvalidCxxCompiler)|TORCHDYNAMO_VERBOSE")
_WRITTEN = re.compile(
    r"open file failed with strerror|^RuntimeError: Parent directory|^PermissionError: \[Errno 13\].*: '[^/']",
    re.DOTALL,
)
"""It was to be written, whatever the line is: a file without a folder in its name that is only read is just missing."""
_NAMELESS = re.compile(r"^PermissionError: \[Errno 13\] Permission denied$")
"""A lock that processes share was refused: whoever opens a file gives it a name."""
_CALLS = (
    (
        re.compile(
            r"\bhub\.\w+\(|\burlopen\(|\burlretrieve\(|\brequests\.|\bsocket\.|create_connection\(|download\w*\(|download=True"
            r"|from_pretrained\(|\bfetch_\w+\(|\bload_data\(|\bget_file\(|https?://"
        ),
        _NO_NETWORK,
    ),
    (re.compile(r"\b(load\w*|read_csv|loadtxt|fromfile)\("), _NO_LOADING),
    (
        re.compile(
            r"\b(save\w*|dump|tofile|to_csv|to_pickle|write_text|write_bytes|mkdir|makedirs|mkstemp|mkdtemp"
            r"|TemporaryFile|NamedTemporaryFile|TemporaryDirectory)\("
            r"|\bopen\([^)]*(,\s*|mode\s*=\s*|\()[\"'][rbt+]*[wax+]\w*\+?[\"']"
        ),
        _NO_SAVING,
    ),
    (re.compile(r"\bsubprocess\b|multiprocessing|\bPool\w*\(|Process\(|num_workers|DataLoader"), _NO_PROCESSES),
)
"""What a line does, as far as its words say it."""


_KNOWN = tuple((re.compile(pattern, re.DOTALL), said) for pattern, said in TABLE)
