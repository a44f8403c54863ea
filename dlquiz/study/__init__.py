"""What one learner does: for a terminal, a page, or a notebook.

Nothing here prints, reads a keyboard or a clock, or parses a command line. A face opens a desk, calls one function for
each thing that its person does, and shows what comes back::

    with Desk(confirm=ask_about_the_course, tell=show_a_warning) as desk:
        opened = open_sitting(desk, "first-words", desk.course.quiz("first-words"), Wishes(), now)
        task = opened.asking.task(now)            # the question, without its answer
        reply = opened.asking.hear("2", now)      # a hint, a mark, or what the line was; already stored

`desk` holds the course, the workspace and the store; `path`, `names`, `advice` and `overview` say where somebody stands
and what comes next; `exercises` and `grading` are about one exercise; `quizzes`, `taking`, `asking`, `ending`, `memory`
and `reviewing` about questions; `checkup` about the machine. `store` is the only module that speaks SQL.
"""
