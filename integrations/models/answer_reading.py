"""The text a model answered with, read as the object it was asked for. Nothing of another shape gets through."""

from enum import StrEnum

from pydantic import ValidationError

from cases.errors import ContentFailure
from cases.ladder import Usage
from integrations.models.completion import CompletionRequest, Output
from integrations.models.failures import shown


class Unusable(StrEnum):
    """Why an answer that arrived cannot be used, as a sentence; `{model}` and `{what}` are filled in."""

    EMPTY = "{model} answered with nothing: ask another model."
    REFUSED = "{model} refused to answer: ask another model, or a person."
    FILTERED = "{model}'s provider filtered the answer: ask another provider's model, or a person."
    CUT_OFF = "{model}'s answer was cut off by its length: give it a higher `max_output_tokens` in the policy."
    TOO_LONG = "{model} ran out of room for the question and the answer: use a model that reads more at once."
    PAUSED = "{model} paused before it was done, as for tools it was not given: ask another model."
    UNFINISHED = "{model} does not say that its answer is whole: ask it again, or ask another model."
    STOPPED = "{model} stopped for a reason nobody knows here ({what}): ask another model."
    BROKEN = "{model}'s JSON is broken or ends too early: ask it more strictly, or give it more `max_output_tokens`."
    PROSE = "{model} answered in prose, not in JSON: ask it more strictly, or use a model with structured output."
    MISSHAPEN = "{model} answered in another shape than asked for (at {what}): ask it more strictly."


LONGEST_DETAIL = 24
"""Characters of what a server or a model made up, in a sentence."""


def unusable(why: Unusable, model: str, usage: Usage, what: str = "") -> ContentFailure:
    """The failure to raise. `usage` is paid for all the same."""
    return ContentFailure(why.format(model=shown(model), what=what[:LONGEST_DETAIL]), usage)


def read_answer(request: CompletionRequest[Output], text: str, usage: Usage) -> Output:
    """What was asked for. Raises ContentFailure for an empty text, prose, broken JSON, and any other shape."""
    if not text.strip():
        raise unusable(Unusable.EMPTY, request.model, usage)
    try:
        return request.output.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
    # Outside the handler: pydantic's words repeat the answer, which may repeat the customer, and go into no log.
    if first["type"] != "json_invalid":
        place = ".".join(str(part) for part in first["loc"]) or "the top"
        raise unusable(Unusable.MISSHAPEN, request.model, usage, place)
    why = Unusable.BROKEN if text.lstrip().startswith("{") else Unusable.PROSE
    raise unusable(why, request.model, usage)
