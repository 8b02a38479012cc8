"""HTML mail is harmless, and cleaning it takes bounded time."""

import time

import pytest

from tickets.intake.sanitising import html_sanitise, html_to_text, is_tangled

pytestmark = pytest.mark.rule("I1")

HARMFUL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>@import 'https://e.example/x.css'</style>",
    "<p style='background:url(https://e.example/x)'>x</p>",
    "<iframe src='https://e.example'></iframe>",
    "<form action='https://e.example'><input name=q></form>",
    "<link rel=stylesheet href='https://e.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=https://e.example'>",
    "<svg><image href='https://e.example/x.png'/></svg>",
    "<table background='https://e.example/x.png'><tr><td>x</table>",
    "<img src='https://e.example/x.png'>",
    "<img src='http://e.example/x.png' srcset='https://e.example/y.png 2x'>",
    "<a href='/alder/desk/'>inside</a>",
    "<video poster='https://e.example/x.png'></video>",
]


@pytest.mark.parametrize("html", HARMFUL)
def test_nothing_runs_and_nothing_is_fetched(html: str) -> None:
    clean = html_sanitise(html)
    for word in (
        "script",
        "onerror",
        "javascript",
        "e.example",
        "style",
        "/alder/desk",
        "<form",
        "<svg",
        "srcset",
    ):
        assert word not in clean


def test_links_and_own_pictures_stay() -> None:
    clean = html_sanitise("<a href='https://e.example/'>x</a><img src='cid:a@b' alt='pic'>")
    assert clean == (
        '<a href="https://e.example/" rel="noopener noreferrer nofollow">x</a><img src="cid:a@b" alt="pic">'
    )


def test_words_of_html_are_readable() -> None:
    html = (
        "<html><head><title>no</title><style>p{}</style></head><body><p>Hello&nbsp;<b>all</b>,</p><ul><li>one<li>two</ul>"
        "<p>see <a href='https://e.example/'>this</a></p><blockquote>old<br>words</blockquote><pre>a\n  b</pre></body>"
    )
    assert html_to_text(html) == (
        "Hello all,\n\n- one\n- two\nsee this <https://e.example/>\n\n> old\n> words\na\n  b"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 90_000,
        "".join(f"<b title={n}>" for n in range(30_000)) + "<p>x" * 30_000,
        "<p>" + "".join(f"<b title={n}>" for n in range(150)) + "</p>" + "<p>x</p>" * 40_000,
        "<table><a href=1>" * 25_000,
        "<" * 400_000,
        "<!--" * 100_000,
        "<a " + "x='" * 100_000,
    ],
)
def test_a_tangle_costs_no_more_than_its_length(html: str) -> None:
    start = time.perf_counter()
    html_sanitise(html)
    html_to_text(html)
    assert time.perf_counter() - start < 5  # cleaned without a check, the first takes half a minute


def test_ordinary_long_mail_is_not_taken_for_a_tangle() -> None:
    table = "<table><tr><td><font color=red><b>x</b></font><p>text</td></tr></table>" * 3000
    assert not is_tangled(table)
