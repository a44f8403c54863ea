"""Raise an exception whose text is a str class that misbehaves.

item: exit
cause: exception|crashed
control: script ends
"""


class Text(str):
    def __getitem__(self, key):
        raise KeyboardInterrupt

    def __str__(self):
        return self


class Liar(Exception):
    def __str__(self):
        return Text("x")


def double(x):
    raise Liar
