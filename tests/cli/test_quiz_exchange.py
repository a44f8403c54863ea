import json
import os
import socket
import stat
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from dlquiz.cli._app import App
from dlquiz.cli.quiz_exchange import export, import_
from dlquiz.cli.quiz_schema import command as schema
from dlquiz.content.course import load_quiz
from dlquiz.errors import DlquizError, UsageError, WorkError

GIFT = """
// [id:capital] [tag:geography]
::Capital::What is the capital of France? {=Paris ~Lyon#It is the second largest city. ####Paris, since 987.}

Write an essay. {}
"""
KEPT = "::q::What is 2 plus 2? {#4 ####Two and two.}"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bank.gift").write_text(GIFT, encoding="utf-8")
    return tmp_path


def run(command, *args, exit_code=0):
    # click keeps a command's help option: it must be the one that the command has below the program.
    names = ["-h", "--help"]
    result = CliRunner().invoke(command, list(args), obj=App({}), standalone_mode=False, help_option_names=names)
    if result.exception:
        raise result.exception
    assert result.exit_code == exit_code
    return result


def test_an_imported_file_is_written_and_loads(here):
    result = run(import_, "bank.gift")
    assert "2 questions read, 0 kept, 1 changed (0 of them lost something), 1 dropped." in result.stdout
    assert "dropped: write-an-essay (line 5): essay: an essay cannot be marked by a program" in result.stdout
    assert "Written: bank.yaml" in result.stdout
    question = load_quiz(here / "bank.yaml").questions[0]
    assert (question.id, question.tags, question.right) == ("capital", ("geography",), "Paris")
    assert question.explain == "Paris, since 987."


def test_strict_writes_nothing_where_something_is_lost(here):
    with pytest.raises(WorkError) as caught:
        run(import_, "bank.gift", "--strict")
    assert caught.value.exit_code == 1
    assert not (here / "bank.yaml").exists()


def test_strict_lets_placeholders_pass(here):
    (here / "kept.gift").write_text(KEPT, encoding="utf-8")
    run(import_, "kept.gift", "--strict")
    assert load_quiz(here / "kept.yaml").questions[0].answer == 4


