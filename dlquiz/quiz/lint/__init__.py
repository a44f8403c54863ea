"""Rules for good questions: what tests of many years found to mislead learners, or to give an answer away.

Every rule is a pure function with a reason and a source (``registry.RULES``); ``run.lint`` applies them, and ``places``
finds line and column afterwards.
"""
