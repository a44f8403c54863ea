"""What every format has in common: what it gives back, and where its functions are.

A format's module has ``read(data: bytes, file: str) -> Imported`` if it can import, and
``write(quiz: Quiz, name: str) -> Exported`` if it can export. ``file`` and ``name`` are only for messages and ids.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from dlquiz.errors import UsageError
from dlquiz.exchange.conversion_report import LossReport

if TYPE_CHECKING:
    from dlquiz.model.quiz import Quiz

MAX_BYTES = 10 * 2**20
"""So large a foreign file may be."""

Fields: TypeAlias = Mapping[str, Any]
"""A question as it stands in our YAML."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A foreign file as ours. ``questions`` stand as in our YAML; each was validated.

    ``key_places`` keeps, by question id, where the right option of a choice stood (from 0) and how many options there
    were: our own sittings shuffle, so nothing else remembers it.
    """

    title: str
    questions: tuple[Fields, ...]
    report: LossReport
    lang: str = "en"
    summary: str = ""
    key_places: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exported:
    """A quiz in a foreign format: the bytes of the file, and what was lost.

    ``beside`` holds what needs a file of its own, by a word for its name: ``ordering`` for ``words-ordering.xml``.
    """

    content: bytes
    report: LossReport
    beside: Mapping[str, bytes] = field(default_factory=dict)


Reader: TypeAlias = Callable[[bytes, str], Imported]
Writer: TypeAlias = "Callable[[Quiz, str], Exported]"


@dataclass(frozen=True, slots=True)
class Format:
    """One format. ``endings`` are those of its files, the first is used for new ones; ``module`` has its functions."""

    name: str
    title: str
    endings: tuple[str, ...]
    module: str
    can_import: bool = True
    can_export: bool = True
    read_name: str = "read"
    write_name: str = "write"
    takes_pictures: bool = False
    """Whether pictures can stand in the file itself: then its writer also takes the folder in which they are."""

    def reader(self) -> Reader:
        """Load the function that reads this format; UsageError if there is none."""
        if not self.can_import:
            raise UsageError(f"The format {self.name} can only be exported.", next_step=_choices("import"))
        read: Reader = getattr(self._module(), self.read_name)
        return read

    def writer(self) -> Writer:
        """Load the function that writes this format; UsageError if there is none."""
        if not self.can_export:
            raise UsageError(f"The format {self.name} can only be imported.", next_step=_choices("export"))
        write: Writer = getattr(self._module(), self.write_name)
        return write

    def export(self, quiz: "Quiz", name: str, folder: Path | None) -> Exported:
        """Write a quiz; ``folder`` is where its pictures are, None if nobody knows."""
        if self.takes_pictures:
            exported: Exported = self._module().write_with_pictures(quiz, name, folder)
            return exported
        return self.writer()(quiz, name)

    def _module(self) -> Any:
        return importlib.import_module(f"dlquiz.exchange.{self.module}")


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("gift", "GIFT (Moodle's text format)", (".gift", ".gift.txt", ".txt"), "formats.gift"),
        Format("moodle", "Moodle XML", (".xml",), "formats.moodle"),
        Format("jupyterquiz", "jupyterquiz (JSON)", (".json",), "formats.jupyterquiz"),
        Format("ai-for-beginners", "AI-For-Beginners (JSON)", (".json",), "formats.beginners", can_export=False),
        Format("mdbook-quiz", "mdbook-quiz (TOML)", (".toml",), "formats.mdbook", can_export=False),
        Format("qti12", "QTI 1.2 (Canvas)", (".zip", ".xml"), "formats.qti.qti12"),
        Format("qti21", "QTI 2.1", (".zip", ".xml"), "formats.qti.qti21"),
        Format("text2qti", "text2qti (text)", (".txt", ".md"), "formats.text2qti"),
        Format("anki", "Anki deck", (".apkg",), "formats.anki", can_import=False),
        Format("anki-text", "Anki text file", (".txt",), "formats.anki", can_import=False, write_name="write_text"),
        Format("html", "one HTML page that works offline", (".html",), "page", can_import=False, takes_pictures=True),
    )
}
"""Every format by its name."""


def named(name: str) -> Format:
    """Return the format with this name; UsageError if there is none."""
    found = FORMATS.get(name.strip().lower())
    if found is None:
        raise UsageError(f"There is no format '{name}'.", next_step=f"The formats: {', '.join(FORMATS)}.")
    return found


def _choices(verb: str) -> str:
    able = [one.name for one in FORMATS.values() if (one.can_import if verb == "import" else one.can_export)]
    return f"dlquiz quiz {verb} can do: {', '.join(able)}."
