"""Beyond the stub: what a course's certified right and wrong solutions are good for (pure)."""
