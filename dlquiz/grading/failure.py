"""How a case ends when it does not pass."""


class CaseFailed(Exception):
    """The submission lost this case. The payload is what the renderers show.

    Parameters
    ----------
    message : str
        What is wrong, as a sentence.
    expected, got, where, diagnosis : str, optional
        Short texts: what should have come, what came, where it differs, and which mistake explains it.
    cause : str, optional
        One of the report's causes when it was not simply a wrong value.
    trace : str
        The learner's own frames of a traceback.
    by_value : bool
        Whether what came back decided it, and not the time it took.
    error_types : frozenset of str
        The names of the class of the learner's exception and of its bases; empty if none was raised.
    whole_file : bool
        The file could not be loaded, so that nothing of it was called.
    hinted : bool
        Whether the case's hint helps here: it is about values, not about the form of an answer.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: str | None = None,
        got: str | None = None,
        where: str | None = None,
        diagnosis: str | None = None,
        cause: str | None = None,
        trace: str = "",
        by_value: bool = True,
        error_types: frozenset[str] = frozenset(),
        whole_file: bool = False,
        hinted: bool = True,
    ) -> None:
        super().__init__(message)
        self.by_value = by_value and cause is None
        self.error_types = error_types
        self.whole_file = whole_file
        self.hinted = hinted
        self.message = message
        self.expected = expected
        self.got = got
        self.where = where
        self.diagnosis = diagnosis
        self.cause = cause
        self.trace = trace

    @property
    def of_answers(self) -> bool:
        """Whether it says nothing but what the answers are: nothing of the file, and of how it came to them."""
        return self.cause is None and not self.trace and not self.whole_file and self.__cause__ is None

    def copy(self) -> "CaseFailed":
        """Return the same without its traceback: more may be said of one of them."""
        other = CaseFailed(self.message)
        other.__dict__.update(self.__dict__)
        return other

    def __str__(self) -> str:
        lines = [self.message]
        for name in ("where", "expected", "got", "diagnosis"):
            if value := getattr(self, name):
                lines.append(f"{name}: {value}")
        return "\n".join(lines) + (f"\n{self.trace}" if self.trace else "")


class CaseBroken(Exception):
    """The case could not be judged: the grader, the reference or the machine is at fault."""


class TrustedSideFailed(CaseBroken):
    """The reference did not answer, or was given an object: its fault, or that of an answer of the submission's."""
