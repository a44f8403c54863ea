"""``progress``: one page with what was built."""

import pytest

from .conftest import RIGHT

pytestmark = pytest.mark.sandbox


@pytest.fixture
def graded(worker):
    """Somebody who has graded the first exercise twice, the second time with full points."""
    for text in (RIGHT.replace("a / 2", "a"), RIGHT):
        worker.file().write_text(text)
        worker.type("grade", "1")
    return worker


def test_before_any_grading_there_is_nothing_to_show(worker, person):
    result = worker.type("progress", "--html", "page.html")
    assert (result.code, "Nothing has been graded yet" in result.err) == (1, True)
    assert not (worker.here / "page.html").exists()


def test_it_is_shown_here_or_written_as_a_page(graded):
    said = " ".join(graded.type("progress").out.split())
    assert "1 of 2 exercises with full points, 4 of 8 points" in said
    assert "best of 2 gradings" in said
    result = graded.type("progress", "--html", "page.html", "--markdown", "page.md", "--name", "Ada")
    assert (result.code, result.err) == (0, "")
    assert "Written: page.html\nWritten: page.md\n" in result.out
    assert "what Ada has built" in (graded.here / "page.html").read_text()
    assert "## Title 1" in (graded.here / "page.md").read_text()


def test_no_file_is_replaced_unless_it_is_asked_for(graded):
    page = graded.here / "page.html"
    page.write_text("mine")
    result = graded.type("progress", "--html", "page.html")
    assert (result.code, page.read_text()) == (2, "mine")
    assert "--force" in result.err
    assert graded.type("progress", "--html", "page.html", "--force").code == 0
    assert page.read_text().startswith("<!DOCTYPE html>")


def test_a_folder_that_is_not_there_is_told(graded):
    result = graded.type("progress", "--html", "nosuch/page.html")
    assert result.code == 2
    assert "nosuch/page.html cannot be written: no such file or directory." in result.err


def test_the_document_of_a_program(graded):
    document = graded.type("progress", "--json").json
    assert (document["done"], document["of"], document["points"]) == (1, 2, {"earned": 4.0, "possible": 8.0})
    (one,) = document["exercises"]
    assert (one["id"], one["passed"], one["gradings"]) == ("exercise1", True, 2)
    assert document["written"] == []
