"""``dlquiz class worker-check``: whether a machine, or every worker of a cluster, can grade behind the wall."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cluster.orders import WorkerFacts


@click.command("worker-check")
@click.option("--cluster", metavar="ADDRESS", help="Ask every worker of a Dask cluster: its scheduler's address.")
@AS_JSON
@click.pass_context
def worker_check(ctx: click.Context, cluster: str | None, as_json: bool) -> None:
    """Say whether a worker's kernel can isolate, and what is installed there.

    Without --cluster it is about this machine: start it where the workers will
    run, such as in a job of your batch system. Exit code 1 means that a worker
    does not reach level kernel, or that two workers have different versions.

    \b
    Example:
        dlquiz class worker-check
        dlquiz class worker-check --cluster tcp://head:8786
    """
    from dlquiz.cli._class_grading import open_cluster
    from dlquiz.cluster.worker import facts_here

    app: App = ctx.obj
    if cluster is None:
        facts = {"this machine": facts_here(wall=True)}
    else:
        with open_cluster(app, cluster, quiet=as_json) as connected:
            facts = connected.facts(wall=True)
    differing = _differing(facts)
    ok = not differing and all(one.isolation == "kernel" for one in facts.values())
    if as_json:
        app.say_json(_document(facts, differing, ok))
    else:
        _say(app, facts, differing)
    ctx.exit(0 if ok else 1)


def _differing(facts: "Mapping[str, WorkerFacts]") -> dict[str, Counter[str]]:
    """Return what is not the same everywhere: names, and how many workers have which version."""
    names = sorted({name for one in facts.values() for name in one.versions})
    found = {name: Counter(one.versions.get(name, "missing") for one in facts.values()) for name in names}
    return {name: versions for name, versions in found.items() if len(versions) > 1}


def _say(app: "App", facts: "Mapping[str, WorkerFacts]", differing: Mapping[str, Counter[str]]) -> None:
    from dlquiz.render.findings import counted
    from dlquiz.text import one_line

    for worker, one in sorted(facts.items()):
        app.say(f"{one_line(worker, 100)} ({one_line(one.host, 60)}): level {one_line(one.isolation, 20)}", bold=True)
        for problem in one.problems:
            app.say(f"  {one_line(problem, 500)}")
        installed = ", ".join(f"{name} {version}" for name, version in sorted(one.versions.items()))
        app.say(f"  {one_line(installed, 500)}; data: {one_line(', '.join(one.data), 200)}")
    for name, versions in differing.items():
        told = ", ".join(
            f"{one_line(version, 40)} on {counted(often, 'worker')}" for version, often in versions.items()
        )
        app.say(f"Not the same everywhere: {one_line(name, 40)} ({told}).")
    strong = sum(one.isolation == "kernel" for one in facts.values())
    app.say(f"{strong} of {counted(len(facts), 'worker')} can grade other people's code behind the whole wall.")


def _document(facts: "Mapping[str, WorkerFacts]", differing: Mapping[str, Counter[str]], ok: bool) -> dict[str, object]:
    workers = [
        {
            "worker": worker,
            "host": one.host,
            "isolation": one.isolation,
            "problems": list(one.problems),
            "versions": dict(one.versions),
            "data": list(one.data),
        }
        for worker, one in sorted(facts.items())
    ]
    return {"format_version": 1, "ok": ok, "workers": workers, "differing": sorted(differing)}
