"""YAML for front matter and data cards: mappings of plain values, every string quoted.

Written by hand because only this much is needed; any YAML 1.1 or 1.2 parser reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def yaml(value: Mapping[str, Any], indent: int = 0) -> str:
    """Return a mapping as YAML, a line for each entry.

    >>> print(yaml({"title": "Yes: 1", "tags": ["a"], "none": []}), end="")
    title: "Yes: 1"
    tags:
    - "a"
    none: []
    """
    pad = "  " * indent
    lines = []
    for name, item in value.items():
        if isinstance(item, list) and item:
            lines.append(f"{pad}{name}:\n")
            lines += [_item(member, indent) for member in item]
        elif isinstance(item, Mapping):
            lines.append(f"{pad}{name}:\n{yaml(item, indent + 1)}")
        else:
            lines.append(f"{pad}{name}: {scalar(item)}\n")
    return "".join(lines)


def scalar(value: Any) -> str:
    """Return a value in YAML; strings in double quotes, as JSON writes them."""
    text = json.dumps(value, ensure_ascii=False)
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _item(member: Any, indent: int) -> str:
    """Return one member of a list."""
    pad = "  " * indent
    if isinstance(member, Mapping):
        inner = yaml(member, indent + 1)
        return f"{pad}- {inner[len(pad) + 2 :]}"
    return f"{pad}- {scalar(member)}\n"
