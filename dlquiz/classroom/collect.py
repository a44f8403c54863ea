"""Find what a class handed in: everything that is found ends in a hand-in, in a row with a reason, or is left out."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from dlquiz.classroom import gradescope
from dlquiz.classroom.handin import HandedIn, LeftOut, Unread
from dlquiz.classroom.matching import Target, copy_number, is_code, listed, match, names_exercise, person_in, rank
from dlquiz.classroom.names import LMS_NOTE, Learner, NamedEntry, is_archive, read_name, without_suffix
from dlquiz.classroom.places import ArchivePlace, HandInPlace, Piece, open_place, unpacked_piece
from dlquiz.errors import WorkError
from dlquiz.submission.tree import MAX_DEPTH, is_clutter, without_top_folder

_EMPTY = f"an empty folder, or everything lies more than {MAX_DEPTH} folders deep"


@dataclass(slots=True)
class Harvest:
    """All that was found; its hand-ins can be read until it is closed. Use it as a context manager."""

    handins: list[HandedIn] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    places: list[HandInPlace] = field(default_factory=list)

    def __enter__(self) -> "Harvest":
        return self

    def __exit__(self, *_: object) -> None:
        for place in self.places:
            place.close()


@dataclass(slots=True)
class _Bundle:
    """What one learner handed in at once: the pieces by the learner's own names."""

    entry: NamedEntry
    pieces: dict[str, Piece] = field(default_factory=dict)
    around: str = ""
    home: str | None = None


def collect(paths: Iterable[Path], targets: Sequence[Target], *, only: bool = False) -> Harvest:
    """Find the hand-ins below some paths.

    Parameters
    ----------
    paths : iterable of Path
        Folders, archives and files; of one learner, or of a class.
    targets : sequence of Target
        The exercises that may be among them.
    only : bool
        Everything is for the one target, whatever it is called.
    """
    found = Harvest()
    for path in paths:
        try:
            place = open_place(path)
        except WorkError as error:
            learner = Learner(without_suffix(path.name))
            found.unread.append(Unread(learner, (str(path),), error.message))
            continue
        found.places.append(place)
        _Search(targets, only, found).search(place)
    return found


