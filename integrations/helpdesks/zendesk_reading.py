"""A ticket of Zendesk in our words: who said what, and what the customer thought of it."""

from cases.outcome import Satisfaction
from cases.source import Source
from cases.source_event import AgentReply
from cases.ticket import Author, Channel, Customer, Message, Ticket, Writer
from integrations.helpdesks.zendesk_shapes import Comment, TicketRead, User
from integrations.sources.reading import (
    MAXIMUM_FILES,
    NO_TEXT,
    fitting_email,
    fitting_locale,
    fitting_subject,
    fitting_words,
    fitting_writer,
    with_room_for_all,
)

CHANNELS = {
    "email": Channel.EMAIL,
    "chat": Channel.CHAT,
    "native_messaging": Channel.CHAT,
    "messaging": Channel.CHAT,
    "whatsapp": Channel.WHATSAPP,
    "voice": Channel.VOICE,
    "phone_call_inbound": Channel.VOICE,
    "voicemail": Channel.VOICE,
}
"""By `via.channel`; any other is written on a screen. Only `email`, `web`, `api` and `chat` are known for certain."""

MARKS = {"good": 5, "bad": 1}
"""Zendesk's own survey knows two marks; ours are 1 to 5. What was offered and not answered is none."""


def conversation_of(
    source: Source, read: TicketRead, users: dict[str, User], comments: list[Comment]
) -> tuple[Ticket | None, tuple[AgentReply, ...]]:
    """The ticket with its public comments, and those of agents apart; None where no customer has said a word."""
    public = [comment for comment in comments if comment.public and (comment.words or comment.attachments)]
    messages = [_message(read, users, comment) for comment in public]
    replies = tuple(_reply(users, c) for c, m in zip(public, messages, strict=True) if m.author is Author.AGENT)
    if not any(message.author is Author.CUSTOMER for message in messages):
        return None, replies
    requester = users.get(read.requester_id, User(id=read.requester_id))
    ticket = Ticket(
        tenant=source.tenant,
        source=source.name,
        id=read.id,
        channel=CHANNELS.get(read.via.channel or "", Channel.WEB),
        locale=fitting_locale(requester.locale),
        customer=customer_of(requester),
        subject=fitting_subject(read.subject or ""),
        messages=tuple(messages[:1]),
    )
    return with_room_for_all(ticket, messages), replies


def satisfaction_of(read: TicketRead) -> Satisfaction | None:
    """The customer's mark. Zendesk does not say when it was given, only when the ticket last changed."""
    rating = read.satisfaction_rating
    score = MARKS.get((rating.score or "").partition("_")[0]) if rating else None
    if rating is None or score is None:
        return None
    return Satisfaction(score=score, comment=(rating.comment or "").replace("\0", "")[:2_000], at=read.changed_at)


def customer_of(requester: User) -> Customer:
    """Never signed in: whoever writes from an address is taken for its owner."""
    name = (requester.name or "").replace("\0", "").strip() or None
    shop_id = (requester.external_id or "").replace("\0", "").strip() or None
    return Customer(id=shop_id, contact_id=requester.id, name=name, email=fitting_email(requester.email))


def _message(read: TicketRead, users: dict[str, User], comment: Comment) -> Message:
    files = tuple(file.attachment() for file in comment.attachments[:MAXIMUM_FILES])
    sent = fitting_words(comment.sent, "\n".join(f"[{file.name}]" for file in files) or NO_TEXT)
    return Message(
        id=comment.id,
        author=Author.CUSTOMER if _is_customer(read, users, comment.author_id) else Author.AGENT,
        written_by=_writer(read, users, comment.author_id),
        text=sent.text,
        parts=sent.parts,
        hidden=sent.hidden,
        left_out=sent.left_out,
        sent_at=comment.created_at,
        attachments=files,
        automatic=True if comment.is_automatic else None,
    )


def _writer(read: TicketRead, users: dict[str, User], author_id: str) -> Writer | None:
    """Which customer wrote it: the requester, or somebody in copy. None for agents."""
    if not _is_customer(read, users, author_id):
        return None
    user = users.get(author_id, User(id=author_id))
    return fitting_writer(user.id, user.name, user.email)


def _is_customer(read: TicketRead, users: dict[str, User], author_id: str) -> bool:
    """Whoever asked, and anybody else who is no agent. One nobody knows is taken for staff: we stand back."""
    author = users.get(author_id)
    return author_id == read.requester_id or (author is not None and author.role == "end-user")


def _reply(users: dict[str, User], comment: Comment) -> AgentReply:
    author = users.get(comment.author_id)
    return AgentReply(
        id=comment.id,
        author=(author.name if author else None) or comment.author_id,
        text=comment.words,
        at=comment.created_at,
    )
