"""What a bounce says: whom our mail did not reach, which mail it was, and why."""

import re

from cases.ticket import MAXIMUM_MESSAGE_CHARACTERS, Message
from routing.machine_text import MAIL_SERVERS, POSTMASTERS, own_text
from routing.normal_text import normal

MOST_RECIPIENTS = 10
MOST_IDS = 20
SHORTEST_ID = 8
"""Characters. A shorter one may stand in a mail by chance."""
WHY_CHARACTERS = 120

_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_RECIPIENT_FIELD = re.compile(r"^(?:final|original)-recipient:[^;\n]*;\s*<?([^\s<>]+@[^\s<>]+)", re.IGNORECASE | re.M)
_MESSAGE_ID = re.compile(r"<([^<>\s@]+)(@[^<>\s]+)?>")
_OUR_REFERENCE = re.compile(r"\bticket:[a-z0-9-]+:[a-z0-9-]+:[\w.-]+/[\w-]+(?:/[a-z]+)?")
_OUR_NAME = re.compile(r"\bsb_[0-9a-f]{40}\b")
_DIAGNOSIS = re.compile(
    r"^.*(?:diagnostic-code:|(?<!\d)5[0-7]\d[ :-]|(?<![\w.])[45]\.\d{1,3}\.\d{1,3}(?!\w)).*$", re.I | re.M
)


def failed_recipients(message: Message) -> tuple[str, ...]:
    """The addresses, in lower case: as a header or a field of the report names them, else those in its text."""
    named = _ADDRESS.findall((message.headers.x_failed_recipients if message.headers else None) or "")
    named += _RECIPIENT_FIELD.findall(normal(message.text))
    found = named or _ADDRESS.findall(own_text(message))
    people = (one.strip(".'").lower() for one in found if not (MAIL_SERVERS.search(one) or POSTMASTERS.search(one)))
    return tuple(dict.fromkeys(people))[:MOST_RECIPIENTS]


def mails_named(message: Message) -> tuple[str, ...]:
    """Ids of mails that it quotes or answers, with and without their domain: one of them may be our own name of it."""
    headers = message.headers
    answered = (headers.in_reply_to, headers.references) if headers else ()
    text = "\n".join((*(value for value in answered if value), message.text[:MAXIMUM_MESSAGE_CHARACTERS]))
    ids = [*_OUR_REFERENCE.findall(text), *_OUR_NAME.findall(text)]
    for local, domain in _MESSAGE_ID.findall(text):
        ids += [local, f"{local}{domain}", f"<{local}{domain}>"]
    return tuple(dict.fromkeys(one for one in ids if len(one) >= SHORTEST_ID))[:MOST_IDS]


def what_failed(message: Message) -> str:
    """Why it did not arrive, in the mail server's words and without addresses, as a clause."""
    line = _DIAGNOSIS.search(own_text(message).replace("\0", ""))
    said = " ".join(_ADDRESS.sub("", line[0]).replace("<", " ").replace(">", " ").split()) if line else ""
    return f"the mail bounced: {said.strip(' :')}"[:WHY_CHARACTERS] if said.strip(" :") else "the mail bounced"