@dataclass(slots=True)
class _Search:
    targets: Sequence[Target]
    only: bool
    found: Harvest

    def search(self, place: HandInPlace) -> None:
        """Take in one place."""
        bundles: dict[object, _Bundle] = {}
        people = submitters_in(place)
        prefix, whole = self._layout(place)
        own = self._entry(place.name, not isinstance(place, ArchivePlace), {})
        prefix, split = self._split(place, prefix, whole=whole)
        whole = whole and not split
        home = None if place.single else prefix.rstrip("/")
        for path in place.paths:
            piece, inner = Piece(place, path), path.removeprefix(prefix)
            around, inner = _apart(inner, split, place.name)
            if any(map(is_clutter, inner.split("/"))):
                self.found.left_out.append(LeftOut(piece.label, "hidden, or made by a program"))
            elif whole and own.not_graded:
                self._set_aside(own, piece)
            elif whole:
                bundles.setdefault("", _Bundle(own, around=place.name, home=home)).pieces[inner] = piece
            else:
                self._sort_in(bundles, piece, inner, people, around)
        for path, why in place.refused.items():
            _, inner = _apart(path.removeprefix(prefix), split, "")
            entry = own if whole else self._entry(inner.split("/")[0], "/" in inner, people)
            self.found.unread.append(Unread(entry.learner, (Piece(place, path).label,), why, entry.late, entry.when))
        for path in () if whole else [path for path in place.empty if path not in split]:
            entry = self._entry(path, True, people)
            self.found.unread.append(Unread(entry.learner, (Piece(place, path).label,), _EMPTY, when=entry.when))
        for bundle in bundles.values():
            self._take(bundle)

    def _sort_in(
        self,
        bundles: dict[object, _Bundle],
        piece: Piece,
        path: str,
        people: dict[str, tuple[Learner, str]],
        around: str,
    ) -> None:
        """Put a file of a class to what the same learner handed in with it."""
        top, _, rest = path.partition("/")
        if path == gradescope.FILE:
            self.found.left_out.append(LeftOut(piece.label, LMS_NOTE))
            return
        entry = self._entry(top, bool(rest), people)
        if entry.not_graded:
            self._set_aside(entry, piece)
            return
        # Files beside each other belong together only if the LMS says so.
        key = (entry.learner, entry.when, entry.order if rest else 0, "" if entry.lms else top, around)
        bundle = bundles.setdefault(key, _Bundle(entry, around=around))
        if rest:
            bundle.home = piece.path.removesuffix(f"/{rest}")
        name = rest or entry.file
        if (other := bundle.pieces.get(name)) is not None:
            self.found.left_out.append(LeftOut(other.label, "another one of the same name counts"))
        bundle.pieces[name] = piece
        latest = max(bundle.entry, entry, key=lambda one: one.order)
        bundle.entry = replace(latest, late=bundle.entry.late or entry.late)

    def _set_aside(self, entry: NamedEntry, piece: Piece) -> None:
        if entry.not_graded == LMS_NOTE:
            self.found.left_out.append(LeftOut(piece.label, LMS_NOTE))
        else:
            self.found.unread.append(
                Unread(entry.learner, (piece.label,), f"{entry.not_graded}: not graded", entry.late, entry.when)
            )

    def _entry(self, top: str, is_folder: bool, people: dict[str, tuple[Learner, str]]) -> NamedEntry:
        """Read a name, with what is known beside it."""
        entry = read_name(top, is_folder=is_folder)
        if top in people:
            learner, when = people[top]
            return replace(entry, learner=learner, when=when, said_by=gradescope.SOURCE)
        if not entry.lms and not is_folder:
            stem = entry.learner.name
            for target in self.targets:
                if (person := person_in(stem, target)) != stem:
                    return replace(entry, learner=Learner(person))
        return entry

    def _layout(self, place: HandInPlace) -> tuple[str, bool]:
        """Return the folder around everything, and whether all is one learner's."""
        if _from_lms(place.paths, ""):
            return "", False
        prefix = without_top_folder(place.paths)
        if prefix and _from_lms(place.paths, prefix):
            return prefix, False
        if not isinstance(place, ArchivePlace):
            prefix = ""
        if not place.single and read_name(place.name, is_folder=not isinstance(place, ArchivePlace)).lms:
            return prefix, True
        inner = [path.removeprefix(prefix) for path in place.paths]
        code = [path for path in inner if is_code(path) or is_archive(path)]
        at_top = any(rank(path, target) == 0 for path in code if "/" not in path for target in self.targets)
        by_exercise = any(names_exercise(path.split("/")[0], self.targets) for path in code if "/" in path)
        alone = isinstance(place, ArchivePlace) and len({path.partition("/")[0] for path in code}) <= 1
        return prefix, at_top or by_exercise or alone

    def _split(self, place: HandInPlace, prefix: str, *, whole: bool) -> tuple[str, frozenset[str]]:
        """Return the folder around those of the exercises, and these; an archive may hold only one of them."""
        outer, _, top = prefix.rstrip("/").rpartition("/")
        around = f"{outer}/" if outer else ""
        for head in (around, prefix) if names_exercise(top, self.targets) else (prefix,):
            if split := split_by_exercise([path.removeprefix(head) for path in place.paths], self.targets):
                return head, split
        if not whole:  # beside the hand-ins of others such a folder is nobody's
            tops = {path.removeprefix(prefix).partition("/")[0] for path in place.paths if "/" in path}
            return prefix, frozenset(top for top in tops if names_exercise(top, self.targets))
        return prefix, frozenset()

    # -- one learner ------------------------------------------------------

    def _take(self, bundle: _Bundle) -> None:
        """Make hand-ins of a bundle; what is not in one is accounted for."""
        pieces = self._opened(bundle)
        if not pieces:
            return
        matches = match(pieces, self.targets, only=self.only, around=bundle.around)
        used: set[str] = set()
        for one in matches:
            if one.unclear:
                self._unread(bundle, one.files, pieces, one.unclear, one.exercise)
                used.update(one.files)
        mains = {one.files[0] for one in matches if not one.unclear}
        for one in matches:
            if not one.unclear:
                used |= self._hand_in(bundle, one.exercise, one.files, pieces, mains)
        rest = [path for path in pieces if path not in used]
        if not used:
            self._unread(bundle, rest, pieces, _nothing_fits(rest), "")
            return
        for path in rest:
            self.found.left_out.append(
                LeftOut(pieces[path].label, "fits no exercise" if is_code(path) else "not Python")
            )

    def _opened(self, bundle: _Bundle) -> dict[str, Piece]:
        """Return the pieces, those of archives in the place of these."""
        pieces: dict[str, Piece] = {}
        for path, piece in bundle.pieces.items():
            if not is_archive(path):
                pieces[path] = piece
                continue
            try:
                inner = unpacked_piece(piece.place, piece.path).paths
            except WorkError as error:
                self._unread(bundle, [path], bundle.pieces, error.message, "")
                continue
            if not inner:
                self._unread(bundle, [path], bundle.pieces, "the archive is empty", "")
            pieces |= {f"{path}/{name}": Piece(piece.place, piece.path, name) for name in inner}
        return pieces

    def _hand_in(
        self, bundle: _Bundle, exercise: str, files: tuple[str, ...], pieces: dict[str, Piece], mains: set[str]
    ) -> set[str]:
        """Make a hand-in; return what belongs to it."""
        main, *others = files
        folder = main.rpartition("/")[0]
        near = {
            path: pieces[path]
            for path in pieces
            if path.endswith(".py") and is_code(path) and path not in files
            and path.startswith(f"{folder}/" if folder else "")
        }  # fmt: skip
        beside = {path: piece for path, piece in near.items() if path not in mains}
        for path in others:
            self.found.left_out.append(LeftOut(pieces[path].label, f"{PurePosixPath(main).name} counts"))
        entry, piece = bundle.entry, pieces[main]
        self.found.handins.append(
            HandedIn(
                entry.learner,
                exercise,
                main,
                piece,
                beside,
                {path: piece for path, piece in near.items() if path in mains},
                entry.late,
                entry.when,
                (entry.order, entry.when, piece.place.changed_at(piece.path), copy_number(main)),
                (f"also there, not graded: {listed(others)}",) if others else (),
                entry.said_by,
                bundle.home,
            )
        )
        return {*files, *beside}

    def _unread(
        self, bundle: _Bundle, paths: Sequence[str], pieces: dict[str, Piece], reason: str, exercise: str
    ) -> None:
        entry = bundle.entry
        labels = tuple(pieces[path].label for path in paths)
        self.found.unread.append(Unread(entry.learner, labels, reason, entry.late, entry.when, exercise))


