"""Read a file of another program, and write a quiz of ours that was made of one."""

from dataclasses import replace
from pathlib import Path

from dlquiz.atomic import already_there, write_output
from dlquiz.content.course import load_quiz
from dlquiz.content.yamlfile import MAX_BYTES as LARGEST_QUIZ
from dlquiz.content.yamlfile import MAX_ITEMS
from dlquiz.errors import UsageError, WorkError
from dlquiz.exchange.base import MAX_BYTES, Exported, Imported
from dlquiz.exchange.to_ours import LANGUAGE, as_quiz_fields
from dlquiz.exchange.yaml_writer import write_fields


def read_bytes(file: Path) -> bytes:
    """Return what is in a foreign file, and one byte more than is read of any.

    Raises
    ------
    UsageError
        There is no such file, or it cannot be read.
    """
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "is no file that can be read" if file.exists() else "is not there"
        raise UsageError(f"{file} {what}.", next_step="Name a file, such as bank.gift or export.xml.")
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def in_language(imported: Imported, lang: str | None) -> Imported:
    """Return a quiz in the language that somebody names; as the file says if nobody does.

    Raises
    ------
    UsageError
        It is no tag of a language.
    """
    if lang is None:
        return imported
    if not LANGUAGE.fullmatch(lang):
        raise UsageError(f"“{lang}” is no tag of a language.", next_step="Write it like de, en or pt-BR.")
    return replace(imported, lang=lang)


def quiz_text(imported: Imported, file: Path) -> str:
    """Return the quiz that was imported from ``file``, as it stands in one of ours.

    Raises
    ------
    WorkError
        It is more than one quiz file may hold.
    """
    text = write_fields(as_quiz_fields(imported), comment=f"Imported from {file.name}.")
    if len(text.encode()) > LARGEST_QUIZ or len(imported.questions) > MAX_ITEMS:
        message = f"{file} holds more than one quiz file may: {MAX_ITEMS:,} questions, {LARGEST_QUIZ // 2**20} MiB."
        raise WorkError(message, next_step="Divide it into several files.")
    return text


def write_quiz(target: Path, text: str, *, force: bool = False) -> None:
    """Write a quiz of ours; what is written is read again before it takes its name.

    Raises
    ------
    UsageError
        It is there already (without ``force``), or cannot be written.
    ContentError
        It could not be read again.
    """
    write_output(target, text.encode(), force=force, check=load_quiz)


def write_export(target: Path, exported: Exported, *, force: bool) -> list[Path]:
    """Write the files of an export: ``target``, and beside it what needs a file of its own; return where they are.

    Raises
    ------
    UsageError
        One of them is there already (without ``force``), or cannot be written.
    """
    files = {target: exported.content}
    files |= {target.with_stem(f"{target.stem}-{word}"): content for word, content in exported.beside.items()}
    for path in files:
        if path.exists() and not force:
            raise already_there(path)
    for path, content in files.items():
        write_output(path, content, force=force)
    return list(files)
