"""Questions: drawing, asking, marking, spacing, and what makes a bad one (lint). Import from the submodules."""
