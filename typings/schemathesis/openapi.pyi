from collections.abc import Mapping
from typing import Any

from schemathesis import APIOperation

class OpenApiSchema(Mapping[str, Mapping[str, APIOperation]]): ...

def from_dict(schema: dict[str, Any]) -> OpenApiSchema: ...
