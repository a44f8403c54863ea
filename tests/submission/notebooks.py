"""Make notebooks for tests."""

import json


def code_cell(source):
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def notebook(*cells, **changes):
    """Return the bytes of a notebook of format 4; texts become code cells."""
    document = {
        "cells": [code_cell(cell) if isinstance(cell, str | list) else cell for cell in cells],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
        **changes,
    }
    return json.dumps({key: value for key, value in document.items() if value is not None}).encode()
