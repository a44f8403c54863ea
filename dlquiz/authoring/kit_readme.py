"""The page with which a kit begins: what a learner types."""

from dlquiz.authoring.kit import Kit
from dlquiz.model.course import worth


def readme(title: str, folder: str, kit: Kit) -> str:
    """Return README.md of a kit that is unpacked as ``folder``."""
    hidden = [one.hidden for one in kit.exercises if one.hidden is not None]
    told = _HIDDEN.format(cases=sum(one.cases for one in hidden), worth=worth(sum(one.points for one in hidden)))
    return _PAGE.format(title=title, folder=folder, hidden=told if hidden else "")


_PAGE = """\
# {title}

A course of [dlquiz](https://pypi.org/project/dlquiz/). You need Linux, macOS or WSL, and Python 3.11 or newer.

```bash
python3 -m venv .venv && .venv/bin/pip install dlquiz
source .venv/bin/activate
dlquiz --course {folder} start
```

dlquiz asks once whether you trust this course: its checks are programs that run as you. Then `dlquiz next` says what to
do, and `dlquiz grade` looks at your work.
{hidden}
## Windows

dlquiz runs inside [WSL](https://learn.microsoft.com/windows/wsl/install): it starts your code in processes that are
forked, limited and watched as only a Unix system can, and Windows itself has nothing that would stop a program of yours
that never ends or takes all memory without ending dlquiz, too.
"""

_HIDDEN = """
The checks here are the public ones. {cases} more, for {worth}, are made by the people who gave you this kit,
when you hand in your files.
"""
