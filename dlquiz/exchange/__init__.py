"""Quizzes of other programs: read them, write them, and tell what was lost on the way.

Nothing here runs anything that a file holds. A reader gives an `Imported`, a writer an `Exported`; both end in a
``LossReport``. ``FORMATS`` (in ``base``) knows every format and loads its module only when it is used.
"""
