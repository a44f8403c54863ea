"""Write a zip archive: the same files make the same bytes, whenever and wherever."""

import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)


def zipped(files: dict[str, tuple[bytes, bool]]) -> bytes:
    """Return a zip archive of files; True beside the content for one that can be run."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (content, runs) in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix: the mode counts, wherever this was made
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
