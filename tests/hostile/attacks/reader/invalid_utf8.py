"""Print bytes that are no text.

item: invalid UTF-8
cause: exception
control: reader bytes
"""

import os


def double(x):
    os.write(1, b"\xff\xfe\xc3\x28\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf" * 20 + b"\n")
    raise ValueError("\udcff\ud800 lone surrogates")
