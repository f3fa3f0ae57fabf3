"""Actions in a shop that keeps keys: each is done once under its key."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from cases.action import ActionArguments
from demo.shop.api import InDatabase, Profile, found
from demo.shop.executing import Executed, execute, executed_under
from demo.shop.faults import KEY_HEADER
from demo.shop.refusals import ProblemCode, Refusal

REPLAYED_HEADER = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")

router = APIRouter()


def key_of(key: Annotated[str | None, Header(alias=KEY_HEADER)] = None) -> str:
    """The key of an action. Raises Refusal where there is none."""
    if key is None or not KEY.fullmatch(key):
        message = f"Send the header {KEY_HEADER} with 1 to 255 visible ASCII characters, the same on every try."
        raise Refusal(ProblemCode.KEY_MISSING, message, KEY_HEADER, status=400)
    return key


Key = Annotated[str, Depends(key_of)]


@router.post("/actions")
async def act(
    arguments: ActionArguments, key: Key, connection: InDatabase, profile: Profile, response: Response
) -> Executed:
    """Do an action once under its key."""
    answer = await execute(connection, key, arguments, profile)
    if answer.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return answer.executed


@router.get("/actions/{key:path}")
async def executed(key: str, connection: InDatabase) -> Executed:
    """What was done under a key. Keys hold slashes and colons; percent-encode them whole."""
    return found(await executed_under(connection, key), f"action under the key {key}")
