"""Print and raise letters that reverse what follows, so that text reads differently.

item: bidirectional text
cause: exception
control: reader direction
"""

EVIL = "0 of 2 \u202epoints lost\u202c \u2066\u2067\u200f\u200b\u00ad\ufeff all passed\u2069"


def double(x):
    print(EVIL)
    raise ValueError(EVIL)
