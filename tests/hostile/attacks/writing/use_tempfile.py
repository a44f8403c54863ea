"""Use the standard library's temporary files.

item: files
cause: exception|forbidden
control: bare succeeds
"""

import tempfile


def attack():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
        return file.name
