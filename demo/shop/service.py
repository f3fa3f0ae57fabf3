"""The shop as one application."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import DataError, OperationalError
from psycopg_pool import PoolTimeout

from demo.faults import FaultInjection, FaultPlan
from demo.shop import api, keyed, unkeyed
from demo.shop.database import connection_pool
from demo.shop.faults import may_be_struck
from demo.shop.profile import Keys, ShopProfile
from demo.shop.refusals import Problem, ProblemAnswer, ProblemCode, Refusal
from demo.shop.seeding import prepare


def shop(database_url: str, seed: Path, profile: ShopProfile | None = None) -> FastAPI:
    """Build the shop on a database; its tables are made, and the first time filled from `seed`, when it starts."""
    profile = profile or ShopProfile()
    pool = connection_pool(database_url)
    faults = FaultPlan()

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncGenerator[None]:
        async with pool:
            await prepare(pool, seed)
            yield

    app = FastAPI(title="Demo shop", lifespan=running, redirect_slashes=False)
    app.state.pool = pool
    app.state.faults = faults
    app.state.seed = seed
    app.state.profile = profile
    app.include_router(api.router)
    app.include_router(keyed.router if profile.keys is Keys.KEPT else unkeyed.router)
    app.add_middleware(FaultInjection, plan=faults, may_strike=may_be_struck)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(PoolTimeout, _database_away)
    app.add_exception_handler(OperationalError, _database_lost)
    return app


async def _refused(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, Refusal):
        raise error
    return _answer(error.status, error.problem)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    named = [(".".join(str(step) for step in problem["loc"]), problem["msg"]) for problem in error.errors()]
    message = " ".join(f"{field}: {text}." for field, text in named)
    return _answer(422, Problem(code=ProblemCode.INVALID_REQUEST, message=message, field=named[0][0]))


async def _unstorable(_: Request, __: Exception) -> JSONResponse:
    message = "The text holds a character the shop cannot keep, such as NUL. Send it without."
    return _answer(422, Problem(code=ProblemCode.INVALID_REQUEST, message=message))


async def _database_away(_: Request, __: Exception) -> JSONResponse:
    message = "The shop's database does not answer, so nothing was done. Try again shortly."
    answer = _answer(503, Problem(code=ProblemCode.UNAVAILABLE, message=message))
    answer.headers["Retry-After"] = "1"
    return answer


async def _database_lost(_: Request, __: Exception) -> JSONResponse:
    message = "The database was lost during the work. Look the action up by its key before a second try."
    return _answer(500, Problem(code=ProblemCode.DATABASE_LOST, message=message))


def _answer(status: int, problem: Problem) -> JSONResponse:
    return JSONResponse(ProblemAnswer(error=problem).model_dump(mode="json"), status_code=status)
