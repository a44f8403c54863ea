"""What ``dlquiz class grade --rules`` does: every attempt graded, and each grade by the rules."""

from collections.abc import Callable

from dlquiz.classroom.grade_tables import WORK_COLUMNS, grade_document, work_bytes
from dlquiz.classroom.regrade import Regrading
from dlquiz.cli._class_by_rules import RuledWishes, ruled_class, say_by_rules, say_times
from dlquiz.cli._class_grading import ClassWork, as_document, exit_code, own_table, say, write_table


def grade_by_rules(
    work: ClassWork,
    wishes: RuledWishes,
    table: str | None,
    decide: Callable[[Regrading], bool] | None,
    *,
    bom: bool,
    dry_run: bool,
) -> int:
    """Grade, write the table, say how it went; return the exit code."""
    app = work.app
    ruled = ruled_class(app, wishes)
    to = None if table is None else own_table(table, WORK_COLUMNS)
    with ruled.found() as found:
        ruled.look_at(work, grade=not dry_run, decide=decide)
    grades = ruled.grades(quizzes=False)
    if to is not None:
        write_table(to, work_bytes(grades, ruled.rules, bom=bom))
    if work.as_json:
        shown = as_document(ruled.rows, found, work, dry_run=dry_run)
        app.say_json({**shown, "learners": grade_document(grades, ruled.rules)})
    else:
        say(app, ruled.rows, found, work, dry_run=dry_run)
        say_times(app, ruled)
        if not dry_run:
            say_by_rules(app, grades)
        if to is not None:
            app.say(f"The table: {to}")
    return exit_code(ruled.rows, work.regrading)
