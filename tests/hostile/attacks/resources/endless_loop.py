"""Never return.

item: endless loop in Python
cause: timeout
control: pytest hangs
"""


def double(x):
    while True:
        pass
