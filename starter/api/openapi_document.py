"""What the reference page reads of an OpenAPI document; all else in it is left where it is."""

from pydantic import Field, JsonValue

from cases.record import Record

REFERENCE = "#/components/schemas/"


class Schema(Record):
    """A type: another one by its name, one of several, or its own fields."""

    reference: str | None = Field(None, alias="$ref")
    type: str | None = None
    format: str | None = None
    title: str = ""
    description: str = ""
    enum: tuple[JsonValue, ...] = ()
    const: JsonValue = None
    any_of: tuple["Schema", ...] = Field((), alias="anyOf")
    one_of: tuple["Schema", ...] = Field((), alias="oneOf")
    items: "Schema | None" = None
    properties: dict[str, "Schema"] = {}
    required: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = Field(None, alias="minLength")
    max_length: int | None = Field(None, alias="maxLength")
    min_items: int | None = Field(None, alias="minItems")
    max_items: int | None = Field(None, alias="maxItems")
    default: JsonValue = None

    @property
    def named(self) -> str | None:
        """The name of the type it stands for, if it stands for one."""
        return self.reference.removeprefix(REFERENCE) if self.reference else None


ANYTHING = Schema.model_validate({})
"""The type of what the document says nothing about."""


class Example(Record):
    """A value that can be sent as it is."""

    summary: str = ""
    value: JsonValue = None


class Content(Record):
    """A body in one format."""

    schema_: Schema = Field(ANYTHING, alias="schema")
    example: JsonValue = None
    examples: dict[str, Example] = {}


class Body(Record):
    """What is sent."""

    content: dict[str, Content]


class Answer(Record):
    """What comes back, for one status."""

    description: str = ""
    content: dict[str, Content] = {}


class Parameter(Record):
    """A value in the address."""

    name: str
    place: str = Field(alias="in")
    required: bool = False
    schema_: Schema = Field(ANYTHING, alias="schema")


class Operation(Record):
    """One method of one address."""

    tags: tuple[str, ...] = ()
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = Field(None, alias="requestBody")
    responses: dict[str, Answer] = {}
    security: tuple[dict[str, tuple[str, ...]], ...] = ()


class About(Record):
    """The name of the whole, and what to know first."""

    title: str
    version: str
    description: str = ""


class Components(Record):
    """The named types."""

    schemas: dict[str, Schema] = {}


class OpenApiDocument(Record):
    """An OpenAPI document: `paths` by address, then by method."""

    info: About
    paths: dict[str, dict[str, Operation]]
    components: Components = Components()
