"""Return a masked table of times, long doubles, wrong byte orders and fields, walked backwards.

item: odd numbers
cause: none|protocol|exception
control: script ends
"""

import numpy as np


class Odd(np.ma.MaskedArray):
    pass


def double(x):
    fields = np.zeros(
        x.shape, [("time", "m8[s]"), ("long", np.longdouble), ("big", ">c16"), ("text", "U0"), ("raw", "V3")]
    )
    masked = np.ma.masked_all(x.shape, fields.dtype)[::-1, ::-1]
    return {"1": fields, "2": masked, "3": x.astype(np.longdouble), (4, 5): x.astype(">f8")[::-1], None: {1j: x}}
