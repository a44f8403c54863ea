"""Download a data set from public mirrors; only the published bytes are accepted."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any

from dlquiz.data import store
from dlquiz.data.access import reader
from dlquiz.data.info import RemoteFile, SetInfo
from dlquiz.errors import DataError

Advance = Callable[[int], None]
"""Told how many more bytes have arrived; negative when a mirror failed and the file begins again."""


def fetch_set(
    info: SetInfo,
    *,
    root: Path | None = None,
    first: Sequence[str] = (),
    mirrors: Sequence[str] | None = None,
    files: Sequence[RemoteFile] = (),
    progress: Callable[[int], AbstractContextManager[Advance]] | None = None,
    timeout_s: float = 20.0,
) -> store.Record:
    """Download, check and convert a set; nothing half-written stays.

    Parameters
    ----------
    info : SetInfo
        An entry of the catalog that says where it can be fetched.
    root : Path, optional
        The data folder; by default ``data_root()``.
    first, mirrors : sequences of str
        Addresses of folders, tried in this order for each file; ``mirrors`` are by default those of the catalog.
    files : sequence of RemoteFile
        What to download; anything else that a mirror serves is refused. By default those of the catalog.
    progress : callable, optional
        Given the total number of bytes, returns a context manager whose value is called with
        the number of bytes that arrived.
    timeout_s : float
        Longest silence of a mirror, in seconds, before the next one is tried.

    Raises
    ------
    DataError
        No mirror served a file (each one's reason is named), or the data folder cannot be written.
    """
    known = info.files.download if info.files else None
    if known is None:
        raise DataError(f"{info.title} cannot be downloaded.", next_step=info.get_it)
    root = root or store.data_root()
    files = files or known.files
    mirrors = (*first, *(known.mirrors if mirrors is None else mirrors))
    total = sum(file.size for file in files)
    with (
        store.locked(root, info),
        store.scratch(root, info) as folder,
        progress(total) if progress else nullcontext(_ignore) as advance,
    ):
        for file in files:
            _download(file, folder, mirrors, advance, timeout_s, _by_hand(info))
        found = reader(info).read_source(folder, info)
        return store.publish(found, root, canonical=reader(info).is_canonical(found, info))


def _ignore(_count: int) -> None:
    pass


def _download(
    file: RemoteFile, folder: Path, mirrors: Sequence[str], advance: Advance, timeout_s: float, by_hand: str
) -> None:
    import pooch
    from requests import RequestException

    pooch.get_logger().setLevel("WARNING")  # it announces every download; the progress bar does that
    reasons = []
    for mirror in mirrors:
        downloader = _CappedDownload(file.size, advance, timeout_s)
        try:
            pooch.retrieve(
                mirror.rstrip("/") + "/" + file.name,
                known_hash=f"sha256:{file.sha256}",
                fname=file.name,
                path=folder,
                downloader=downloader,
            )
        except _TooLongError:
            reasons.append(f"{mirror}: more than the expected {file.size} bytes")
        except RequestException as error:
            reasons.append(f"{mirror}: {_short(error)}")
        except ValueError:  # what pooch raises for a wrong digest
            reasons.append(f"{mirror}: {downloader.received} bytes with a wrong digest; expected {file.size} bytes")
        except OSError as error:
            raise DataError(
                f"{folder.parent} cannot be written: {error.strerror or error}.", next_step=by_hand
            ) from error
        else:
            return
        advance(-downloader.received)
    raise DataError(f"{file.name} could not be downloaded.\n  " + "\n  ".join(reasons), next_step=by_hand)


class _TooLongError(Exception):
    """A mirror sends more than the file has: stop before the disk is full."""


class _CappedDownload:
    """What pooch calls to download one file: counts the bytes, and stops a mirror that does not stop."""

    def __init__(self, size: int, advance: Advance, timeout_s: float) -> None:
        self.received = 0
        self._size = size
        self._advance = advance
        self._timeout_s = timeout_s
        self._file: IO[bytes] | None = None

    def __call__(self, url: str, output_file: str, _pooch: Any) -> None:
        from pooch import HTTPDownloader

        # `identity`: a server that knows .gz may otherwise declare it as an encoding, and it would be unpacked.
        downloader = HTTPDownloader(
            timeout=self._timeout_s, chunk_size=65536, headers={"Accept-Encoding": "identity"}, progressbar=False
        )
        with Path(output_file).open("wb") as self._file:
            downloader(url, self, None)

    def write(self, chunk: bytes) -> None:
        """Take a chunk from the downloader, for which this object stands in for the file."""
        assert self._file is not None
        self.received += len(chunk)
        self._advance(len(chunk))
        if self.received > self._size:
            raise _TooLongError
        self._file.write(chunk)

    def flush(self) -> None:
        """Do nothing: the downloader asks after every chunk, and closing the file flushes it."""


def _short(error: Exception) -> str:
    """Return the innermost reason: the outer ones wrap it in names of classes and addresses of objects."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP {response.status_code} {response.reason}"
    text = str(error)
    for known, plain in _PLAIN.items():
        if known in text:
            return plain
    return f"{type(error).__name__}: {text[:200]}"


_PLAIN = {
    "NameResolutionError": "the name cannot be resolved (is there a network?)",
    "Failed to resolve": "the name cannot be resolved (is there a network?)",
    "timed out": "no answer in time",
    "Connection refused": "connection refused",
    "IncompleteRead": "the connection ended in the middle of the file",
    "Connection aborted": "the connection was cut off",
    "Connection reset": "the connection was cut off",
    "Network is unreachable": "the network is unreachable",
    "CERTIFICATE_VERIFY_FAILED": "its certificate cannot be verified",
}


def _by_hand(info: SetInfo) -> str:
    return (
        f"Check the network and run `dlquiz data fetch {info.name}` again; or get the files another way and run "
        f"`dlquiz data import DIR`. Without {info.title} the exercises use the data that comes with dlquiz."
    )
