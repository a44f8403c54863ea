"""The floor of a class: workers that are forked, confined, asked and ended as in a grading, and nothing is judged.

    python benchmarks/floor.py [--submissions 1000]

What remains of ``classroom.py`` when the grader's cases, the report, the table and the database cost nothing.
"""

import argparse
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
from common import EXERCISE, mixed_files, prepared

from dlquiz.sandbox import wire
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.fork_server import ForkServer

BEGIN = {"op": "begin", "seed": 0}


def main() -> None:
    """Time one process, and one for each core."""
    parser = argparse.ArgumentParser(description="Workers without a grading.")
    parser.add_argument("--submissions", type=int, default=1000)
    count = parser.parse_args().submissions
    with prepared("workers of a class, nothing judged") as (course, _):
        files = mixed_files(course)
        for jobs in sorted({1, len(os.sched_getaffinity(0))}):
            parts = [files[place % len(files) :] + files[: place % len(files)] for place in range(jobs)]
            with multiprocessing.get_context("spawn").Pool(jobs) as pool:
                pool.starmap(work, [(course.root, part, 20) for part in parts])  # everything is imported
                started = time.perf_counter()
                pool.starmap(work, [(course.root, part, count // jobs) for part in parts])
                each = (time.perf_counter() - started) / (count // jobs * jobs)
            print(f"  {jobs} at a time   {60 / each:7.0f} a minute   {each * 1e3:7.1f} ms each")


def work(root: Path, files: list[Path], count: int) -> None:
    """Let ``count`` workers answer; the next one is forked and greeted while one is at work, as in a grading."""
    probe = (root / "graders" / EXERCISE / "probe.py").read_bytes()
    # A class has one seed: its questions are packed once. The greeting has numbers 1 and 2, the file 3.
    questions = [wire.pack({**question, "id": number}) for number, question in enumerate(asked(), start=4)]
    with ForkServer(("numpy",)) as server:
        following = server.begin_worker(memory_mib=256)
        for number in range(count):
            worker, following = following(), server.begin_worker(memory_mib=256)
            worker.greet([BEGIN, _load("probe", probe)])
            file = _load("submission", files[number % len(files)].read_bytes())
            worker.send([wire.pack({**file, "id": 3}), *questions])
            if worker.look_ahead(3 + len(questions), 60) is None:
                raise SystemExit("a worker did not answer: the times would say nothing")
            worker.close()
        following().close()


def _load(role: str, source: bytes) -> dict[str, object]:
    return {"op": "load", "role": role, "name": role, "source": source, "seed": 1}


def asked() -> list[dict[str, object]]:
    """Return 39 questions, as many and of the kinds and sizes that the cases of exercise 3 ask."""
    rng = np.random.default_rng(1)
    logits, y = rng.normal(size=(8, 5)), rng.integers(5, size=8)
    dout, X, W = rng.normal(size=(6, 3)), rng.normal(size=(6, 4)), rng.normal(size=(4, 3))
    small, large = network(rng, 6, 5, 4, 3), network(rng, 10, 196, 32, 10)
    calls = [("cross_entropy", (logits, y))] * 9 + [("cross_entropy_grad", (logits, y))] * 9
    calls += [("linear_backward", (dout, X, W))] * 8 + [("relu_backward", (dout, rng.normal(size=(6, 3))))] * 5
    calls += [("loss_and_grads", small)] * 6 + [("loss_and_grads", large)] * 2
    return [
        {"op": "eval", "expr": Call(Get(Module("submission"), name), arguments), "echo": False, "begin": place}
        for place, (name, arguments) in enumerate(calls)
    ]


def network(rng: np.random.Generator, n: int, d: int, hidden: int, classes: int) -> tuple[object, ...]:
    """Return rows, labels and parameters of a two-layer network."""
    params = {
        "W1": rng.normal(size=(d, hidden)) / d, "b1": np.zeros(hidden),
        "W2": rng.normal(size=(hidden, classes)), "b2": np.zeros(classes),
    }  # fmt: skip
    return rng.normal(size=(n, d)), rng.integers(classes, size=n), params


if __name__ == "__main__":
    main()
