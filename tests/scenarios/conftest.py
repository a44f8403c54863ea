"""The graders of the scenario course are material for the tests here, not tests."""

collect_ignore = ["course"]
