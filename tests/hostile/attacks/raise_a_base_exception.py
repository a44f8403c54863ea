"""Raise an exception class of its own, outside Exception.

cause: exception
"""


class Passed(BaseException):
    pass


def double(x):
    raise Passed("all cases passed")
