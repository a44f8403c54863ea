"""Fill the memory with small objects (320 MB where 192 MiB are allowed).

item: memory in many blocks
cause: memory
control: bare succeeds
patience: 10
"""


def attack():
    return len(["x" * 10_000 + str(number) for number in range(32_000)])
