"""Fill the memory with small objects.

cause: memory|timeout
"""


def double(x):
    kept = []
    while True:
        kept.append("x" * 10_000 + str(len(kept)))
