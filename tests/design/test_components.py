"""What the components' arithmetic and words promise, without a browser."""

import datetime as dt
import itertools
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from concero_desk.ui import charts, colour, status, strip, times

LONDON = ZoneInfo("Europe/London")
COLOURS = st.from_regex(r"\A#[0-9a-f]{6}\Z")


def render(source: str, **context: Any) -> str:
    return Template("{% load desk_ui %}" + source).render(Context(context))


def chart(**changes: Any) -> dict[str, Any]:
    series = [{"name": "Kept", "values": [95, 88]}]
    return {"id": "c", "kind": "line", "title": "T", "categories": ["Q1", "Q2"], "series": series, **changes}


@given(COLOURS)
def test_any_brand_colour_gives_a_readable_accent_in_both_themes(brand: str) -> None:
    light, dark = colour.light_accent(brand), colour.dark_accent(brand)
    for accent, grounds in ((light, colour.LIGHT_GROUNDS), (dark, colour.DARK_GROUNDS)):
        assert all(colour.contrast_ratio(accent.colour, ground) >= 4.5 for ground in (*grounds, accent.soft))
        assert colour.contrast_ratio(accent.ink, accent.colour) >= 4.5


@given(COLOURS)
def test_words_are_readable_on_the_soft_ground_of_any_brand(brand: str) -> None:
    assert colour.contrast_ratio("#16191d", colour.light_accent(brand).soft) >= 7
    assert colour.contrast_ratio("#e8eaed", colour.dark_accent(brand).soft) >= 7


@pytest.mark.parametrize("wrong", ["red", "#fff", "#1f5aa8; } body { display: none", ""])
def test_nothing_but_a_colour_reaches_the_theme(wrong: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        colour.theme_css(wrong)


def test_contrast_of_the_standard_examples() -> None:
    assert colour.contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(45, "45 min"), (60, "1 h"), (72, "1 h 12"), (605, "10 h 05"), (0, "0 min"), (-30, "30 min")],
)
def test_lengths_in_words(minutes: int, words: str) -> None:
    assert times.hours_minutes(minutes) == words


def test_a_time_is_shown_in_the_readers_zone_with_the_exact_one_beside_it() -> None:
    instant = dt.datetime(2031, 7, 4, 7, 30, tzinfo=dt.UTC)
    with timezone.override(LONDON):
        moment = times.moment(instant)
    assert moment.short == "Fri 4 Jul 2031 08:30"
    assert moment.exact == "Friday 4 July 2031 at 08:30:00 BST (Europe/London)"
    assert dt.datetime.fromisoformat(moment.machine) == instant


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        times.moment(dt.datetime(2026, 11, 23, 8, 30))  # noqa: DTZ001 - the point of the test


def test_times_in_lists_are_no_tab_stops() -> None:
    instant = dt.datetime(2026, 11, 23, 8, 30, tzinfo=LONDON)
    assert "tabindex" in render("{% when at %}", at=instant)
    assert "tabindex" not in render("{% when at focus=False %}", at=instant)
    assert render("{% when at empty='not yet' %}", at=None) == "not yet"


@pytest.mark.parametrize("kind", status.BADGES)
def test_a_state_is_an_icon_and_a_word(kind: str) -> None:
    html = render("{% badge kind %}", kind=kind)
    assert "<svg" in html
    assert str(status.BADGES[kind].word) in html


def test_an_unknown_state_is_an_error_not_a_blank() -> None:
    with pytest.raises(ValueError, match="Unknown kind"):
        render("{% badge 'mising' %}")


def test_words_of_users_are_escaped() -> None:
    for source in (
        "{% badge 'due' word %}",
        "{% button word %}",
        "{% notice 'info' word %}",
        "{% icon 'x' word %}",
    ):
        assert "<script>" not in render(source, word="<script>")


HOURS = [
    (dt.datetime(2026, 11, day, 8, tzinfo=LONDON), dt.datetime(2026, 11, day, 16, 30, tzinfo=LONDON))
    for day in (20, 23)
]


def sample_strip(**changes: Any) -> dict[str, Any]:
    return {
        "id": "s",
        "start": HOURS[0][0],
        "end": HOURS[1][1],
        "started": HOURS[0][0].replace(hour=16),
        "due": HOURS[1][0].replace(minute=30),
        "now": HOURS[1][0].replace(minute=10),
        "open": HOURS,
        **changes,
    }


