"""What a bounce says: whom our mail did not reach, which mail it was, and why."""

import pytest

from cases.machine_mail import MailHeaders
from routing.bounces import failed_recipients, mails_named, what_failed
from tests.samples import a_message

EXIM = (
    "This message was created automatically by mail delivery software.\n\nThe following address(es) failed:\n\n"
    "  Hannah.Whitfield@example.com\n    550 5.1.1 The email account that you tried to reach does not exist\n\n"
    "------ This is a copy of the message, including all the headers. ------\n\n"
    "From: Acme <support@acme-outdoor.example>\nMessage-ID: <sb_0123456789abcdef0123456789abcdef01234567@mail.example>"
)
POSTFIX = (
    "This is the mail system at host mx.example.org.\n\n"
    "<lena.vogt@example.net>: host mx2 said: 550 5.1.1 User unknown\n\n"
    "Reporting-MTA: dns; mx.example.org\nFinal-Recipient: rfc822; lena.vogt@example.net\n"
    "Action: failed\nStatus: 5.1.1\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <lena.vogt@example.net>: User unknown"
)


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        (EXIM, ("hannah.whitfield@example.com",)),
        (POSTFIX, ("lena.vogt@example.net",)),
        ("Your message wasn't delivered to t.renner@example.org because it is full.", ("t.renner@example.org",)),
        ("From mailer-daemon@mx.example: nobody is named", ()),
        ("İletiniz şu alıcılara teslim edilemedi: mehmet@example.com.tr.", ("mehmet@example.com.tr",)),
    ],
)
def test_whom_it_did_not_reach_stands_in_the_report_or_in_the_text(text: str, recipients: tuple[str, ...]) -> None:
    assert failed_recipients(a_message(text)) == recipients


def test_a_header_that_names_the_recipients_is_believed_first() -> None:
    headers = MailHeaders(x_failed_recipients="ada@example.com, bo@example.com")
    bounce = a_message(EXIM).model_copy(update={"headers": headers})
    assert failed_recipients(bounce) == ("ada@example.com", "bo@example.com")


def test_our_own_name_of_a_mail_is_found_wherever_it_is_quoted() -> None:
    assert "sb_0123456789abcdef0123456789abcdef01234567" in mails_named(a_message(EXIM))
    answered = MailHeaders(references="<x@y> <ticket:acme:desk:T-1/reply-1/reply@mail.example>")
    named = mails_named(a_message("failed").model_copy(update={"headers": answered}))
    assert "ticket:acme:desk:T-1/reply-1/reply" in named


def test_why_it_failed_is_told_in_the_servers_words_without_addresses() -> None:
    assert what_failed(a_message(EXIM)) == (
        "the mail bounced: 550 5.1.1 The email account that you tried to reach does not exist"
    )
    assert "@" not in what_failed(a_message(POSTFIX))
    assert what_failed(a_message("It did not work.")) == "the mail bounced"
