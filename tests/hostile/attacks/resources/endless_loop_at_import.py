"""Never finish loading.

item: endless loop in Python
cause: timeout
control: pytest hangs
earns: 0
"""

while True:
    pass
