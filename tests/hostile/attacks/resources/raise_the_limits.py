"""Raise its own limits.

item: limits
cause: exception|forbidden
control: bare succeeds
"""

import resource


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def attack():
    return first_success(
        *(
            lambda limit=limit: resource.setrlimit(limit, resource.getrlimit(limit)) or limit
            for limit in (resource.RLIMIT_DATA, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)
        )
    )
