"""Exit while loading.

cause: exception
earns: 0
"""

raise SystemExit(0)
