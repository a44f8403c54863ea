"""Never finish loading.

cause: timeout
earns: 0
"""

while True:
    pass
