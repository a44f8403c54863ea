"""What travels in a cluster: bytes of JSON that are read strictly, and the course."""

import json
import zlib

import pytest

from dlquiz.cluster.bundle import bundle_name, pack, unpack
from dlquiz.cluster.orders import GradingOrder, WorkerAnswer, WorkerFacts, read_chunk, write_chunk
from dlquiz.content.course import load_course
from dlquiz.errors import ContentError, MachineryError
from dlquiz.submission import Submission
from dlquiz.submission.plain import ModuleSource
from tests.classroom.test_book import REPORT

ORDER = GradingOrder("exercise3", "a" * 64, "b" * 64, 5, "", "kernel", {"dlquiz": "0.1.0", "python": "3.11.7"})
SUBMISSIONS = [
    Submission("a.py", "adder", b"x = 1\n", "0" * 64, file="a.py"),
    Submission(
        "b.zip",
        "adder",
        b"caf\xc3\xa9 = '\n'",
        "1" * 64,
        (ModuleSource("m.n", "m/n.py", b"\xff"),),
        "b.py",
        (1, 4),
        ("note",),
    ),
]
FACTS = WorkerFacts("node7", {"dlquiz": "0.1.0"}, ("digits",), "process", ("Landlock: not there",))


def test_orders_chunks_answers_and_facts_arrive_as_they_were_sent():
    assert GradingOrder.read(ORDER.written()) == ORDER
    assert read_chunk(write_chunk(SUBMISSIONS, 5)) == SUBMISSIONS
    for answer in (
        WorkerAnswer((REPORT, REPORT)),
        WorkerAnswer(wants_bundle=True),
        WorkerAnswer((), False, "no", "do"),
    ):
        assert WorkerAnswer.read(answer.written()) == answer
    assert WorkerFacts.read(FACTS.written()) == FACTS


@pytest.mark.parametrize("kind", [GradingOrder, WorkerAnswer, WorkerFacts])
@pytest.mark.parametrize(
    "written", [b"", b"\xff", b"[]", b"3", b"null", b"{}", b'{"v": 2}', b'{"v": 1, "more": 0}', b"[" * 100_000]
)
def test_what_is_no_message_of_this_version_is_a_sentence(kind, written):
    with pytest.raises(MachineryError, match=r"message of the cluster"):
        kind.read(written)


@pytest.mark.parametrize("report", [{}, 3, None, "{}", "[]", "not json"])
def test_a_report_that_is_none_is_refused(report):
    told = json.loads(WorkerAnswer().written())
    with pytest.raises(MachineryError, match="no report"):
        WorkerAnswer.read(json.dumps({**told, "reports": [report]}).encode())


def test_facts_with_wrong_types_are_refused():
    told = json.loads(FACTS.written())
    for wrong in ({"versions": 3}, {"data": 3}, {"problems": None}):
        with pytest.raises(MachineryError, match="no answer"):
            WorkerFacts.read(json.dumps({**told, **wrong}).encode())


@pytest.mark.parametrize("exercise", ["exercise3", "exercise6", "exercise15"])
def test_a_worker_gets_the_very_graders(exercise, tmp_path):
    course = load_course()
    bundle = pack(course, exercise)
    assert bundle == pack(course, exercise), "its name is the same each time"
    there = unpack(bundle, tmp_path)
    assert there.exercise_ids() == (exercise,)
    assert there.grader_digest(exercise) == course.grader_digest(exercise)
    assert there.exercise(exercise) == course.exercise(exercise)
    assert (there.manifest.name, there.manifest.version) == (course.manifest.name, course.manifest.version)
    assert len(bundle) < 500_000
    assert len(bundle_name(bundle)) == 64


def _bundle(files):
    return zlib.compress(json.dumps(files).encode())


@pytest.mark.parametrize(
    "bundle",
    [
        b"", b"x", _bundle([]), _bundle({"": ""}), _bundle({"exercises/a": 3}), _bundle({"exercises/a": "???"}),
        _bundle({"../a": ""}), _bundle({"exercises/../../a": ""}), _bundle({"/etc/a": ""}), _bundle({"home/a": ""}),
    ],
)  # fmt: skip
def test_a_bundle_that_is_none_writes_nothing_elsewhere(bundle, tmp_path):
    inside = tmp_path / "inside"
    with pytest.raises(ContentError):
        unpack(bundle, inside)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(inside)] == []
