"""The GraphQL documents that people's apps send (客户端文档): one operation a file, named as its operation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson

FOLDER: Final = Path(__file__).parent / "operations"


def prepared() -> Mapping[str, bytes]:
    """Operation name to the beginning of its request's JSON, which only the variables and a brace are to follow."""
    return {
        name: orjson.dumps({"query": text, "operationName": name})[:-1] + b',"variables":'
        for name, text in documents().items()
    }


def documents() -> Mapping[str, str]:
    """Operation name to text, in the order of names."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.graphql"))}
