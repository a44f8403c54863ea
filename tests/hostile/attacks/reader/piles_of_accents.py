"""Print and raise letters under hundreds of accents, which paint over other lines.

item: terminal escapes
cause: exception
control: reader marks
"""

EVIL = "Z" + "\u0335\u0336\u0353\u0317\u033a\u20dd" * 100


def double(x):
    print(EVIL)
    raise ValueError(EVIL)
