"""Never return.

cause: timeout
"""


def double(x):
    while True:
        pass
