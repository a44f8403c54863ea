"""What a function answers when it is allowed to refuse.

``submission`` is the module under grading, set when this file is loaded.
"""


def answer_or_refusal(name, *arguments):
    """Return what the learner's function returns, or the text "ValueError" if it raises one."""
    try:
        return getattr(submission, name)(*arguments)  # noqa: F821 - set by the loader
    except ValueError:
        return "ValueError"
