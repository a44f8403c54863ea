"""Return a list that contains itself.

item: nested frame
cause: protocol|exception
control: script ends
"""


def double(x):
    nest = []
    nest.append(nest)
    return nest
