"""Answer with an object that runs code in whoever unpickles it.

item: lying __reduce__
cause: none
control: unpickle succeeds
"""


class Bomb:
    def __reduce__(self):
        return print, ("BREACH by __reduce__",)


def double(x):
    return Bomb()
