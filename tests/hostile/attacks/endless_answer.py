"""Return a list that contains itself.

cause: protocol|exception
"""


def double(x):
    nest = []
    nest.append(nest)
    return nest
