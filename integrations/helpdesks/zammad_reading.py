"""A ticket of Zammad in our words: who said what."""

from collections.abc import Mapping

from cases.machine_mail import MailHeaders
from cases.source import Source
from cases.source_event import AgentReply
from cases.ticket import Author, Channel, Customer, Message, Ticket
from integrations.helpdesks.zammad_shapes import AGENT, CUSTOMER, Article, TicketRead, User
from integrations.sources.reading import (
    MAXIMUM_FILES,
    NO_TEXT,
    fitting_email,
    fitting_locale,
    fitting_subject,
    fitting_words,
    with_room_for_all,
)

CHANNELS = {
    "email": Channel.EMAIL,
    "chat": Channel.CHAT,
    "sms": Channel.CHAT,
    "telegram personal-message": Channel.CHAT,
    "facebook feed post": Channel.CHAT,
    "twitter direct-message": Channel.CHAT,
    "whatsapp message": Channel.WHATSAPP,
    "phone": Channel.VOICE,
}
"""By the type of a ticket's first article; any other is written on a screen."""

AUTHORS = {CUSTOMER: Author.CUSTOMER, AGENT: Author.AGENT}
"""What Zammad itself sends, such as that a mail has come in, is nobody's answer and left out."""


def conversation_of(
    source: Source,
    read: TicketRead,
    customer: User,
    articles: tuple[Article, ...],
    heads: Mapping[str, MailHeaders],
) -> tuple[Ticket | None, tuple[AgentReply, ...]]:
    """The ticket with its public articles, and those of agents apart; None where no customer has said a word.

    `heads`: of mails by their article, where the whole head was read.
    """
    public = [a for a in articles if not a.internal and a.sender in AUTHORS and (a.words or a.attachments)]
    messages = [_message(source, article, heads.get(article.id)) for article in public]
    replies = tuple(_reply(article) for article in public if article.sender == AGENT)
    if not any(message.author is Author.CUSTOMER for message in messages):
        return None, replies
    ticket = Ticket(
        tenant=source.tenant,
        source=source.name,
        id=read.id,
        channel=CHANNELS.get(read.create_article_type or "", Channel.WEB),
        locale=fitting_locale(customer.preferences.locale if customer.preferences else None),
        customer=customer_of(customer),
        subject=fitting_subject(read.title or ""),
        messages=tuple(messages[:1]),
    )
    return with_room_for_all(ticket, messages), replies


def customer_of(user: User) -> Customer:
    """Somebody as the customer of a ticket: Zammad vouches for no shop's id of them."""
    return Customer(contact_id=user.id, name=user.name, email=fitting_email(user.email))


def _message(source: Source, article: Article, head: MailHeaders | None) -> Message:
    address = f"{source.url}/api/v1/ticket_attachment/{article.ticket_id}/{article.id}"
    files = tuple(file.attachment(address) for file in article.attachments[:MAXIMUM_FILES])
    sent = fitting_words(article.sent, "\n".join(f"[{file.name}]" for file in files) or NO_TEXT)
    return Message(
        id=article.id,
        author=AUTHORS[article.sender],
        written_by=article.writer if article.sender == CUSTOMER else None,
        text=sent.text,
        parts=sent.parts,
        hidden=sent.hidden,
        left_out=sent.left_out,
        sent_at=article.created_at,
        attachments=files,
        headers=head or article.headers,
        automatic=True if article.is_automatic and not _is_only_a_wish(head) else None,
    )


def _is_only_a_wish(head: MailHeaders | None) -> bool:
    """Whether Zammad may call a mail automatic for nothing but its wish for no automatic answer.

    People's mail has that too. Whatever else Zammad goes by stands in the head as well, and is read there.
    """
    return head is not None and "all" in (head.x_auto_response_suppress or "").lower()


def _reply(article: Article) -> AgentReply:
    return AgentReply(id=article.id, author=article.created_by or AGENT, text=article.words, at=article.created_at)
