"""Print and raise HTML, for whoever puts a report on a page.

item: HTML and script
cause: exception
control: reader html
"""

EVIL = "</script></pre><script>alert(1)</script><img src=x onerror=alert(2)>"


def double(x):
    print(EVIL)
    raise ValueError(EVIL)
