"""Fuzz for as long as you like: ``python tools/fuzz.py wire -max_total_time=600``.

Targets: ``wire`` (the frame decoder), ``client`` (a call that is answered with damaged frames),
``content`` (quizzes and exercises), ``submission`` (files that learners hand in). The rest of the line
goes to libFuzzer. Coverage guides it through atheris, which is no dependency of dlquiz: ``pip install
atheris`` first. What it calls is in tests/fuzz/targets.py; a crash is an input that belongs into a test there.
"""

import importlib.util
import random
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import atheris

FUZZ = Path(__file__).parents[1] / "tests" / "fuzz"
MEMORY_MIB = 1024
NAMES = ("work.py", "work.ipynb", "work.zip", "work.tar", "work.tar.gz", "work.tgz")


def load(name: str) -> ModuleType:
    """Load a module of tests/fuzz by its file."""
    spec = importlib.util.spec_from_file_location(f"fuzz_{name}", FUZZ / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def seeds(target: str, targets: ModuleType) -> list[bytes]:
    """Return valid inputs; for content and submissions the first byte chooses the kind."""
    if target in ("wire", "client"):
        return targets.frames()
    if target == "content":
        kinds = enumerate(targets.contents().values())
        return [bytes([number]) + data for number, files in kinds for data in files]
    files = load("test_fuzz").submissions()
    return [bytes([NAMES.index(name)]) + data for name, data in files.items() if name in NAMES]


def main() -> None:
    """Choose the target and hand over to libFuzzer, which ends the process."""
    target = sys.argv.pop(1)
    with atheris.instrument_imports(include=["dlquiz"]):
        targets = load("targets")
        # What is imported where it is needed must be instrumented, too.
        from dlquiz.submission import archive, folder, magics, notebook, tar, tree  # noqa: F401  to be instrumented

    def run(data: bytes) -> None:
        if target == "wire":
            targets.decode_frame(data)
        elif target == "client":
            targets.answer_client(data)
        elif data and target == "content":
            targets.load_content(data[1:], ("quiz", "exercise")[data[0] % 2])
        elif data:
            targets.read_file(data[1:], NAMES[data[0] % len(NAMES)])

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        if seed % 3 == 0:
            return atheris.Mutate(data, max_size)
        return targets.reframed(data, random.Random(seed))[:max_size]

    with tempfile.TemporaryDirectory(prefix="dlquiz-corpus-") as corpus:
        for number, seed in enumerate(seeds(target, targets)):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [f"-rss_limit_mb={MEMORY_MIB}", f"-timeout={targets.SLOW_S}", "-max_len=20000", "-close_fd_mask=1"]
        words = [sys.argv[0], *options, *sys.argv[1:], corpus]
        atheris.Setup(words, run, **({"custom_mutator": mutate} if target in ("wire", "client") else {}))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
