"""Return float, int, str, list and dict subclasses that lie.

item: lying __eq__
cause: none
control: script succeeds
"""


class Float(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __abs__(self):
        return 0.0


class Row(list):
    def __eq__(self, other):
        return True

    def __len__(self):
        return 3


def double(x):
    return Row([Row([Float(1.0)] * 3)] * 4)
