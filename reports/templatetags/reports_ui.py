"""Words and links of reports for templates."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports import presentation
from reports.csv_export import group_words
from reports.evidence import FIGURES
from tickets.references import ticket_reference

register = template.Library()

register.filter("kind_words", presentation.kind_words)
register.filter("cause_words", presentation.cause_words)
register.filter("stage_words", presentation.stage_words)
register.filter("quarter_words", presentation.quarter_words)
register.filter("group_words", group_words)


@register.simple_tag(takes_context=True)
def number(context: Context, value: int, figure: str, **narrowed_to: str) -> SafeString | int:
    """A number of the report. On a page it leads to the tickets behind it (Rule R3).

    `figures_url` of the context is the address of the figures, ending in a slash.
    """
    base = context.get("figures_url")
    if not base or not value:
        return value
    query = f"?{urlencode(narrowed_to)}" if narrowed_to else ""
    label = _("%(value)s: %(figure)s, as a list (CSV)") % {"value": value, "figure": FIGURES[figure].title}
    return format_html('<a href="{}{}.csv{}" aria-label="{}">{}</a>', base, figure, query, label, value)


@register.simple_tag(takes_context=True)
def ticket_name(context: Context, ticket: int | None) -> SafeString | str:
    """The ticket's reference, linked where the context's `ticket_url_name` names a page the reader may see."""
    if ticket is None:
        return "–"
    provider: Any = context["provider"]
    reference = ticket_reference(provider, ticket)
    url_name = context.get("ticket_url_name")
    if not url_name:
        return reference
    return format_html('<a href="{}">{}</a>', reverse(url_name, args=[provider.slug, ticket]), reference)
