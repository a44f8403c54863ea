"""Turn what pydantic says about a file into findings with a place, a stable code and one suggestion."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dlquiz.content.yamlfile import Document, Entry, Node, Place
from dlquiz.errors import Finding
from dlquiz.model.codes import Code, Loc

_LONGEST_VALUE = 40
_MOST_ERRORS = 2_000


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where one error stands in the file, and which model describes the mapping around it."""

    path: Loc  # as in the file: without pydantic's union tags
    owner: str  # "question 'a'", or nothing
    key: Place
    node: Node
    at_key: bool
    model: type[BaseModel] | None
    missing: str | None  # the last step of the path, if the file does not have it

    @property
    def name(self) -> str:
        names = [step for step in (*self.path, self.missing) if isinstance(step, str)]
        return names[-1] if names else "value"


def explain(error: ValidationError, document: Document, model: type[BaseModel]) -> list[Finding]:
    """Return one finding per mistake, in file order."""
    # A list of empty entries has several mistakes for each; nobody reads so many.
    errors = error.errors(include_url=False)[:_MOST_ERRORS]
    located = [(item, _locate(document.root, model, item)) for item in errors]
    guesses = _guesses(located)
    told = {guess for _, guess in guesses.values() if guess}
    seen: set[tuple[Loc, str | None, bool, str]] = set()
    known = {(finding.line, finding.column) for finding in document.findings}
    findings = []
    for item, spot in located:
        own = item["type"] if item["type"].startswith("DLQ") else ""
        same = (spot.path, spot.missing, spot.at_key, own)
        if same in seen or (item["type"] == "missing" and (*spot.path, spot.missing) in told):
            continue  # a branch of a union told it already; or it is misspelt, and that is told
        if _merges(spot.node) and (item["type"] == "missing" or own == Code.UNKNOWN_KIND):
            continue  # the fields stand in what `<<` names, and that is told
        if item["type"] == "too_short" and len(spot.node.value or "") >= item["ctx"]["min_length"]:
            continue  # pydantic counts only the entries without mistakes
        seen.add(same)
        place = spot.key if spot.at_key or spot.node.value is None else spot.node.place
        if (place.line, place.column) in known and item["type"] != "missing":
            continue
        code, message, suggestion = _words(item, spot, guesses)
        findings.append(document.finding(place, code, f"{spot.owner}{message}", suggestion))
    return in_file_order(findings)


def in_file_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings by line and column; those of one place keep their order."""
    return sorted(findings, key=lambda finding: (finding.line, finding.column))


def _merges(node: Node) -> bool:
    """Say whether a mapping has the merge key of YAML, which is not read here."""
    return isinstance(node.value, dict) and "<<" in node.value


# --- where ------------------------------------------------------------------------------------------------


def _locate(root: Node, model: type[BaseModel], item: ErrorDetails) -> _Spot:
    node, key, owner = root, root.place, ""
    path: Loc = ()
    hint: Any = model
    around: type[BaseModel] | None = model
    missing = None
    at_key = item["type"] == "extra_forbidden" or bool(item.get("ctx", {}).get("at_key"))
    for step in item["loc"]:
        below, was_tag = _step(hint, step)
        if was_tag:
            hint = below
            continue
        if step == "[key]":
            at_key = True
            continue
        around = _model_in(hint)
        entry = _child(node, step)
        if entry is None:
            missing = str(step) if item["type"] == "missing" else None
            break
        if isinstance(step, int) and isinstance(entry.node.value, dict):
            owner = _owner(path, step, entry.node)
        hint, node, key, path = below, entry.node, entry.key, (*path, step)
    return _Spot(path, owner, key, node, at_key, around, missing)


def _child(node: Node, step: str | int) -> Entry | None:
    if isinstance(node.value, dict):
        return node.value.get(str(step))
    if isinstance(node.value, list) and isinstance(step, int) and 0 <= step < len(node.value):
        below = node.value[step]
        return Entry(below.place, below)
    return None


def _owner(path: Loc, place: int, node: Node) -> str:
    """Name an entry of a list of mappings by its id, else by its number from 1."""
    listed = str(path[-1]) if path else "entry"
    one = listed.removesuffix("s")
    given = node.value.get("id") if isinstance(node.value, dict) else None
    name = given.node.value if given else None
    return f"{one} '{name}': " if isinstance(name, str) else f"{one} {place + 1}: "


def _step(hint: Any, step: str | int) -> tuple[Any, bool]:
    """Follow one step of a path through type hints; the bool says whether it was a union's tag."""
    hint = _bare(hint)
    if get_origin(hint) in (Union, UnionType):
        for member in get_args(hint):
            if step in _tags(member):
                return member, True
        return None, False
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        known = hint.model_fields.get(str(step))
        return (known.annotation if known else None), False
    arguments = get_args(hint)
    if get_origin(hint) is dict:
        return arguments[1], False
    return (arguments[0] if arguments else None), False


