"""A class: what a whole class handed in, found, graded once each, kept, and written as one table."""
