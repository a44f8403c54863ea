"""What a check of a quiz found, with all that is said about it."""

from dataclasses import dataclass

from dlquiz.errors import Finding


@dataclass(frozen=True, slots=True)
class QuizFinding:
    """One mistake, or one broken rule. ``line`` and ``column`` count from 1; 0 means no place."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    question: str
    message: str
    suggestion: str = ""
    link: str = ""
    excerpt: str = ""

    @classmethod
    def mistake(cls, finding: Finding) -> "QuizFinding":
        """Return a mistake that makes a file unreadable."""
        f = finding
        return cls(f.file, f.line, f.column, "error", f.code, "", f.message, f.suggestion, excerpt=f.excerpt)
