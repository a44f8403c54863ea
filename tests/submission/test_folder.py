"""Of a folder, the exercise's file and the learner's own modules are read; nothing else is opened."""

import os
from pathlib import Path

import pytest

from dlquiz.errors import SubmissionError
from dlquiz.submission import MAX_BYTES, read_submission
from dlquiz.submission.tree import MAX_ENTRIES, MAX_MODULES

from .notebooks import notebook


def made(root, files):
    """Write a folder: name → text or bytes."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def read(path, module="backprop", packages=("numpy",)):
    return read_submission(path, module_name=module, packages=packages)


def modules(found):
    return {module.name: module.file for module in found.modules}


def test_the_stubs_file_is_the_main_one_and_the_others_are_modules(tmp_path):
    folder = made(
        tmp_path / "week 3",
        {
            "backprop.py": "import helper\n",
            "helper.py": "x = 1\n",
            "layers/__init__.py": "",
            "layers/dense.py": "from . import base\n",
            "layers/base.py": "",
            "tools/plain.py": "",
        },
    )
    found = read(folder)
    assert (found.name, found.file, found.module_name, found.text) == (
        "week 3",
        "backprop.py",
        "backprop",
        "import helper\n",
    )
    assert modules(found) == {
        "helper": "helper.py",
        "layers": "layers/__init__.py",
        "layers.base": "layers/base.py",
        "layers.dense": "layers/dense.py",
        "tools.plain": "tools/plain.py",
    }
    assert [module.name for module in found.modules] == sorted(modules(found))
    assert found.notes == ()


def test_the_current_folder_has_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(made(tmp_path / "mine", {"backprop.py": ""}))
    assert read(Path()).name == "mine"


def test_a_notebook_may_be_the_main_file(tmp_path):
    found = read(made(tmp_path / "w", {"backprop.ipynb": notebook("x = 1"), "helper.py": ""}))
    assert (found.file, found.cells) == ("backprop.ipynb", (3,))
    assert modules(found) == {"helper": "helper.py"}


def test_tests_configuration_and_data_are_left_out_and_named(tmp_path):
    files = {
        "backprop.py": "",
        "conftest.py": "1/0",
        "test_it.py": "1/0",
        "layers/dense_test.py": "1/0",
        "test/__init__.py": "1/0",
        "sitecustomize.py": "1/0",
        "evil.pth": "import os",
        "__main__.py": "",
        "__init__.py": "",
        "data.csv": "1,2",
        "my-helper.py": "",
        "class.py": "",
        "numpy.csv": "",
    }
    found = read(made(tmp_path / "w", files))
    assert found.modules == ()
    assert sorted(found.notes) == [
        "left out (a name that Python cannot import): class.py, my-helper.py",
        "left out (never loaded): __main__.py, evil.pth, sitecustomize.py",
        "left out (not Python): data.csv, numpy.csv",
        "left out (tests are not needed): conftest.py, layers/dense_test.py, test/__init__.py, test_it.py",
        "left out (your folder is not a package): __init__.py",
    ]


def test_hidden_folders_caches_and_environments_are_left_out_without_a_word(tmp_path):
    names = ".git/x.py __pycache__/a.py venv/lib/b.py mine/pyvenv.cfg mine/lib/c.py .hidden.py .DS_Store backprop.py"
    found = read(made(tmp_path / "w", dict.fromkeys(names.split(), "")))
    assert (found.modules, found.notes) == ((), ())


@pytest.mark.parametrize(
    ("name", "packages", "step"),
    [
        ("random.py", ("numpy",), "my_random"),
        ("numpy.py", ("numpy",), "my_numpy"),
        ("numpy.py", ("torch",), "my_numpy"),
        ("torch/nn.py", ("torch",), "folder"),
        ("keras.py", ("tensorflow",), "my_keras"),
        ("probe.py", ("numpy",), "my_probe"),
        ("json/__init__.py", ("numpy",), "folder"),
    ],
)
def test_a_file_named_like_a_library_gets_a_sentence(tmp_path, name, packages, step):
    folder = made(tmp_path / "w", {"backprop.py": "", name: ""})
    with pytest.raises(SubmissionError, match="is the name of a library") as caught:
        read(folder, packages=packages)
    assert "Rename your" in caught.value.next_step
    assert step in caught.value.next_step


def test_the_same_name_deeper_in_a_package_is_fine(tmp_path):
    assert "mine.random" in modules(read(made(tmp_path / "w", {"backprop.py": "", "mine/random.py": ""})))
    assert "torch" in modules(read(made(tmp_path / "v", {"backprop.py": "", "torch.py": ""})))


@pytest.mark.parametrize(
    ("files", "words", "step"),
    [
        ({}, "no Python file at its top", "Name your file backprop.py"),
        ({"Backprop.py": ""}, "Its Python files are: Backprop.py", "Name your file backprop.py"),
        ({"exercise3/backprop.py": ""}, "only in a folder inside it: exercise3/backprop.py", "Hand in the folder"),
        ({"backprop.py": "", "backprop/__init__.py": ""}, "would both be the module 'backprop'", "Rename"),
        ({"backprop.py": "", "helper.py": "", "helper/__init__.py": ""}, "both be the module 'helper'", "Rename"),
        ({"backprop.py": "", "e\u0301tape.py": "", "\xe9tape.py": ""}, "both be the module", "Rename"),
        ({"backprop.py": "\0"}, "backprop.py has a null byte", "Save"),
        ({"backprop.py": "", "sub/helper.py": b"\xff"}, "sub/helper.py is not readable as text", "Save"),
        ({"backprop.py": "#" * (MAX_BYTES + 1)}, "larger than 1 MB", "Move data"),
        ({"backprop.py": "#" * 10, "helper.py": "#" * (MAX_BYTES - 9)}, "together is larger than 1 MB", "Move data"),
        ({"backprop.py": ""} | {f"m{n}.py": "" for n in range(MAX_MODULES + 1)}, "more than 100 Python files", "only"),
    ],
)
def test_what_cannot_be_graded_gets_a_sentence(tmp_path, files, words, step):
    folder = made(tmp_path / "w", files)
    folder.mkdir(exist_ok=True)
    with pytest.raises(SubmissionError, match=words) as caught:
        read(folder)
    assert step in caught.value.next_step


def test_exactly_the_largest_sizes_are_read(tmp_path):
    files = {"backprop.py": "#" * (MAX_BYTES - MAX_MODULES)} | {f"m{n}.py": "#" for n in range(MAX_MODULES)}
    assert len(read(made(tmp_path / "w", files)).modules) == MAX_MODULES


def test_an_enormous_folder_is_given_up_early(tmp_path):
    (tmp_path / "backprop.py").write_text("")
    for number in range(MAX_ENTRIES):
        os.link(tmp_path / "backprop.py", tmp_path / f"{number}.png")
    with pytest.raises(SubmissionError, match="more than 10,000 files"):
        read(tmp_path)


def test_links_and_pipes_are_never_opened(tmp_path):
    made(tmp_path / "secret", {"answer.py": "answer = 42"})
    folder = made(tmp_path / "w", {"backprop.py": ""})
    (folder / "link.py").symlink_to(tmp_path / "secret/answer.py")
    (folder / "package").symlink_to(tmp_path / "secret")
    (folder / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe.py")
    found = read(folder)
    assert found.modules == ()
    assert found.notes == ("left out (links and pipes are not opened): link.py, package, pipe.py, round",)


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("/etc/passwd"), os.mkfifo], ids=["link", "pipe"])
def test_a_main_file_that_is_no_plain_file_is_refused_at_once(tmp_path, make):
    make(tmp_path / "backprop.py")
    with pytest.raises(SubmissionError, match="is a link or not a plain file"):
        read(tmp_path)


def test_a_link_to_a_folder_is_not_followed(tmp_path):
    made(tmp_path / "real", {"backprop.py": ""})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(SubmissionError, match="link"):
        read(tmp_path / "link")


def test_names_are_harmless_to_print(tmp_path):
    folder = made(tmp_path / "w\n\x1b[2Jx", {"backprop.py": "", "a\nb\x1b[31m.csv": ""})
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff.csv"))).write_text("")
    found = read(folder)
    assert found.name == "w x"
    assert all(text.isprintable() for text in (found.name, *found.notes))
    "".join(found.notes).encode()


def test_the_digest_depends_on_names_and_contents_only(tmp_path):
    files = {"backprop.py": "x", "a.py": "1", "b.py": "2"}
    digest = read(made(tmp_path / "one", files)).sha256
    assert read(made(tmp_path / "two", dict(reversed(files.items())) | {"notes.txt": ""})).sha256 == digest
    others = [files | {"a.py": "2"}, files | {"c.py": ""}, {"backprop.py": "x", "a.py": "1", "c.py": "2"}]
    digests = {read(made(tmp_path / str(number), other)).sha256 for number, other in enumerate(others)}
    assert len(digests | {digest}) == 4


def test_what_lies_very_deep_is_left_out(tmp_path):
    found = read(made(tmp_path / "w", {"backprop.py": "", "/".join("abcdefghijkl") + ".py": ""}))
    assert found.modules == ()