def _nothing_fits(paths: Sequence[str]) -> str:
    code = [PurePosixPath(path).name for path in paths if is_code(path)]
    if code:
        return f"no file is called like an exercise: {listed(code)}"
    return f"no Python file and no notebook: {listed([PurePosixPath(path).name for path in paths])}"


def _from_lms(paths: Iterable[str], prefix: str) -> bool:
    """Say whether anything at the top is named as an LMS names it."""
    tops = {(top, bool(slash)) for path in paths for top, slash, _ in [path.removeprefix(prefix).partition("/")]}
    return any(read_name(name, is_folder=is_folder).lms for name, is_folder in tops)


def split_by_exercise(paths: Sequence[str], targets: Sequence[Target]) -> frozenset[str]:
    """Return the folders at the top, each of an exercise, in which the hand-ins of a class lie; none if there are none.

    ``exercise1/ada.py`` beside ``exercise1/bob/adder.py`` is a class; ``exercise1/adder.py`` is one learner's.
    """
    below: dict[str, dict[str, list[str]]] = {}
    for path in paths:
        top, _, rest = path.partition("/")
        if (is_code(rest) or is_archive(rest)) and not any(map(is_clutter, path.split("/"))):
            below.setdefault(top, {}).setdefault(rest.partition("/")[0], []).append(rest)
    folders = {top: inside for top, inside in below.items() if names_exercise(top, targets)}
    if any(_is_class(inside, targets) for inside in folders.values()):
        return frozenset(folders)
    return frozenset()


def _is_class(inside: dict[str, list[str]], targets: Sequence[Target]) -> bool:
    """Say whether what lies in the folder of an exercise is more than one learner's."""
    if any(read_name(name, is_folder="/" in paths[0]).lms for name, paths in inside.items()):
        return True
    files = [paths[0] for paths in inside.values() if "/" not in paths[0]]
    if any(rank(path, target) <= _SURE for path in files for target in targets):
        return False
    # A folder is somebody's if the exercise lies in it; of one learner there may be one such folder, as src.
    folders = [paths for paths in inside.values() if "/" in paths[0]]
    fitting = [paths for paths in folders if any(is_archive(one) or _fits(one, targets) for one in paths)]
    return len(files) + len(fitting) > 1


_SURE = 1
"""Up to this rank a file has the exercise's own name."""


def _fits(path: str, targets: Sequence[Target]) -> bool:
    return any(rank(path, target) <= _SURE for target in targets)


def _apart(path: str, split: frozenset[str], around: str) -> tuple[str, str]:
    """Return the folder around a hand-in, and its path in there."""
    top, _, rest = path.partition("/")
    return (top, rest) if rest and top in split else (around, path)


def submitters_in(place: HandInPlace) -> dict[str, tuple[Learner, str]]:
    """Return who is who in the exports of Gradescope."""
    found: dict[str, tuple[Learner, str]] = {}
    for path in place.paths:
        if path.rpartition("/")[2] == gradescope.FILE and path.count("/") <= 1:
            with suppress(WorkError):
                found |= gradescope.submitters(place.read(path, gradescope.MAX_BYTES))
    return found
