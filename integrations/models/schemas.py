"""The JSON schema of an answer, as a vendor gets it.

What a schema explains is shown to the model, and our docstrings are for those who read the code: what models are told
stands in the policy's prompts, and is hashed there.
"""

import json
from collections.abc import Mapping


def unexplained(schema: Mapping[str, object]) -> dict[str, object]:
    """The schema without any description in it."""
    return json.loads(json.dumps(schema), object_hook=_without_description)


def _without_description(part: dict[str, object]) -> dict[str, object]:
    # A field may be called `description`; then it has a schema of its own there, and no text.
    return {key: value for key, value in part.items() if key != "description" or not isinstance(value, str)}
