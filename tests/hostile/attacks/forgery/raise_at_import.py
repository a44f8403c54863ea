"""Exit while loading.

item: exit
cause: exception
control: script succeeds
earns: 0
"""

raise SystemExit(0)
