"""Print and raise formulas, for whoever opens a table in a spreadsheet.

item: CSV formulas
cause: exception
control: reader formula
"""

EVIL = '=HYPERLINK("http://127.0.0.1/","grade")\n+1+1\n@SUM(A1)\n-2+3'


def double(x):
    print(EVIL)
    raise ValueError(EVIL)
