import functools
import gzip
import http.server
import json
import os
import pty
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dlquiz.cli import main

REAL_MNIST = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "mnist"


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """An empty data folder, no proxy, and no mirror outside this machine."""
    monkeypatch.setenv("DLQUIZ_DATA", str(tmp_path / "data-root"))
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("dlquiz.data.fetch.MIRRORS", ())
    return tmp_path / "data-root"


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for part, count in (("train", 12), ("t10k", 4)):
        images = struct.pack(">4I", 2051, count, 28, 28) + bytes(count * 784)
        labels = struct.pack(">2I", 2049, count) + bytes(i % 10 for i in range(count))
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))
    return folder


@pytest.fixture
def real_mirror():
    """A web server on loopback that serves the real files; yields its address."""
    if not REAL_MNIST.is_dir():
        pytest.skip("MNIST files are not beside the checkout")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(REAL_MNIST))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def test_status_without_mnist_says_how_to_get_it(capsys):
    assert main(["data", "status"]) == 0
    out, err = capsys.readouterr()
    assert "* digits  ready   1,437 images to train, 360 to test" in out
    assert "mnist   absent" in out
    assert "Next: dlquiz data fetch mnist" in out
    assert err == ""


def test_import_then_status_shows_the_set_and_that_it_is_not_the_published_one(source, root, capsys):
    assert main(["data", "import", str(source)]) == 0
    out, err = capsys.readouterr()
    assert f"MNIST is ready: 12 images to train, 4 to test, in {root}." in out
    assert "Next: dlquiz grade exercise4" in out
    assert "not exactly the published" in err
    assert main(["data", "status"]) == 0
    out, _ = capsys.readouterr()
    assert "* mnist   ready   12 images to train, 4 to test; not exactly the published images" in out
    assert "Next: dlquiz start" in out


@pytest.mark.parametrize("command", [["data", "import"], ["data", "status"]])
def test_json_is_one_document_on_stdout(source, command, capsys):
    extra = [str(source)] if command[-1] == "import" else []
    assert main([*command, *extra, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format_version"] == 1


def test_status_json_names_state_counts_and_whether_the_set_is_canonical(source, root, capsys):
    main(["data", "import", str(source)])
    capsys.readouterr()
    assert main(["data", "status", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["used"] == "mnist"
    assert document["data_root"] == str(root)
    mnist = next(one for one in document["sets"] if one["name"] == "mnist")
    assert (mnist["state"], mnist["train"], mnist["test"], mnist["canonical"]) == ("ready", 12, 4, False)


def test_files_in_the_data_folder_itself_are_used_and_import_is_advised(source, monkeypatch, capsys):
    monkeypatch.setenv("DLQUIZ_DATA", str(source))
    assert main(["data", "status"]) == 0
    out, _ = capsys.readouterr()
    assert "* mnist   raw" in out
    assert f'Next: dlquiz data import "{source}"' in out
    assert main(["data", "import", str(source)]) == 0
    capsys.readouterr()
    main(["data", "status"])
    assert "* mnist   ready" in capsys.readouterr().out


def test_a_broken_file_exits_4_and_names_it_with_a_next_step(source, root, capsys):
    bad = source / "t10k-labels-idx1-ubyte.gz"
    bad.write_bytes(bad.read_bytes()[:-4])
    assert main(["data", "import", str(source)]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert str(bad) in err
    assert "damaged gzip" in err
    assert "Next:" in err
    assert not root.exists()


def test_a_damaged_set_makes_status_exit_1_and_say_what_to_do(source, root, capsys):
    main(["data", "import", str(source)])
    next(root.glob("mnist-*/test_labels.npy")).unlink()
    capsys.readouterr()
    assert main(["data", "status"]) == 1
    out, err = capsys.readouterr()
    assert "mnist   broken" in out
    assert "test_labels.npy is missing" in err
    assert "dlquiz data fetch mnist" in out


@pytest.mark.parametrize("arguments", [["fetch", "imagenet"], ["import", "/no/such/folder"], ["import"], ["nothing"]])
def test_wrong_usage_exits_2(arguments, capsys):
    assert main(["data", *arguments]) == 2
    assert "Usage:" in capsys.readouterr().err


def test_fetch_takes_the_named_mirror_and_does_not_download_twice(real_mirror, capsys):
    assert main(["data", "fetch", "mnist", "--mirror", real_mirror]) == 0
    out, err = capsys.readouterr()
    assert "MNIST is ready: 60,000 images to train, 10,000 to test" in out
    assert err == ""
    # The mirrors are gone (none is named): only what is here can answer.
    assert main(["data", "fetch", "mnist", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["canonical"] is True
    assert main(["data", "fetch", "mnist", "--again"]) == 4


def test_a_small_set_does_not_stop_fetch_from_getting_the_real_one(source, real_mirror, capsys):
    main(["data", "import", str(source)])
    assert main(["data", "fetch", "mnist", "--mirror", real_mirror]) == 0
    assert "60,000 images" in capsys.readouterr().out


def test_fetch_without_a_mirror_that_answers_exits_4_and_names_import(tmp_path, capsys):
    assert main(["data", "fetch", "mnist", "--mirror", "http://127.0.0.1:9/"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "http://127.0.0.1:9/: connection refused" in err
    assert "dlquiz data import DIR" in err


def test_on_a_terminal_fetch_draws_a_progress_bar(real_mirror):
    code = (
        "import dlquiz.data.fetch as f, sys; f.MIRRORS = (); from dlquiz.cli import main; "
        "raise SystemExit(main(['data', 'fetch', 'mnist', '--mirror', sys.argv[1]]))"
    )
    outer, inner = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-c", code, real_mirror], stdout=subprocess.PIPE, stderr=inner, env=environment, text=True
    )
    os.close(inner)
    drawn = os.read(outer, 1 << 16).decode()
    os.close(outer)
    assert done.returncode == 0
    assert "MNIST is ready" in done.stdout
    assert "━" in drawn
    assert "11.6/11.6 MB" in drawn


def test_help_of_the_group_imports_no_numpy():
    code = (
        "import sys; from dlquiz.cli import main; main(['data', '--help']); "
        "print(sorted({'numpy', 'pydantic', 'rich', 'pooch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "import" in done.stdout
