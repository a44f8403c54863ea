"""Print and raise control sequences: titles, cursor movements, clipboard, right-to-left letters.

item: terminal escapes
cause: exception
control: reader controls
"""

EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[1;1H\x9b31mPASSED\u202e\x1b]52;c;b3duZWQ=\x07\r\x08\x00"


def double(x):
    print(EVIL)
    raise ValueError(EVIL)
