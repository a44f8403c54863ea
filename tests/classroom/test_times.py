"""When something was handed in: who says so, and that a stranger's repository can start nothing."""

import os
import subprocess
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dlquiz.classroom.collect import collect
from dlquiz.classroom.git_time import committed_at
from dlquiz.classroom.matching import Target
from dlquiz.classroom.roster import read_roster
from dlquiz.classroom.times import TimeTable, read_time, read_times, time_of
from dlquiz.errors import ContentError

BERLIN = ZoneInfo("Europe/Berlin")
TARGETS = [Target("exercise1", "adder")]
ROSTER = read_roster(b"name,id,login\nAda Lovelace,7,ada\nBob Roy,8,bob\n", "people.csv")
CODE = b"def add(a, b):\n    return a + b\n"
WHEN = "2026-03-05T14:30:10+01:00"
IN_UTC = datetime(2026, 3, 5, 13, 30, 10, tzinfo=UTC)


def git(folder, *words, **environment):
    who = {f"GIT_{role}_{part}": "x@x" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": WHEN, "GIT_COMMITTER_DATE": WHEN}
    nobody = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PATH": os.environ["PATH"]}
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, env=nobody | who | dates | environment)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "class/ada"
    folder.mkdir(parents=True)
    (folder / "adder.py").write_bytes(CODE)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "work")
    return folder


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-05T14:30:10", IN_UTC), ("2026-03-05 14:30:10", IN_UTC), ("2026-03-05 13:30:10 UTC", IN_UTC),
        ("2026-03-05 05:30:10 -0800", IN_UTC), ("2026-03-05T13:30:10Z", IN_UTC),
        ("2026-03-05 13:30:10.000000000 Z", IN_UTC), ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-03-05", None), ("yesterday", None), ("2026-02-30 10:00", None), ("0001-01-01 10:00", None), ("", None),
        ("9999-12-31 23:59-12:00", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_programs_write_it_by_the_clock_of_the_class(text, at):
    assert read_time(text, BERLIN) == at


def times(found, rows=None, roster=ROSTER):
    last = max(found.handins, key=lambda one: one.order)
    return [
        time_of(one, roster.members(one.learner), rows or TimeTable(), BERLIN, newest=one is last)
        for one in found.handins
    ]


def test_the_lms_says_when_and_is_named_as_the_source(tmp_path):
    (tmp_path / "L_ada_attempt_2026-03-05-14-30-10_adder.py").write_bytes(CODE)
    (tmp_path / "submission_4").mkdir()
    (tmp_path / "submission_4/adder.py").write_bytes(CODE)
    text = "submission_4:\n  :submitters:\n  - :name: Bob Roy\n    :sid: '8'\n"
    text += "  :created_at: 2026-03-05 05:30:10.000000 -08:00\n"
    (tmp_path / "submission_metadata.yml").write_text(text)
    with collect([tmp_path], TARGETS) as found:
        said = {one.learner.name: at for one, at in zip(found.handins, times(found), strict=True)}
    assert {one.at for one in said.values()} == {IN_UTC}
    assert said["ada"].source == "in Blackboard's name of the file"
    assert said["Bob Roy"].source == "in Gradescope's submission_metadata.yml"


def test_a_files_own_time_is_no_time_of_a_hand_in(tmp_path):
    (tmp_path / "ada_exercise1.py").write_bytes(CODE)
    with collect([tmp_path], TARGETS) as found:
        assert times(found) == [None]


def test_a_csv_comes_first_and_its_line_is_told(tmp_path):
    (tmp_path / "class").mkdir()
    for day in (5, 6):
        (tmp_path / f"class/L_ada_attempt_2026-03-0{day}-14-30-10_adder.py").write_bytes(CODE)
    table = tmp_path / "times.csv"
    table.write_text('id,exercise,"handed in"\n8,exercise1,2026-03-01 10:00\nADA,,2026-03-09 10:00\n7,exercise1,\n')
    rows = read_times(str(table), BERLIN, ["exercise1"], ROSTER)
    with collect([tmp_path / "class"], TARGETS) as found:
        first, last = times(found, rows)
    assert (first.at, first.source) == (IN_UTC, "in Blackboard's name of the file"), "the CSV is about the newest"
    assert last.at == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert last.source.endswith("times.csv, line 3")


def test_a_csv_may_name_the_file(tmp_path):
    (tmp_path / "class").mkdir()
    for name in ("ada_exercise1.py", "bob_exercise1.py"):
        (tmp_path / "class" / name).write_bytes(CODE)
    (tmp_path / "times.csv").write_text("file,time\nbob_exercise1.py,2026-03-05 14:30:10\n")
    rows = read_times(str(tmp_path / "times.csv"), BERLIN, ["exercise1"], ROSTER)
    with collect([tmp_path / "class"], TARGETS) as found:
        said = {one.learner.name: at for one, at in zip(found.handins, times(found, rows), strict=True)}
    assert (said["ada"], said["bob"].at) == (None, IN_UTC)


def test_all_mistakes_of_a_csv_are_told_with_their_lines(tmp_path):
    table = tmp_path / "times.csv"
    table.write_text("name,exercise,time\nAda,exercise1,soon\n\nBob,exercise9,2026-03-05 10:00\n!,,2026-03-05 10:00\n")
    with pytest.raises(ContentError) as caught:
        read_times(str(table), BERLIN, ["exercise1"], ROSTER)
    assert [(one.line, one.code) for one in caught.value.findings] == [(2, "DLQ041"), (4, "DLQ042"), (5, "DLQ016")]
    table.write_text("name\nAda\n")
    with pytest.raises(ContentError, match="has a mistake"):
        read_times(str(table), BERLIN, ["exercise1"], ROSTER)


@pytest.mark.parametrize("packed", [False, True])
def test_a_repository_says_when_its_file_was_committed(repository, packed):
    if packed:
        git(repository, "gc", "-q")
        git(repository, "pack-refs", "--all")
    with collect([repository.parent], TARGETS) as found:
        (said,) = times(found)
    assert said.at == IN_UTC
    assert said.source.startswith("in commit ")
    assert said.source.endswith("whose author can set it")


def test_a_file_that_was_changed_after_the_commit_has_no_time(repository):
    assert committed_at(repository, "adder.py", CODE).at == IN_UTC
    assert committed_at(repository, "adder.py", CODE + b"#") is None
    assert committed_at(repository, "other.py", CODE) is None


def test_a_repository_around_the_whole_class_is_the_teachers(repository):
    (repository.parent / "bob").mkdir()
    (repository.parent / "bob/adder.py").write_bytes(CODE)
    git(repository.parent, "init", "-q")
    git(repository.parent, "add", "bob")
    git(repository.parent, "commit", "-q", "-m", "all")
    with collect([repository.parent], TARGETS) as found:
        said = {one.learner.name: at for one, at in zip(found.handins, times(found), strict=True)}
    assert (said["ada"].at, said["bob"]) == (IN_UTC, None)


def test_nothing_that_a_repository_says_is_started(repository, tmp_path):
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "gpg.program", "core.alternateRefsCommand", "core.sshCommand"):
        git(repository, "config", key, str(trap))
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "core.hooksPath", str(tmp_path))
    git(repository, "config", "remote.origin.url", f"ext::{trap}")
    git(repository, "config", "extensions.partialClone", "origin")
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction"):
        (tmp_path / hook).write_bytes(trap.read_bytes())
        (tmp_path / hook).chmod(0o755)
    assert committed_at(repository, "adder.py", CODE).at == IN_UTC
    (repository / ".git/HEAD").write_text("1" * 40 + "\n")  # an object that is not there
    assert committed_at(repository, "adder.py", CODE) is None
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "head",
    ["ref: refs/heads/../../../secret\n", "ref: /etc/passwd\n", "--help\n", "", "x" * 10_000, "ref: refs/heads/no"],
)
def test_a_head_that_leads_nowhere_has_no_time(repository, head, tmp_path):
    (tmp_path / "secret").write_text("1" * 40)
    (repository / ".git/HEAD").write_text(head)
    assert committed_at(repository, "adder.py", CODE) is None


def test_a_link_in_the_place_of_a_repository_is_not_followed(repository, tmp_path):
    real = (repository / ".git").rename(tmp_path / "real")
    (repository / ".git").symlink_to(real)
    assert committed_at(repository, "adder.py", CODE) is None
