"""The expressions that the trusted side may ask a worker to evaluate.

An expression is data: it crosses the wire as a tag and its fields, and the
worker evaluates it against the modules it has loaded. Nothing of it is code.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Module:
    """A module loaded in the worker: ``submission`` or ``probe``."""

    name: str


@dataclass(frozen=True, slots=True)
class Get:
    """Attribute ``name`` of what ``target`` evaluates to."""

    target: Any
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """Entry ``key`` of what ``target`` evaluates to."""

    target: Any
    key: Any


@dataclass(frozen=True, slots=True)
class Call:
    """Call ``target``. Arguments may be values or expressions."""

    target: Any
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Iterate:
    """The first ``at_most`` items of an iterable, as a list."""

    target: Any
    at_most: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array that the worker turns into a tensor of the exercise's framework."""

    array: Any


@dataclass(frozen=True, slots=True)
class Rng:
    """``numpy.random.default_rng(seed)``, built in the worker."""

    seed: int


@dataclass(frozen=True, slots=True)
class File:
    """A data set given to the worker as a descriptor at the fork, mapped copy-on-write."""

    key: str


@dataclass(frozen=True, slots=True)
class Handle:
    """Something that stays in the worker: it can be called, read, iterated or passed back.

    ``type_name`` is what the worker says it is: a claim, for messages only.
    """

    id: int
    type_name: str


EXPRESSIONS: dict[str, type] = {
    "module": Module,
    "get": Get,
    "item": Item,
    "call": Call,
    "iterate": Iterate,
    "tensor": Tensor,
    "rng": Rng,
    "file": File,
    "handle": Handle,
}
"""Tag on the wire → class. ``Handle`` is the only one that a reply may hold."""
