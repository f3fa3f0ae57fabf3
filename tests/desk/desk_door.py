"""The desk on a real port, in a thread of its own, and a browser's part in talking to it."""

import re
import ssl
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

from starter.desk.application import desk
from starter.settings import Settings
from tests.serving import serving

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For browsers that speak plain HTTP: reading all the certificates took longer than most of what they ask."""

CSRF = re.compile(r'<meta name="csrf" id="csrf" content="(\w*)"')


@contextmanager
def served(application: FastAPI, port: int = 0) -> Generator[str]:
    """Serve an application while the block lasts, on any free port if none is named; its address."""
    with serving(uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=1), port) as address:
        yield address


@contextmanager
def open_desk(settings: Settings) -> Generator[str]:
    """Serve the desk while the block lasts; its address."""
    with served(desk(settings)) as address:
        yield address


@contextmanager
def browser(address: str) -> Generator[httpx.Client]:
    """Somebody with cookies of their own, who follows no redirect by themselves."""
    with httpx.Client(base_url=address, timeout=30, trust_env=False, verify=PLAIN) as client:
        yield client


def csrf_on(answer: httpx.Response) -> str:
    """The token that a page carries."""
    found = CSRF.search(answer.text)
    assert found is not None, answer.text
    return found[1]


def sign_in(client: httpx.Client, name: str, password: str, next_page: str = "/") -> httpx.Response:
    """Fill in the form and send it."""
    csrf = csrf_on(client.get("/sign-in"))
    return client.post("/sign-in", data={"name": name, "password": password, "next": next_page, "csrf": csrf})
