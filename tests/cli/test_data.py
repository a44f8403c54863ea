import functools
import gzip
import http.server
import io
import json
import os
import pty
import struct
import subprocess
import sys
import tarfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from dlquiz.cli import main
from dlquiz.data import catalog

REAL_MNIST = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "mnist"


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """An empty data folder, no proxy, and no mirror outside this machine."""
    monkeypatch.setenv("DLQUIZ_DATA", str(tmp_path / "data-root"))
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    mnist = catalog.find("mnist")
    files = replace(mnist.files, download=replace(mnist.files.download, mirrors=()))
    monkeypatch.setitem(catalog._BY_NAME, "mnist", replace(mnist, files=files))
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


def lines(out):
    """Return the lines with single blanks: how wide a column is depends on the names."""
    return [" ".join(line.split()) for line in out.splitlines()]


def test_status_without_mnist_says_how_to_get_it(capsys):
    assert main(["data", "status"]) == 0
    out, err = capsys.readouterr()
    assert "digits ready Handwritten digits: 1,437 images to train, 360 to test" in lines(out)
    assert "mnist absent MNIST" in lines(out)
    assert "Next: dlquiz data fetch mnist" in out
    assert err == ""


def test_import_then_status_shows_the_set_and_that_it_is_not_the_published_one(source, root, capsys):
    assert main(["data", "import", str(source)]) == 0
    out, err = capsys.readouterr()
    assert f"MNIST is ready: 12 images to train, 4 to test, in {root}." in out
    assert "Next: dlquiz grade exercise4 --data mnist" in out
    assert "not exactly the published" in err
    assert main(["data", "status"]) == 0
    out, _ = capsys.readouterr()
    assert "mnist ready MNIST: 12 images to train, 4 to test; not exactly the published images" in " ".join(out.split())
    assert "Next: dlquiz grade exercise4 --data mnist" in out


@pytest.mark.parametrize(("command", "version"), [(["data", "import"], 2), (["data", "status"], 2)])
def test_json_is_one_document_on_stdout(source, command, version, capsys):
    extra = [str(source)] if command[-1] == "import" else []
    assert main([*command, *extra, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format_version"] == version


def test_status_json_names_state_counts_and_whether_the_set_is_canonical(source, root, capsys):
    main(["data", "import", str(source)])
    capsys.readouterr()
    assert main(["data", "status", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["data_root"] == str(root)
    mnist = next(one for one in document["sets"] if one["name"] == "mnist")
    assert (mnist["state"], mnist["train"], mnist["test"], mnist["canonical"]) == ("ready", 12, 4, False)


def test_the_set_may_be_named_before_the_folder(source, capsys):
    assert main(["data", "import", "mnist", str(source)]) == 0
    assert "MNIST is ready: 12 images to train" in capsys.readouterr().out


def test_cifar10_is_recognised_and_the_next_step_can_be_typed(tmp_path, capsys):
    archive = tmp_path / "cifar-10-binary.tar.gz"
    archive.write_bytes(cifar10_archive())
    assert main(["data", "import", str(archive)]) == 0
    out, err = capsys.readouterr()
    assert "CIFAR-10 is ready: 10 images to train, 2 to test" in out
    assert "not exactly the published CIFAR-10 images" in err
    assert main(["data", "status"]) == 0
    assert [line for line in lines(capsys.readouterr().out) if line.startswith("cifar10 ready CIFAR-10: 10 images")]


def test_the_python_version_of_cifar10_exits_4_and_says_what_to_take(tmp_path, root, capsys):
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(b"")
    assert main(["data", "import", "cifar10", str(tmp_path)]) == 4
    err = capsys.readouterr().err
    assert "its files are pickles" in err
    assert "Take cifar-10-binary.tar.gz" in err
    assert not root.exists()


def test_files_of_two_sets_in_one_folder_need_the_name_of_one(source, capsys):
    (source / "cifar-10-binary.tar.gz").write_bytes(cifar10_archive())
    assert main(["data", "import", str(source)]) == 2
    assert "MNIST and CIFAR-10" in capsys.readouterr().err
    assert main(["data", "import", "cifar10", str(source)]) == 0


def cifar10_archive():
    """Two images in each of the six files, and nothing else."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", format=tarfile.GNU_FORMAT) as archive:
        for name in (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"):
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = 2 * 3073
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    return stream.getvalue()


def test_a_folder_without_any_known_file_names_those_that_could_be_there(tmp_path, root, capsys):
    assert main(["data", "import", str(tmp_path)]) == 4
    err = capsys.readouterr().err
    assert f"{tmp_path} holds no files of a data set." in " ".join(err.split())
    assert "train-images-idx3-ubyte.gz" in err
    assert not root.exists()


def test_files_in_the_data_folder_itself_are_used_and_import_is_advised(source, monkeypatch, capsys):
    monkeypatch.setenv("DLQUIZ_DATA", str(source))
    assert main(["data", "status"]) == 0
    out, _ = capsys.readouterr()
    assert [line for line in lines(out) if line.startswith("mnist raw")]
    assert f'Next: dlquiz data import "{source}"' in out
    assert main(["data", "import", str(source)]) == 0
    capsys.readouterr()
    main(["data", "status"])
    assert [line for line in lines(capsys.readouterr().out) if line.startswith("mnist ready")]


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
    next(root.glob("mnist-*/test_y.npy")).unlink()
    capsys.readouterr()
    assert main(["data", "status"]) == 1
    out, err = capsys.readouterr()
    assert "mnist broken MNIST" in lines(out)
    assert "test_y.npy is missing" in " ".join(err.split())
    assert "dlquiz data fetch mnist" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["fetch", "imagenet"], ["fetch", "digits"], ["import", "/no/such/folder"], ["import"], ["nothing"],
        ["import", "digits", "."], ["import", "mnist", ".", "."],
    ],
)  # fmt: skip
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
        "import sys; from dlquiz.cli import main; "
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
