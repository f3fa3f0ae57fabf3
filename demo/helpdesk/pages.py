"""What people see of the helpdesk: two pages to read, without a script."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader

from demo.helpdesk.api import Store

TEMPLATES = Path(__file__).parent / "templates"
NEWEST = 200

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
"""What customers wrote is shown as text; should any of it ever become markup, the browser loads and runs nothing."""

router = APIRouter(include_in_schema=False)
_environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)


@router.get("/")
async def list_page(store: Store) -> HTMLResponse:
    """The newest tickets."""
    return _page("tickets.html", tickets=await store.newest(NEWEST))


@router.get("/tickets/{ticket_id}/page")
async def ticket_page(ticket_id: str, store: Store) -> HTMLResponse:
    """One ticket: what the customer wrote and reads, and the notes between colleagues, in the order of writing."""
    conversation = await store.conversation(ticket_id)
    entries = await store.messages(ticket_id, reference=None)
    return _page("ticket.html", ticket=conversation.ticket, entries=entries)


@router.get("/style.css")
async def style() -> FileResponse:
    """The pages' stylesheet."""
    return FileResponse(TEMPLATES / "style.css", media_type="text/css")


def _page(template: str, **values: object) -> HTMLResponse:
    page = _environment.get_template(template).render(values)
    return HTMLResponse(page, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})
