"""The report as one JSON document (DESIGN §11), for programs."""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from dlquiz.model.report import Report


def report_json(report: Report) -> str:
    """Return the report as one JSON document, indented by two.

    Strict JSON: NaN and infinities, which JSON does not have, become null. Text
    stays readable (no escapes); lone surrogates, which cannot be encoded,
    become question marks. ``Report.model_validate_json`` reads it back.
    """
    return json.dumps(_json(report.model_dump()), ensure_ascii=False, allow_nan=False, indent=2)


def _json(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(_json(key)): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if hasattr(value, "tolist"):  # NumPy arrays and scalars in ``metrics``
        return _json(value.tolist())
    return str(value)
