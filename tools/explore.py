"""Look for what the repeatable examples miss: every property with fresh random numbers, for as long as you like.

    python tools/explore.py --minutes 60      a night's work; exit 1 if something was found

Each file with properties runs in a pytest of its own, in an order that is drawn, until the time is over. What is found
is printed as pytest says it: the smallest example, the line ``@reproduce_failure(…)`` that repeats it in a test, and
above them the command that repeats the run. A found example belongs into its test, as ``@example(…)``.
"""

import argparse
import itertools
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_FOUND, _NOTHING = 1, (0, 5)
"""Exit codes of pytest: a test failed; all passed, or there is no property."""
_LAST_WORDS_S = 30


def properties() -> list[str]:
    """Return the test files that have properties."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(path.relative_to(ROOT)) for path in files if "@given" in path.read_text(encoding="utf-8")]


@dataclass
class Search:
    """What several threads share: the files to try next, and what was found."""

    until: float
    turns: Iterator[tuple[str, int]]
    healthy: set[str]
    """Files in which nothing was found yet."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    done: int = 0

    @property
    def left_s(self) -> float:
        """How much time is left."""
        return self.until - time.monotonic()

    def go_on(self) -> None:
        """Run file after file; one in which something was found does not run again."""
        while self.left_s > 0 and self.healthy:
            with self.lock:
                path, seed = next(self.turns)
            if path in self.healthy:
                self.note(path, seed, *self.run(path, seed))

    def run(self, path: str, seed: int) -> tuple[int, str]:
        """Run the properties of a file; return pytest's exit code and words, 0 if the time ended it."""
        process = subprocess.Popen(
            [*command(path, seed), "--no-header", "--tb=short", "-p", "no:cacheprovider"],
            cwd=ROOT, env=os.environ | {"HYPOTHESIS_PROFILE": "explore"}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            words, _ = process.communicate(timeout=max(1, self.left_s))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                words, _ = process.communicate(timeout=_LAST_WORDS_S)
            except subprocess.TimeoutExpired:
                process.kill()
                words, _ = process.communicate()
            return (_FOUND if "Falsifying example" in words else 0), words
        return process.returncode, words

    def note(self, path: str, seed: int, code: int, words: str) -> None:
        """Count a run, and print what it found."""
        with self.lock:
            self.done += 1
            if code not in _NOTHING:
                self.healthy.discard(path)
                again = " ".join(["HYPOTHESIS_PROFILE=explore python", *command(path, seed)[1:]])
                sys.stdout.write(f"\n{path}: pytest ended with {code}\n{again}\n{words}\n")
                sys.stdout.flush()


def command(path: str, seed: int) -> list[str]:
    """Return the command that tries the properties of a file."""
    return [sys.executable, "-m", "pytest", "-q", "-m", "hypothesis", f"--hypothesis-seed={seed}", path]


def drawn(files: list[str], seed: int) -> Iterator[tuple[str, int]]:
    """Yield files for ever, all of them before one comes again, each time with another seed."""
    rng = random.Random(seed)
    for _ in itertools.count():
        for path in rng.sample(files, len(files)):
            yield path, rng.randrange(2**32)


def main() -> int:
    """Search, and say how much was tried."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="of the order and of all seeds")
    parser.add_argument("files", nargs="*", help="only these test files")
    options = parser.parse_args()
    files = options.files or properties()
    search = Search(time.monotonic() + 60 * options.minutes, drawn(files, options.seed), set(files))
    threads = [threading.Thread(target=search.go_on) for _ in range(options.processes)]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        search.until = time.monotonic()
    found = len(files) - len(search.healthy)
    sys.stdout.write(f"{len(files)} files with properties, {search.done} runs, --seed {options.seed}\n")
    sys.stdout.write(f"{found} files in which something was found\n")
    return int(found > 0)


if __name__ == "__main__":
    raise SystemExit(main())