def _bare(hint: Any) -> Any:
    """Strip ``Annotated`` and ``| None``."""
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint):
            hint = Union[tuple(member for member in get_args(hint) if member is not NoneType)]  # noqa: UP007  # built at run time
        else:
            return hint


def _tags(member: Any) -> tuple[Any, ...]:
    kind = member.model_fields.get("kind") if isinstance(member, type) and issubclass(member, BaseModel) else None
    return get_args(kind.annotation) if kind and get_origin(kind.annotation) is Literal else ()


def _model_in(hint: Any) -> type[BaseModel] | None:
    hint = _bare(hint)
    return hint if isinstance(hint, type) and issubclass(hint, BaseModel) else None


# --- misspelt fields --------------------------------------------------------------------------------------


def _guesses(located: list[tuple[ErrorDetails, _Spot]]) -> dict[Loc, tuple[str, Loc | None]]:
    """Guess, for every unknown field, which field was meant; and whether that one is missing."""
    missing: dict[Loc, list[str]] = {}
    for item, spot in located:
        if item["type"] == "missing" and spot.missing:
            missing.setdefault(spot.path, []).append(spot.missing)
    guesses: dict[Loc, tuple[str, Loc | None]] = {}
    for item, spot in located:
        if item["type"] != "extra_forbidden":
            continue
        around = spot.path[:-1]
        absent = missing.get(around, [])
        guess = _guess(spot.name, absent, spot.model)
        guesses[spot.path] = (guess, (*around, guess) if guess in absent else None)
        if guess in absent:
            absent.remove(guess)  # one misspelling explains one missing field
    return guesses


def _guess(name: str, absent: list[str], model: type[BaseModel] | None) -> str:
    fields = list(model.model_fields) if model else []
    alias = getattr(model, "field_aliases", {}).get(name.lower(), "")
    if alias in absent:
        return str(alias)
    close = get_close_matches(name.lower(), absent, n=1) or get_close_matches(name.lower(), fields, n=1)
    return close[0] if close else str(alias if alias in fields else "")


# --- words ------------------------------------------------------------------------------------------------

_WANTED = {
    "bool": "true or false",
    "decimal": "a number",
    "dict": "lines of 'name: value'",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "mapping": "lines of 'name: value'",
    "model": "lines of 'field: value'",
    "string": "one text",
    "tuple": "a list",
}
_LANGUAGES = {
    "chinese": "zh", "deutsch": "de", "english": "en", "español": "es", "français": "fr", "french": "fr",
    "german": "de", "italian": "it", "italiano": "it", "japanese": "ja", "nederlands": "nl", "polski": "pl",
    "português": "pt", "portuguese": "pt", "spanish": "es",
}  # fmt: skip
"""What people write for a language, and its short name."""
_ADVICE = {
    "dict": "write one 'name: value' a line, indented below the field",
    "int": "write digits only, such as 8",
    "list": "write [one, two], or one '- entry' a line",
    "string": "if the text holds ': ' or begins with [ or {, quote the whole text",
    "tuple": "write [one, two], or one '- entry' a line",
}
_BOUNDS = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "finite_number": "a finite number",
}


