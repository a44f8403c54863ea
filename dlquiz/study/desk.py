"""A learner's desk: the course, the folder for the work, and the store of what was done.

Everything is looked up when it is asked for and then kept, so that whoever sits at it pays only for what they use.
Nothing is printed: what has to be said goes to ``tell``, and what has to be asked to ``confirm``.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dlquiz.errors import StoreError, UntrustedCourse, UsageError, WorkError
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.study.store import Progress
    from dlquiz.study.workspace import Workspace

Tell = Callable[[str], None]
"""Takes a sentence for the learner that is no answer: a warning, or what was found damaged."""


def refuse(course: Path) -> None:
    """Confirm no course: `UntrustedCourse` says which one; after `dlquiz.study.trust.trust` it is asked for again."""
    raise UntrustedCourse(course)


def ignore(sentence: str) -> None:
    """Tell nobody."""


class Desk:
    """One learner's course, workspace and store. Use it as a context manager, or call ``close``.

    Parameters
    ----------
    course : Path, optional
        The course to use; without it that of the workspace, or the one that comes with dlquiz.
    here : Path, optional
        Where the learner is: the workspace around this folder counts, else the one that was used last.
    confirm : callable
        Called with the folder of a course that nobody has confirmed; raises if it is not to be used.
    tell : callable
        Called with each warning.
    """

    def __init__(
        self,
        *,
        course: Path | None = None,
        here: Path | None = None,
        confirm: Callable[[Path], None] = refuse,
        tell: Tell = ignore,
    ) -> None:
        self._named_course = course
        self.here = Path.cwd() if here is None else here
        self.other: Path | None = None
        """After `start`: the workspace that was in use before, if it is another one."""
        self._confirm = confirm
        self.tell = tell

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store, if it was opened."""
        store: Progress | None = self.__dict__.pop("progress", None)
        if store is not None:
            store.close()

    @cached_property
    def course(self) -> "Course":
        """The course in use, loaded.

        Raises
        ------
        UsageError
            It is a folder that was not confirmed, or is not there.
        ContentError
            It is not a course, or is broken.
        """
        from dlquiz.content.course import load_course

        return load_course(self.course_root)

    @cached_property
    def course_root(self) -> Path:
        """The folder of the course in use, confirmed.

        Raises
        ------
        UsageError
            It was not confirmed, or is not there.
        """
        from dlquiz.content.course import builtin_course, is_course

        named = self._named_course
        if named is None and self._found is not None:
            named = self._found.course_path
            if named is not None and self._found.root not in (self.here.resolve(), *self.here.resolve().parents):
                self.tell(f"The course is that of your folder {self._found.root}: {named}. For another: --course DIR")
        if named is None:
            return builtin_course()
        if not named.is_dir():
            raise UsageError(
                f"There is no course folder {named}.", next_step="Name the folder of a course after --course."
            )
        root = named.resolve()
        if not is_course(root):
            raise UsageError(
                f"{root} is no course: there is no file exercises/course.yaml in it.",
                next_step="Name the folder that holds `exercises` and `graders` after --course.",
            )
        if root != builtin_course():  # dlquiz's own is trusted with dlquiz, also by its path
            self._want_trust(root)
        return root

    def _want_trust(self, root: Path) -> None:
        from dlquiz.study.trust import is_trusted, trust

        if is_trusted(root):
            return
        self._confirm(root)
        self.tell(f"Trusted from now on: {root}")
        try:
            trust(root)
        except StoreError as error:
            self.tell(f"Warning: {error.message}")

    @cached_property
    def _found(self) -> "Workspace | None":
        from dlquiz.study.workspace import Workspace, lost_workspace, remember

        found = Workspace.find(self.here)
        if found is not None and lost_workspace() is not None:
            remember(found)  # it was moved, and here it is
        return found

    @property
    def lost(self) -> "Path | None":
        """The workspace that was used last and is not there any more; None if one is in use."""
        from dlquiz.study.workspace import lost_workspace

        return lost_workspace() if self._found is None else None

    @property
    def foreign(self) -> "Path | None":
        """The workspace that would be in use, were it not of another course than the one that is."""
        return self._found.root if self._found is not None and self.workspace is None else None

    @cached_property
    def workspace(self) -> "Workspace | None":
        """The workspace around ``here`` or the remembered one; None without one.

        A workspace of another course than the one in use does not count.
        """
        found = self._found
        if found is None:
            return None
        from dlquiz.content.course import builtin_course

        own = builtin_course() if found.course_path is None else found.course_path
        return found if own == self.course_root else None

    def start(self, folder: Path | None = None) -> bool:
        """Make a workspace, or bring it up to date, and work in it; return whether it was there before.

        Without ``folder`` it is the one around the learner, else the one that was used last for this course, else a
        new one, but never inside a course.

        Raises
        ------
        WorkError, ContentError, StoreError
            See `Workspace.create`.
        """
        from dlquiz.study.workspace import Workspace, default_folder, is_workspace, remember

        before = None if self.workspace is None else self.workspace.root
        # `before` is the one around the learner, if there is one.
        root = folder or before or default_folder(self.here)
        resumed = is_workspace(root.expanduser())
        workspace = Workspace.create(root, self.course)
        if not remember(workspace):
            self.tell("Your home cannot be written, so this folder is not remembered: type commands inside it.")
        self.use(workspace)
        self.other = before if before != workspace.root else None
        return resumed

    def use(self, workspace: "Workspace") -> None:
        """Work in this workspace from now on."""
        self.close()
        self.__dict__.update(workspace=workspace, _found=workspace)

    def need_workspace(self) -> "Workspace":
        """Return the workspace, or say how to make one.

        Raises
        ------
        WorkError
            There is none for this course.
        """
        if self.workspace is None:
            raise self._no_workspace()
        return self.workspace

    def _no_workspace(self) -> WorkError:
        from dlquiz.study.workspace import DEFAULT_NAME, free_name, moved_to

        if self.foreign is not None:
            new = free_name(self.foreign.with_name(f"{DEFAULT_NAME}-{self.course.manifest.name}"))
            return WorkError(
                f"Your folder {self.foreign} is of another course, and there is none yet for"
                f" {self.course.manifest.title!r}.",
                next_step=f"dlquiz start {shell_word(str(new))}",
            )
        if self.lost is None:
            return WorkError("There is no folder for your work yet.", next_step="dlquiz start")
        near = moved_to(self.lost)
        step = f"dlquiz start {shell_word(str(near))}   (is it that one?)" if near else "dlquiz start   (begins anew)"
        return WorkError(
            f"Your folder was {self.lost}, and it is not there any more. If you have moved it, type commands inside it,"
            " or once: dlquiz start ITS_NEW_PLACE",
            next_step=step,
        )

    @cached_property
    def progress(self) -> "Progress | None":
        """The open store; None without a workspace, or if it cannot be used (then it was told why)."""
        if self.workspace is None:
            return None
        from dlquiz.study.store import Progress

        try:
            store = Progress(self.workspace.store)
        except StoreError as error:
            self.tell(f"Warning: {error.message} {error.next_step}")
            return None
        for note in store.notes:
            self.tell(f"Note: {note}")
        return store

    def exercise_id(self, text: str | None) -> str:
        """Turn what was typed (id, number, topic, file name, or nothing) into an exercise id.

        Raises
        ------
        UnknownName
            No exercise is called so, or several are.
        """
        from dlquiz.study.names import find_exercise
        from dlquiz.study.path import current_exercise

        return current_exercise(self.course, self.progress) if text is None else find_exercise(self.course, text)

    def learner_file(self, exercise_id: str, named: str | None = None) -> Path:
        """Return the file to work on: the named one, or the workspace's.

        Raises
        ------
        WorkError
            There is no workspace, or the file in it has gone.
        """
        if named:
            return Path(named).expanduser()
        path = self.need_workspace().file(exercise_id)
        if not path.exists():
            step = f"dlquiz reset {exercise_id}   (puts the start file there)"
            raise WorkError(f"There is no file {path}.", next_step=step)
        return path

    def is_own(self, exercise_id: str, file: Path) -> bool:
        """Say whether a file is the one of the workspace, or the folder in which that one lies."""
        if self.workspace is None:
            return False
        try:
            own = self.workspace.file(exercise_id).resolve()
            return file.resolve() in (own, own.parent)
        except (WorkError, OSError):
            return False
