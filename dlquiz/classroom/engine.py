"""Where the submissions of a class are graded: by processes of this machine, or on a cluster."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeAlias

from dlquiz.classroom.book import GradingKey
from dlquiz.grading.report_builder import versions_of
from dlquiz.grading.run import grade_many

if TYPE_CHECKING:
    from dlquiz.cluster.client import Cluster
    from dlquiz.content.course import Course
    from dlquiz.model.report import Report
    from dlquiz.submission import Submission

Ungraded: TypeAlias = str
"""Why a submission has no report."""


class Engine(Protocol):
    """What grades."""

    @property
    def places(self) -> int:
        """How many submissions are graded at the same time, as far as is known."""

    def versions(self, packages: Sequence[str], data: str | None) -> Mapping[str, str]:
        """Return the versions of dlquiz, Python and ``packages`` with which is graded."""

    def grade(
        self, course: "Course", key: GradingKey, submissions: "Iterator[Submission]", *, alone: bool
    ) -> "Iterator[tuple[int, Report | Ungraded]]":
        """Yield each submission's position and report, as it comes; ``alone`` one after the other.

        Nothing is started before there is a submission.
        """


class HereEngine:
    """Grader processes of this machine, ``places`` of them."""

    def __init__(self, places: int) -> None:
        self._places = places

    @property
    def places(self) -> int:
        """As many as were asked for."""
        return self._places

    def versions(self, packages: Sequence[str], data: str | None) -> Mapping[str, str]:
        """Return the versions that are installed here; the data set is looked for elsewhere."""
        return versions_of(packages)

    def grade(
        self, course: "Course", key: GradingKey, submissions: "Iterator[Submission]", *, alone: bool
    ) -> "Iterator[tuple[int, Report | Ungraded]]":
        """Grade with as many processes as there are places."""
        first = next(submissions, None)
        if first is None:
            return
        yield from grade_many(
            course,
            key.exercise,
            chain([first], submissions),
            seed=key.seed,
            data=key.data or None,
            isolation=key.isolation,
            jobs=1 if alone else self._places,
        )


class ClusterEngine:
    """The workers of a cluster."""

    def __init__(self, cluster: "Cluster") -> None:
        self._cluster = cluster

    @property
    def places(self) -> int:
        """The threads of all workers that are there now."""
        return self._cluster.places

    def versions(self, packages: Sequence[str], data: str | None) -> Mapping[str, str]:
        """Return the versions of the workers, which must be the same everywhere."""
        return self._cluster.versions(tuple(packages), data)

    def grade(
        self, course: "Course", key: GradingKey, submissions: "Iterator[Submission]", *, alone: bool
    ) -> "Iterator[tuple[int, Report | Ungraded]]":
        """Send the submissions out; what was graded is no longer on a worker when it is yielded."""
        import json

        from dlquiz.cluster.bundle import bundle_name, pack
        from dlquiz.cluster.orders import GradingOrder

        first = next(submissions, None)
        if first is None:
            return
        bundle = pack(course, key.exercise)
        order = GradingOrder(
            exercise=key.exercise,
            bundle=bundle_name(bundle),
            grader_sha256=key.grader_sha256,
            seed=key.seed,
            data=key.data,
            isolation=key.isolation,
            versions=json.loads(key.versions),
        )
        yield from self._cluster.grade(order, bundle, chain([first], submissions), alone=alone)