def _words(item: ErrorDetails, spot: _Spot, guesses: dict[Loc, tuple[str, Loc | None]]) -> tuple[Code, str, str]:
    """Return code, message and suggestion for one error."""
    kind, context, name = item["type"], item.get("ctx", {}), spot.name
    if kind.startswith("DLQ"):
        own = str(context["message"])
        named = f"'{name}'" in own or kind == Code.UNKNOWN_KIND
        return Code(kind), own if named else f"{_field(spot)}: {own}", str(context["help"])
    if kind == "missing":
        return Code.MISSING_FIELD, f"missing field '{name}'", ""
    if kind == "extra_forbidden":
        return _unknown_field(spot, guesses.get(spot.path, ("", None))[0])
    if spot.node.value is None or kind == "string_too_short":
        return Code.EMPTY, f"'{_field(spot)}' has no value", "write it after the colon, or take the line out"
    if kind in _BOUNDS:
        return (
            Code.OUT_OF_RANGE,
            f"'{_field(spot)}' must be {_BOUNDS[kind].format(**context)}, found {_found(spot)}",
            "",
        )
    if kind == "literal_error" and name == "format_version":
        return Code.FORMAT_VERSION, f"'format_version' must be {context['expected']}, found {_found(spot)}", ""
    if kind == "literal_error":
        return _not_allowed(spot, str(context["expected"]))
    if kind == "string_pattern_mismatch":
        return _bad_form(spot, str(context["pattern"]))
    if kind in ("too_short", "too_long"):
        wanted = f"at least {context['min_length']}" if kind == "too_short" else f"at most {context['max_length']}"
        message = f"'{_field(spot)}' needs {wanted} entries, found {context['actual_length']}"
        return Code.WRONG_COUNT, message.replace("1 entries", "1 entry"), ""
    wanted = _WANTED.get(kind.split("_")[0], "")
    if wanted:
        message = f"'{_field(spot)}' must be {wanted}, found {_found(spot)}"
        if name == "right" and kind == "string_type" and isinstance(spot.node.value, list | dict):
            return Code.WRONG_TYPE, message, "a question with several right options has 'kind: multi'"
        return Code.WRONG_TYPE, message, _ADVICE.get(kind.split("_")[0], "")
    return Code.OTHER, f"'{_field(spot)}': {item['msg']}", ""


def _field(spot: _Spot) -> str:
    """Name the field: ``wrong``, or ``wrong: Underfitting`` below it, or ``tags, entry 2``."""
    start = max((place for place, step in enumerate(spot.path) if isinstance(step, int)), default=-1) + 1
    if start == len(spot.path) and start > 1 and not isinstance(spot.node.value, dict):
        return f"{spot.path[-2]}, entry {int(spot.path[-1]) + 1}"
    return ": ".join(str(step) for step in spot.path[start:]) or spot.name


def _found(spot: _Spot) -> str:
    value = spot.node.value
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "lines of 'name: value'"
    text = " ".join((value or "").split())
    return f"'{text}'" if len(text) <= _LONGEST_VALUE else f"'{text[:_LONGEST_VALUE]}…'"


def _unknown_field(spot: _Spot, guess: str) -> tuple[Code, str, str]:
    fields = list(spot.model.model_fields) if spot.model else []
    suggestion = f"did you mean '{guess}'?" if guess else f"fields here: {', '.join(fields)}" if fields else ""
    return Code.UNKNOWN_FIELD, f"unknown field '{spot.name}'", suggestion


def _not_allowed(spot: _Spot, expected: str) -> tuple[Code, str, str]:
    allowed = re.findall(r"'([^']*)'", expected)
    close = get_close_matches(str(spot.node.value).lower(), allowed, n=1)
    message = f"'{_field(spot)}' must be {expected}, found {_found(spot)}"
    return Code.NOT_ALLOWED, message, f"did you mean '{close[0]}'?" if close else ""


def _bad_form(spot: _Spot, pattern: str) -> tuple[Code, str, str]:
    wanted, suggestion = f"look like {pattern.strip('^$')}", ""
    if spot.name == "lang":
        wanted = "be the short name of a language, such as en, de or pt-BR"
        close = get_close_matches(str(spot.node.value).lower(), _LANGUAGES, n=1)
        suggestion = f"did you mean '{_LANGUAGES[close[0]]}'?" if close else ""
    elif pattern.startswith("^[a-z][a-z0-9_-]"):
        wanted = "be lower-case letters, digits, - and _, a letter first, at most 40 in all"
        better = re.sub(r"[^a-z0-9_-]+", "-", str(spot.node.value).lower()).strip("-_")
        suggestion = f"did you mean '{better}'?" if re.fullmatch(pattern, better) else ""
    return Code.BAD_FORM, f"'{_field(spot)}' must {wanted}, found {_found(spot)}", suggestion