@given(st.integers(0, 14), st.integers(1, 20))
def test_the_pieces_of_a_strip_fill_it_exactly(first: int, count: int) -> None:
    day = dt.datetime(2026, 12, 1, 8, tzinfo=LONDON) + dt.timedelta(days=first)
    hours = [(day + dt.timedelta(days=n), day + dt.timedelta(days=n, hours=1 + n % 8)) for n in range(count)]
    placed = strip.pieces(sample_strip(start=day - dt.timedelta(hours=3), end=hours[-1][1], open=hours))
    assert placed[0].x == 0
    assert placed[-1].x + placed[-1].width == pytest.approx(100)
    assert all(a.x + a.width == pytest.approx(b.x) for a, b in itertools.pairwise(placed))
    per_hour = {round(p.width / ((p.end - p.begin).total_seconds() / 3600), 6) for p in placed if p.is_open}
    assert len(per_hour) == 1, "open hours are drawn to one scale"


def test_a_strip_tells_used_from_left_and_over() -> None:
    kinds = {bar.kind for bar in strip.draw(sample_strip())["bars"]}  # type: ignore[attr-defined]
    assert kinds == {"spare", "elapsed", "ahead"}
    late = strip.draw(sample_strip(now=HOURS[1][0].replace(hour=12)))
    assert "late" in {bar.kind for bar in late["bars"]}  # type: ignore[attr-defined]


def test_a_strip_is_drawn_without_style_attributes() -> None:
    html = render("{% time_strip s %}", s=sample_strip(closures=[(HOURS[0][1], HOURS[1][0], "INSET day")]))
    assert "style=" not in html
    assert "INSET day" in html


def test_every_number_of_a_chart_is_in_its_table() -> None:
    html = render("{% chart c %}", c=chart(unit=" %", series=[{"name": "Kept", "values": [95, None]}]))
    assert '<td class="align-end">95 %</td>' in html
    assert '<td class="align-end">–</td>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "pie"},
        {"series": []},
        {"categories": []},
        {"categories": ["Q1"]},
        {"kind": "bar", "minimum": 80},
        {"series": [{"name": str(n), "values": [1, 2]} for n in range(4)]},
    ],
)
def test_a_chart_that_would_mislead_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"chart|series|Bars"):
        charts.draw(chart(**changes))


@given(st.integers(1, 10**9))
def test_counts_stand_on_an_axis_of_whole_steps(highest: int) -> None:
    maximum = charts.nice_maximum(highest)
    assert highest <= maximum <= max(4, highest * 2)
    assert round(maximum) % 4 == 0


@given(st.floats(0.001, 1e9).filter(lambda value: not value.is_integer()))
def test_the_axis_holds_the_highest_value(highest: float) -> None:
    assert highest <= charts.nice_maximum(highest) <= highest * 2.5 + 1e-9


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As on your badge")
    level = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])


def test_a_field_is_tied_to_its_help_and_error() -> None:
    html = str(SampleForm({"level": "a"}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'href="#id_name"' in html
    assert "required</span>" in html


def test_a_choice_without_answer_is_linked_to_its_first_option() -> None:
    assert 'href="#id_level_0"' in str(SampleForm({"name": "Amina"}))


def test_theme_cookie_is_drawn_by_the_server_and_odd_ones_are_ignored() -> None:
    request = RequestFactory().get("/")
    request.COOKIES.update(theme="dark", density='"><script>')
    html = render_to_string("404.html", request=request)
    assert 'data-theme="dark"' in html
    assert 'data-density="comfortable"' in html


def test_the_choice_of_theme_never_leads_off_the_site(client: Client) -> None:
    response = client.post("/appearance/", {"theme": "dark", "next": "https://evil.example/"})
    assert response["Location"] == "/"
    assert response.cookies["theme"].value == "dark"
    assert client.post("/appearance/", {"theme": "pink"}).cookies.get("theme") is None


def test_the_server_error_page_needs_no_context() -> None:
    assert "Something went wrong" in render_to_string("500.html", request=None)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html"])
def test_error_pages_say_what_to_do(name: str) -> None:
    assert "Go to the start page" in render_to_string(name, request=RequestFactory().get("/"))
