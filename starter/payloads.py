"""How values stand in Temporal's histories: JSON that a newer or an older worker still reads.

What nobody said is left out, because a case lies in the engine's database for days. Fields a worker does not know are
passed over, also in what is refused for them at a door: there a misspelt field is somebody's mistake, here it is a
newer version's.
"""

from functools import lru_cache

from pydantic import TypeAdapter
from pydantic_core import to_json
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    EncodingPayloadConverter,
    JSONPlainPayloadConverter,
)


class TolerantJSONConverter(EncodingPayloadConverter):
    """Pydantic values as JSON, without what is none, and without what is unknown here."""

    @property
    def encoding(self) -> str:
        """What a payload's metadata say of it."""
        return "json/plain"

    def to_payload(self, value: object) -> Payload:
        """Write a value. Fields that are none are left out: every such field has that as its default."""
        return Payload(metadata={"encoding": self.encoding.encode()}, data=to_json(value, exclude_none=True))

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> object:
        """Read a value. Raises ValidationError where it is not of the type."""
        return _adapter(type_hint or object).validate_json(payload.data, extra="ignore")


@lru_cache(maxsize=256)
def _adapter(wanted: type) -> TypeAdapter[object]:
    return TypeAdapter(wanted)


class CasePayloadConverter(CompositePayloadConverter):
    """Temporal's own converters, with ours in the place of JSON."""

    def __init__(self) -> None:
        super().__init__(
            *(
                TolerantJSONConverter() if isinstance(converter, JSONPlainPayloadConverter) else converter
                for converter in DefaultPayloadConverter.default_encoding_payload_converters
            )
        )


DATA_CONVERTER = DataConverter(payload_converter_class=CasePayloadConverter)
"""What every client, worker and replayer of cases is given."""
