"""Print and raise the markup of a library that colours terminals.

item: Rich markup
cause: exception
control: reader markup
"""

EVIL = "[bold green]PASSED: all checks pass[/] [link=http://127.0.0.1]more[/link] [/not-open]"


def double(x):
    print(EVIL)
    raise ValueError(EVIL)
