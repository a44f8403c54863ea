"""Use the standard library's temporary files.

cause: exception|forbidden
control: yes
"""

import tempfile


def attack():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
        return file.name
