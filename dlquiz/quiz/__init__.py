"""Marking answers, and one run through a quiz. Import from the submodules."""
