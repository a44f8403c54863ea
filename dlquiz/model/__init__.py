"""Pydantic models of everything that is stored or exchanged. No I/O, no clock.

Import from the submodules (``dlquiz.model.report`` …): this file stays empty so
that a command which needs one of them does not pay for all.
"""
