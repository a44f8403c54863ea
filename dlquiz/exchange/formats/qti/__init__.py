"""QTI 1.2 as Canvas writes it, and QTI 2.1: readers, writers, and the schemas that are checked before writing."""
