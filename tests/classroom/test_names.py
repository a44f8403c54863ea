"""Who handed in, from the names that each LMS writes. Every name here is made up."""

import pytest

from dlquiz.classroom.names import BLACKBOARD, LINK_ENTRY, LMS_NOTE, TEXT_ENTRY, Learner, NamedEntry, read_name

ADA = Learner("lovelaceada", "501")
MOODLE = Learner("Ada Lovelace", "77")

FILES = {
    "lovelaceada_501_9001_adder.py": NamedEntry(ADA, "adder.py", order=9001),
    "lovelaceada_LATE_501_9001_my_adder-1.py": NamedEntry(ADA, "my_adder-1.py", late=True, order=9001),
    "müllerzoë_7_8_a.ipynb": NamedEntry(Learner("müllerzoë", "7"), "a.ipynb", order=8),
    "lovelaceada_501_text.html": NamedEntry(ADA, "lovelaceada_501_text.html", not_graded=TEXT_ENTRY),
    "lovelaceada_LATE_501_link.html": NamedEntry(
        ADA, "lovelaceada_LATE_501_link.html", late=True, not_graded=LINK_ENTRY
    ),
    "anon_k3Xz9_9001_adder.py": NamedEntry(Learner("anon k3Xz9", "k3Xz9"), "adder.py", order=9001),
    "anon_k3Xz9_LATE_text.html": NamedEntry(
        Learner("anon k3Xz9", "k3Xz9"), "anon_k3Xz9_LATE_text.html", late=True, not_graded=TEXT_ENTRY
    ),
    "Ada Lovelace_77_assignsubmission_file_adder.py": NamedEntry(MOODLE, "adder.py"),
    "Ada Lovelace_77_assignsubmission_onlinetext_text.html": NamedEntry(MOODLE, "text.html", not_graded=TEXT_ENTRY),
    "Participant_12_assignsubmission_file_adder.py": NamedEntry(Learner("Participant 12", "12"), "adder.py"),
    "Lab 1_ada_attempt_2026-03-05-14-30-10_adder.py": NamedEntry(
        Learner("ada", "ada"), "adder.py", when="2026-03-05T14:30:10", order=20260305143010, said_by=BLACKBOARD
    ),
    "Lab 1_ada_attempt_2026-03-05-14-30-10.txt": NamedEntry(
        Learner("ada", "ada"),
        "Lab 1_ada_attempt_2026-03-05-14-30-10.txt",
        when="2026-03-05T14:30:10",
        order=20260305143010,
        not_graded=LMS_NOTE,
        said_by=BLACKBOARD,
    ),
    "ada.py": NamedEntry(Learner("ada"), "ada.py", lms=False),
    "ada.tar.gz": NamedEntry(Learner("ada"), "ada.tar.gz", lms=False),
    "Ada_1_2_x.py": NamedEntry(Learner("Ada_1_2_x"), "Ada_1_2_x.py", lms=False),
}
FOLDERS = {
    "Ada Lovelace_77_assignsubmission_file_": NamedEntry(MOODLE),
    "Ada Lovelace_77_assignsubmission_file": NamedEntry(MOODLE),
    "Ada_Lovelace_77_assignsubmission_onlinetext_": NamedEntry(MOODLE, not_graded=TEXT_ENTRY),
    "Team Red_31_assignsubmission_file_": NamedEntry(Learner("Team Red", "31")),
    "Team Red_31": NamedEntry(Learner("Team Red", "31"), lms=False),
    "Participant_12": NamedEntry(Learner("Participant 12", "12"), lms=False),
    "submission_4711": NamedEntry(Learner("submission_4711", "4711"), order=4711),
    "ada": NamedEntry(Learner("ada"), lms=False),
    "lovelaceada_501_9001_adder.py": NamedEntry(Learner("lovelaceada_501_9001_adder.py"), lms=False),
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_says_who_handed_it_in(name):
    assert read_name(name, is_folder=False) == FILES[name]


def test_a_text_that_moodle_wrote_flat_is_told_from_a_file():
    entry = read_name("Ada Lovelace_77_assignsubmission_onlinetext.html", is_folder=False)
    assert entry.not_graded == TEXT_ENTRY
    assert entry.learner == MOODLE


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_a_folder_says_who_handed_it_in(name):
    assert read_name(name, is_folder=True) == FOLDERS[name]
