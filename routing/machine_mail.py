"""Whether a machine wrote a mail: by its headers first, then by the helpdesk's word, by its text as the last resort.

A person's mail that is taken for a machine's is lost, so a text is believed only with several independent signs, and
never against a wish.
"""

import re

from cases.machine_mail import MachineMail, MachineMailKind, MailHeaders
from cases.policy.packs.machine_mail import MachineMailWords
from cases.ticket import Author, Message, Ticket
from routing.machine_text import is_only_delayed, machine_text, sender_of

NOT_AUTOMATIC = frozenset({"", "no", "false", "none", "0"})
"""Values with which a header says nothing."""

BULK = frozenset({"bulk", "list", "junk"})
WHY_CHARACTERS = 140
SHOWN_CHARACTERS = 50
"""So much of a header's value is repeated."""

REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?([\w-]+)", re.IGNORECASE)


def machine_mail(message: Message, ticket: Ticket, words: MachineMailWords) -> MachineMail | None:
    """What a machine wrote, and how that is known; None for a person's mail, and for what our own side writes.

    `ticket` is the one it belongs to, with or without the message itself: its channel, subject and customer count.
    """
    if message.author is not Author.CUSTOMER:
        return None
    found = (
        _by_headers(message, ticket, words)
        or _by_helpdesk(message, ticket, words)
        or machine_text(message, ticket, words)
    )
    return found.model_copy(update={"why": found.why[:WHY_CHARACTERS]}) if found else None


def sorted_out(ticket: Ticket, words: MachineMailWords) -> Ticket:
    """The ticket with every message marked that a machine wrote; the same one where none is, or all are marked."""
    marked = tuple(_marked(message, ticket, words) for message in ticket.messages)
    same = all(new is old for new, old in zip(marked, ticket.messages, strict=True))
    return ticket if same else ticket.model_copy(update={"messages": marked})


def nothing_to_answer(ticket: Ticket) -> MachineMail | None:
    """The newest machine mail of a sorted ticket, where no person has written since our side last did."""
    waiting: list[Message] = []
    for message in ticket.messages:
        waiting = [*waiting, message] if message.author is Author.CUSTOMER else []
    if not waiting or any(message.machine is None for message in waiting):
        return None
    return waiting[-1].machine


def _marked(message: Message, ticket: Ticket, words: MachineMailWords) -> Message:
    if message.machine is not None:
        return message
    found = machine_mail(message, ticket, words)
    return message.model_copy(update={"machine": found}) if found else message


def _by_headers(message: Message, ticket: Ticket, words: MachineMailWords) -> MachineMail | None:
    headers = message.headers
    if headers is None:
        return None
    return (
        _report(headers, message, words)
        or _automatic(headers, message, ticket, words)
        or _of_a_list(headers)
        or _without_return(headers, message, ticket, words)
    )


def _report(headers: MailHeaders, message: Message, words: MachineMailWords) -> MachineMail | None:
    """A delivery report, a receipt of reading, or a complaint about spam."""
    kind = (headers.content_type or "").strip().lower()
    if not kind.startswith(("multipart/report", "message/delivery-status")):
        return None
    report = REPORT_TYPE.search(kind)
    is_of_delivery = report is None or report[1] == "delivery-status"
    failed = is_of_delivery and not is_only_delayed(message, words)
    return _said("Content-Type", kind, MachineMailKind.BOUNCE if failed else MachineMailKind.AUTO_REPLY)


def _automatic(headers: MailHeaders, message: Message, ticket: Ticket, words: MachineMailWords) -> MachineMail | None:
    submitted = re.split(r"[;(\s]", (headers.auto_submitted or "").strip().lower())[0]
    replying = MachineMailKind.BOUNCE if _bounced(message, ticket, words) else MachineMailKind.AUTO_REPLY
    if submitted not in NOT_AUTOMATIC:
        return _said("Auto-Submitted", submitted, replying)
    own = (
        ("X-Autoreply", headers.x_autoreply),
        ("X-Autorespond", headers.x_autorespond),
        ("X-Auto-Reply-From", headers.x_auto_reply_from),
    )
    for name, value in own:
        if value is not None and value.strip().lower() not in NOT_AUTOMATIC:
            return _said(name, value, replying)
    if headers.x_failed_recipients:
        return _said("X-Failed-Recipients", "", replying)
    if (headers.precedence or "").strip().lower() in {"auto_reply", "auto-reply"}:
        return _said("Precedence", headers.precedence or "", replying)
    return None


def _of_a_list(headers: MailHeaders) -> MachineMail | None:
    precedence = (headers.precedence or "").strip().lower()
    if precedence in BULK:
        return _said("Precedence", precedence, MachineMailKind.BULK)
    lists = (
        ("List-Id", headers.list_id),
        ("List-Unsubscribe", headers.list_unsubscribe),
        ("Feedback-ID", headers.feedback_id),
    )
    return next((_said(name, value, MachineMailKind.BULK) for name, value in lists if value and value.strip()), None)


def _without_return(
    headers: MailHeaders, message: Message, ticket: Ticket, words: MachineMailWords
) -> MachineMail | None:
    """Mail with an empty `Return-Path` must not be answered (RFC 5321, 4.5.5): bounces, and answers of machines."""
    if headers.return_path is None or headers.return_path.strip() not in {"", "<>"}:
        return None
    kind = MachineMailKind.BOUNCE if _bounced(message, ticket, words) else MachineMailKind.AUTO_REPLY
    return MachineMail(kind=kind, why="its header Return-Path is empty")


def _by_helpdesk(message: Message, ticket: Ticket, words: MachineMailWords) -> MachineMail | None:
    if not message.automatic:
        return None
    read = machine_text(message, ticket, words)
    kind = read.kind if read else MachineMailKind.AUTO_REPLY
    return MachineMail(kind=kind, why="the helpdesk says that a machine wrote it")


def _bounced(message: Message, ticket: Ticket, words: MachineMailWords) -> bool:
    """Whether automatic mail is a bounce: a header, its sender or its text says so."""
    if is_only_delayed(message, words):
        return False
    if message.headers is not None and message.headers.x_failed_recipients:
        return True
    read = machine_text(message, ticket, words)
    return sender_of(message, ticket).is_a_mail_server or (read is not None and read.kind is MachineMailKind.BOUNCE)


def _said(name: str, value: str, kind: MachineMailKind) -> MachineMail:
    said = " ".join(value.replace("\0", "").split())[:SHOWN_CHARACTERS]
    return MachineMail(kind=kind, why=f"its header {name} says “{said}”" if said else f"it has the header {name}")
