"""HTML as its reader sees it: what is hidden is told apart, and what the markup says of parts is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.message_part import PartKind
from cases.ticket import Message
from integrations.markup.mail import read_markup
from tests.samples import NOW

SEEN = "<p>Where is my order W10390?</p>"

UNSEEN = {
    "display none": '<div style="display:none;max-height:0">secret</div>',
    "display none, shouted": '<div STYLE="DISPLAY : NONE !important">secret</div>',
    "visibility": '<span style="visibility:hidden">secret</span>',
    "opacity": '<span style="opacity:0">secret</span>',
    "a font of one pixel": '<span style="font-size:1px">secret</span>',
    "a font of nothing, inherited": '<div style="font-size:0"><b>secret</b></div>',
    "white on white": '<span style="color:#ffffff">secret</span>',
    "nearly white on white": '<span style="color:rgb(252, 252, 252)">secret</span>',
    "the colour of its box": '<div style="background:#003366"><p style="color:#003366">secret</p></div>',
    "the colour of a table's cell": '<table bgcolor="#222222"><td><font color="#222">secret</font></td></table>',
    "transparent letters": '<span style="color:transparent">secret</span>',
    "letters without alpha": '<span style="color:rgba(0,0,0,0)">secret</span>',
    "no height": '<div style="height:0;overflow:hidden">secret</div>',
    "the attribute": "<p hidden>secret</p>",
    "outside the screen": '<div style="position:absolute;left:-9999px">secret</div>',
    "indented away": '<p style="text-indent:-9999px">secret</p>',
    "a class of its style sheet": "<style>.pre, .x {display:none}</style><div class='pre'>secret</div>",
    "an id of its style sheet": "<style>#p {font-size:0px}</style><div id='p'>secret</div>",
    "a comment": "<!-- the secret for the assistant -->",
    "Unicode tags": "".join(chr(0xE0000 + ord(letter)) for letter in "secret"),
}


@pytest.mark.parametrize("markup", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_no_reader_sees_is_told_apart(markup: str) -> None:
    read = read_markup(f"{markup}{SEEN}{markup}")
    assert read.text == "Where is my order W10390?"
    assert "secret" in read.hidden


VISIBLE = {
    "plain": "<p>words</p>",
    "white on black": '<table bgcolor="black"><td><font color="white">words</font></td></table>',
    "white on a picture": '<div style="background:url(a.png)"><span style="color:#fff">words</span></div>',
    "a font set anew": '<div style="font-size:0"><span style="font-size:14px">words</span></div>',
    "shown again inside hidden": '<div style="visibility:hidden"><b style="visibility:visible">words</b></div>',
    "grey on white": '<span style="color:#888888">words</span>',
    "a style for phones alone": "<style>@media (max-width:600px){.a{display:none}}</style><p class='a'>words</p>",
    "a colour nobody knows": '<span style="color:var(--x)">words</span>',
    "a small font": '<span style="font-size:8px">words</span>',
    "half a font": '<span style="font-size:50%">words</span>',
    "the comment of a program": "<!--[if mso]><p>for one program alone</p><![endif]--><p>words</p>",
}


@pytest.mark.parametrize("markup", VISIBLE.values(), ids=VISIBLE.keys())
def test_what_a_reader_sees_is_text(markup: str) -> None:
    read = read_markup(markup)
    assert read.text == "words"
    assert read.hidden == ""


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        ('<div class="gmail_quote"><blockquote>old</blockquote></div>', PartKind.QUOTED),
        ('<div class="gmail_quote">old</div>', PartKind.QUOTED),
        ('<div id="appendonsend"></div><p>old</p>', PartKind.QUOTED),
        ('<div id="x_divRplyFwdMsg">old</div>', PartKind.QUOTED),
        (
            '<div style="border:none; border-top:solid #B5C4DF 1.0pt; padding:3.0pt 0in 0in 0in">old</div>',
            PartKind.QUOTED,
        ),
        ('<blockquote type="cite">old</blockquote>', PartKind.QUOTED),
        ('<div class="moz-cite-prefix">old</div>', PartKind.QUOTED),
        ('<div class="moz-forward-container">old</div>', PartKind.FORWARDED),
        ('<div id="yahoo_quoted_1" class="yahoo_quoted">old</div>', PartKind.QUOTED),
        ('<div name="quote">old</div>', PartKind.QUOTED),
        ('<span class="js-signatureMarker"></span><p>old</p>', PartKind.QUOTED),
        ('<div id="Signature">old</div>', PartKind.SIGNATURE),
        ('<div class="gmail_signature">old</div>', PartKind.SIGNATURE),
    ],
)
def test_the_markup_of_mail_programs_says_what_is_what(markup: str, kind: PartKind) -> None:
    read = read_markup(f"<p>new</p>{markup}")
    (part,) = read.parts
    assert (part.kind, read.text[part.start : part.end]) == (kind, "old")


def test_answers_between_quotations_of_gmail_are_not_marked() -> None:
    quote = '<blockquote class="gmail_quote">old</blockquote>'
    read = read_markup(
        f'<div class="gmail_quote"><div class="gmail_attr">On …:</div>{quote}<div>new</div>{quote}</div>'
    )
    unmarked = read.text
    for part in reversed(read.parts):
        unmarked = unmarked[: part.start] + unmarked[part.end :]
    assert unmarked.split() == ["new"]


def test_an_answer_below_what_a_helpdesk_took_for_history_is_not_marked() -> None:
    read = read_markup('<p>hi</p><span class="js-signatureMarker"></span>At 9:<blockquote>old</blockquote><p>new</p>')
    assert [read.text[part.start : part.end].split() for part in read.parts] == [["At", "9:", "old"]]


def test_a_blockquote_that_only_indents_is_no_quotation() -> None:
    assert read_markup('<blockquote style="margin:0 0 0 40px;border:none">new</blockquote>').parts == ()


@pytest.mark.parametrize("depth", [10, 300, 1_500])
def test_deep_markup_is_read(depth: int) -> None:
    assert read_markup("<div>" * depth + "deep" + "</div>" * depth + "<p>after").text.split() == ["deep", "after"]


def test_markup_too_deep_for_any_reader_is_hidden_and_not_lost() -> None:
    read = read_markup("<div>" * 5_000 + "deep" + "</div>" * 5_000)
    assert (read.text, read.hidden) == ("", "deep")


def test_flags_and_joined_pictures_stay() -> None:
    scotland = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    read = read_markup(f"<p>{scotland} {family} nâ\u200cm</p>")
    assert read.text == f"{scotland} {family} nâ\u200cm"
    assert read.hidden == ""


TAGS = st.sampled_from(
    [
        "<div>", "</div>", "<p>", "<br>", '<blockquote type="cite">', "</blockquote>", '<div class="gmail_quote">',
        '<div id="appendonsend">', '<span class="js-signatureMarker">', "</span>", "<table><tr><td>", "text", " ",
        '<p style="display:none">', "<!-- a b c -->", "&nbsp;", "\ue000", "\U000e0041", "<style>p{color:#fff}</style>",
        "\0", "<", "&#0;", '<font color="white">', "</table>", "<pre>a\n\n b</pre>",
    ]
)  # fmt: skip


@given(st.lists(TAGS, max_size=25).map("".join) | st.text(max_size=100))
def test_any_markup_becomes_a_text_with_parts_in_order(markup: str) -> None:
    read = read_markup(markup)
    assert read.text == read.text.strip()
    if read.text:
        message = Message(id="1", text=read.text, parts=read.parts, sent_at=NOW)
        assert "".join("".join(words.split()) for _, words in message.pieces) == "".join(read.text.split())
