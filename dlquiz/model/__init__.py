"""Documents: whatever is stored or exchanged, as pydantic models or plain dataclasses. No I/O, no clock.

Import from the submodules (``dlquiz.model.report`` …): this file stays empty so
that a command which needs one of them does not pay for all.
"""
