"""Write the generated parts of docs/reference from the code; a test compares them.

``python tools/make_reference.py`` rewrites the files, ``--check`` only says what
differs (exit code 1). Generated are the whole of ``commands.md``, and in the other
pages what stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``.
"""

import argparse
import inspect
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

import click

from dlquiz import errors
from dlquiz.cli import cli

PAGES = Path(__file__).parents[1] / "docs" / "reference"
WIDTH = 80
"""Columns of the help texts, whatever terminal this runs in."""

_COMMANDS_HEAD = """\
# Commands

This page is made from the program itself (`tools/make_reference.py`); a test compares the two. `dlquiz COMMAND --help`
says the same.

Three options belong to every command, and may stand before or after its name: `--course DIR`, `--trust-course` and
`--plain`. Where a command takes an exercise, it can be named by its id (`exercise3`), its number (`3`), its topic
(`backprop`) or its file (`backprop.py`).

**What is printed where.** The answer goes to standard output, everything else to standard error. Colours appear
only on a terminal; `NO_COLOR` switches them off, `FORCE_COLOR` on.

**For programs.** With `--json` (in some commands `--format json`) the answer is one JSON document; its
`format_version` says how to read it. `dlquiz watch --json` prints one for each grading, each on a line of its own. The
two `schema` commands always print JSON. What your program prints in `dlquiz run --json`, and what `dlquiz demo --json`
shows, goes to standard error. So does an error, in sentences: standard output is empty then, and the
[exit code](exit-codes.md) says what kind it was.

**Completion.** In bash, `eval "$(_DLQUIZ_COMPLETE=bash_source dlquiz)"` makes the Tab key complete commands and
options. For zsh and fish write `zsh_source` or `fish_source` ([click's
documentation](https://click.palletsprojects.com/en/stable/shell-completion/)).
"""


def walk(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield path, command and context of ``command`` and of everything below it that is not hidden."""
    yield ctx.command_path, command, ctx
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            if child is not None and not child.hidden:
                inner = click.Context(child, info_name=name, parent=ctx, terminal_width=WIDTH)
                inner.help_option_names = ["-h", "--help"]
                yield from walk(child, inner)


def every_command() -> list[tuple[str, click.Command, click.Context]]:
    """Return path, command and context of the program and of all its commands."""
    root = click.Context(cli, info_name="dlquiz", terminal_width=WIDTH, help_option_names=["-h", "--help"])
    return list(walk(cli, root))


def commands() -> str:
    """Return the page of commands."""
    parts = [_COMMANDS_HEAD]
    for path, command, ctx in every_command():
        level = "#" * min(2 + max(path.count(" ") - 1, 0), 4)
        parts.append(f"{level} `{path}`\n\n```text\n{command.get_help(ctx)}\n```\n")
    return "\n".join(parts)


def first_part(docstring: str | None) -> str:
    """Return a docstring up to its first numpy-style section, as Markdown."""
    text = re.split(r"\n\w+\n-{3,}\n", inspect.cleandoc(docstring or ""))[0]
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)
    return re.sub(r"``(.+?)``", r"`\1`", text).strip()


def public_functions(module: ModuleType) -> list[Callable[..., object]]:
    """Return a module's own public functions (those of ``__all__``, where it has one) in their order."""
    names = getattr(module, "__all__", None)
    return [
        value
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
        and (names is None or name in names)
    ]


def _plain_signature(function: Callable[..., object]) -> str:
    """Return a signature without annotations, which would say less than the docstring."""
    signature = inspect.signature(function)
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


def _functions(module: ModuleType, prefix: str) -> str:
    return "\n\n".join(
        f"**`{prefix}.{function.__name__}{_plain_signature(function)}`**\n\n{first_part(function.__doc__)}"
        for function in public_functions(module)
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _content_codes() -> str:
    from dlquiz.model.codes import MEANING

    return _table(("code", "meaning"), [(f"`{code.value}`", text) for code, text in MEANING.items()])


def _rule_codes() -> str:
    from dlquiz.authoring.codes import MEANING

    return _table(("code", "meaning"), [(f"`{code.value}`", text) for code, text in MEANING.items()])


def _error_tree() -> str:
    rows = []
    for one in vars(errors).values():
        if inspect.isclass(one) and issubclass(one, errors.DlquizError):
            meaning = first_part(one.__doc__).split("\n\n")[0]
            base = one.__mro__[1].__name__
            rows.append((f"`{one.__name__}`", f"`{base}`", one.fault.value, str(one.exit_code), meaning))
    return _table(("class", "is a", "fault", "exit code", "meaning"), rows)


def _check() -> str:
    from dlquiz.grading import check

    return _functions(check, "check")


def _make() -> str:
    from dlquiz.grading import make

    return _functions(make, "make")


def _fields(name: str) -> str:
    from dlquiz.authoring.schemas import rows

    return _table(("field", "takes", "default", "meaning"), list(rows(name)))


PARTS: dict[str, Callable[[], str]] = {
    "check": _check,
    "make": _make,
    "content codes": _content_codes,
    "rule codes": _rule_codes,
    "error tree": _error_tree,
    **{
        f"{name} fields": partial(_fields, name)
        for name in ("course", "exercise", "limits", "data", "example", "hidden")
    },
    **{f"{name} fields": partial(_fields, name) for name in ("class", "learner", "group", "work", "late", "extension")},
}
"""Name of a generated part → what makes it."""

_PART = re.compile(r"(<!-- generated: (?P<name>[^>]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)


def _fill(match: re.Match[str]) -> str:
    return f"{match[1]}\n{PARTS[match['name']]()}\n\n{match[4]}"


def pages() -> dict[Path, str]:
    """Return every page with a generated part, as it should be."""
    wanted = {PAGES / "commands.md": commands()}
    for path in sorted(PAGES.glob("*.md")):
        if path not in wanted and "<!-- generated:" in (text := path.read_text(encoding="utf-8")):
            wanted[path] = _PART.sub(_fill, text)
    return wanted


def main() -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a page is not up to date")
    check = parser.parse_args().check
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{'not up to date' if check else 'written'}: {path.relative_to(PAGES.parents[1])}")
        if not check:
            path.write_text(pages()[path], encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