def test_nothing_is_overwritten_unless_forced(here):
    (here / "bank.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="already there"):
        run(import_, "bank.gift")
    assert (here / "bank.yaml").read_text(encoding="utf-8") == "mine"
    run(import_, "bank.gift", "--force")
    assert load_quiz(here / "bank.yaml").title == "Imported from bank.gift"


def strange(place, make):
    """Make something at a place that is no plain file; return where it is."""
    if make == "link":
        place.symlink_to("mine")
    elif make == "folder":
        place.mkdir()
    elif make == "pipe":
        os.mkfifo(place)
    elif make == "socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(place.name)  # relative: the name of a socket may not be long
    else:
        try:
            os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        except PermissionError:  # who may not make a device cannot replace this one either
            return Path(os.devnull)
    return place


@pytest.mark.parametrize("make", ["link", "folder", "pipe", "socket", "device"])
@pytest.mark.parametrize(
    "command",
    [
        (import_, "bank.gift", "--force"),
        (export, "bank.yaml", "--to", "gift", "--force"),
        (export, "bank.yaml", "--to", "html", "--force"),
        (schema,),
    ],
    ids=["import", "export", "export html", "schema"],
)
def test_only_plain_files_are_ever_replaced(here, command, make):
    (here / "mine").write_bytes(b"mine")
    run(import_, "bank.gift")
    target = strange(here / "target", make)
    before, kind = sorted(path.name for path in here.iterdir()), stat.S_IFMT(target.lstat().st_mode)
    with pytest.raises(UsageError, match="not a plain file"):
        run(*command, "-o", str(target))
    assert sorted(path.name for path in here.iterdir()) == before
    assert stat.S_IFMT(target.lstat().st_mode) == kind
    assert (here / "mine").read_bytes() == b"mine"


def test_a_language_can_be_named(here):
    run(import_, "bank.gift", "--lang", "pt-BR")
    assert load_quiz(here / "bank.yaml").lang == "pt-BR"
    with pytest.raises(UsageError, match="no tag of a language"):
        run(import_, "bank.gift", "--lang", "german", "--force")


def test_the_report_is_one_json_document(here):
    document = json.loads(run(import_, "bank.gift", "--json").stdout)
    counts = {name: document[name] for name in ("read", "kept", "changed", "dropped", "lossless", "format", "written")}
    assert counts == {
        "read": 2,
        "kept": 0,
        "changed": 1,
        "dropped": 1,
        "lossless": False,
        "format": "gift",
        "written": "bank.yaml",
    }
    assert document["questions"] == [{"id": "capital", "fate": "changed"}, {"id": "write-an-essay", "fate": "dropped"}]


def test_a_quiz_can_be_printed_instead(here):
    result = run(import_, "bank.gift", "-o", "-")
    assert result.stdout.startswith("# Imported from bank.gift.\nformat_version: 1\n")
    assert "dropped: write-an-essay" in result.stderr


@pytest.mark.parametrize("name", ["no-such-file", "."])
def test_a_file_that_is_not_there_is_a_mistake_of_use(here, name):
    with pytest.raises(UsageError):
        run(import_, name)


def test_a_file_without_a_usable_question_writes_nothing(here):
    (here / "essays.gift").write_text("Write. {}\n\nWrite more. {}\n", encoding="utf-8")
    with pytest.raises(WorkError, match="None of the questions"):
        run(import_, "essays.gift")
    assert not (here / "essays.yaml").exists()


@pytest.mark.parametrize(("name", "ending"), [("gift", ".gift"), ("moodle", ".xml"), ("jupyterquiz", ".json")])
def test_an_exported_quiz_can_be_imported_again(here, name, ending):
    run(import_, "bank.gift")
    with pytest.raises(UsageError, match="already there") if name == "gift" else nullcontext():
        run(export, "bank.yaml", "--to", name)
    result = run(export, "bank.yaml", "--to", name, "--force")
    assert f"Written: bank{ending}" in result.stdout
    run(import_, f"bank{ending}", "-o", "again.yaml")
    first, again = (load_quiz(here / file).questions[0] for file in ("bank.yaml", "again.yaml"))
    assert (again.stem, again.right, again.wrong, again.explain) == (
        first.stem,
        first.right,
        first.wrong,
        first.explain,
    )


def test_placeholders_are_left_out_of_an_export(here):
    run(import_, "bank.gift")
    run(export, "bank.yaml", "--to", "gift", "-o", "out.gift")
    assert "imported file" not in (here / "out.gift").read_text(encoding="utf-8")


def test_strict_export_writes_nothing_where_something_is_lost(here):
    run(import_, "bank.gift")
    text = (here / "bank.yaml").read_text(encoding="utf-8").replace("    explain:", "    hints: [P…]\n    explain:")
    (here / "bank.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(WorkError):
        run(export, "bank.yaml", "--to", "gift", "--strict", "--force")
    assert (here / "bank.gift").read_text(encoding="utf-8") == GIFT


@pytest.mark.parametrize(("command", "args"), [(import_, ["--format", "html"]), (export, ["--to", "mdbook-quiz"])])
def test_a_one_way_format_is_told(here, command, args):
    run(import_, "bank.gift")
    with pytest.raises(UsageError, match="can only be"):
        run(command, "bank.yaml", *args)


def test_an_unknown_format_is_told(here):
    with pytest.raises(DlquizError, match="no format 'word'"):
        run(export, "bank.yaml", "--to", "word")


def test_pictures_of_a_quiz_file_stand_inside_its_page(here):
    (here / "figures").mkdir()
    (here / "figures/dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>')
    (here / "dots.yaml").write_text(
        "format_version: 1\ntitle: Dots\nquestions:\n  - kind: truefalse\n    id: dot\n    stem: This is a dot.\n"
        "    image: figures/dot.svg\n    alt: a dot\n    answer: true\n    explain: It is.\n    source: The picture\n"
    )
    run(export, "dots.yaml", "--to", "html")
    assert "data:image/svg+xml" in (here / "dots.html").read_text()


ORDERS = """format_version: 1
title: Orders
questions:
  - {kind: truefalse, id: t, stem: One is one., answer: true, explain: Yes., source: Peano}
  - {kind: order, id: o, stem: Order., items: [one, two, three], explain: So., source: Peano}
"""


def test_ordering_questions_for_moodle_stand_in_a_second_file(here):
    (here / "orders.yaml").write_text(ORDERS, encoding="utf-8")
    result = run(export, "orders.yaml", "--to", "moodle")
    assert "Written: orders.xml, orders-ordering.xml" in result.stdout
    first, second = ((here / name).read_text(encoding="utf-8") for name in ("orders.xml", "orders-ordering.xml"))
    assert ('type="ordering"' in first, 'type="ordering"' in second) == (False, True)
    assert 'type="truefalse"' in first
    document = json.loads(run(export, "orders.yaml", "--to", "moodle", "--force", "--json").stdout)
    assert (document["written"], document["also_written"]) == ("orders.xml", ["orders-ordering.xml"])
    assert document["lossless"]


def test_neither_of_two_files_is_written_where_one_is_there(here):
    (here / "orders.yaml").write_text(ORDERS, encoding="utf-8")
    (here / "orders-ordering.xml").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"orders-ordering\.xml is already there"):
        run(export, "orders.yaml", "--to", "moodle")
    assert not (here / "orders.xml").exists()


def test_two_files_cannot_be_printed(here):
    (here / "orders.yaml").write_text(ORDERS, encoding="utf-8")
    with pytest.raises(UsageError, match="several files"):
        run(export, "orders.yaml", "--to", "moodle", "-o", "-")


def test_a_quiz_of_orders_alone_is_one_file(here):
    (here / "orders.yaml").write_text(ORDERS.replace(ORDERS.splitlines()[3] + "\n", ""), encoding="utf-8")
    run(export, "orders.yaml", "--to", "moodle")
    assert 'type="ordering"' in (here / "orders.xml").read_text(encoding="utf-8")
    assert not (here / "orders-ordering.xml").exists()
