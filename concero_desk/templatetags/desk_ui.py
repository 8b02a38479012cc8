"""Components of the design system: see docs/developers/design-system.md and the style guide page."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from accounts.telephone import numbers_in
from concero_desk.ui import charts, lanes, status, strip, times

register = template.Library()

ICON_SIZE = 20


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Lucide icon as inline SVG, sized by the text around it. Decorative unless ``label`` names it."""
    return _icon(str(name), str(label))


@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> SafeString:
    """Drawn once: it is a tenth of a millisecond of XML, and a page of the queue shows two hundred."""
    named = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return SafeString(lucide(name, size=ICON_SIZE, focusable="false", **{"class": "icon"}, **named))


@register.filter
def telephone(text: str) -> SafeString:
    """Telephone numbers as somebody wrote them, each a link that dials it; ``text`` may hold words about them."""
    parts, rest = [], text or ""
    for one in numbers_in(rest):
        before, _found, rest = rest.partition(one.text)
        parts.append(format_html('{}<a href="{}">{}</a>', before, one.href, one.text))
    return format_html("{}{}", SafeString("".join(parts)), rest)


def _look(known: Mapping[str, status.Look], kind: str, label: str, icon_name: str) -> dict[str, object]:
    if kind not in known:
        raise ValueError(f"Unknown kind {kind!r}; use one of: {', '.join(known)}")
    look = known[kind]
    return {"tone": look.tone, "icon_name": icon_name or look.icon, "label": label or look.word}


@register.inclusion_tag("components/badge.html")
def badge(kind: str, label: str = "", *, icon: str = "", title: str = "") -> dict[str, object]:
    """A state as icon, word and colour; ``kind`` is a key of ``concero_desk.ui.status.BADGES``."""
    return {**_look(status.BADGES, kind, label, icon), "title": title}


@register.inclusion_tag("components/badge.html")
def level_chip(level: str, label: str = "") -> dict[str, object]:
    """A service level: urgent, high, medium or low; ``label`` is the provider's own name for it."""
    return {**_look(status.LEVELS, level.lower(), label, ""), "chip": True}


@register.inclusion_tag("components/package_chip.html")
def package_chip(name: str, left: str = "") -> dict[str, object]:
    """A support package, with what is left of its allowance in words."""
    return {"name": name, "left": left}


@register.inclusion_tag("components/notice.html")
def notice(level: str, text: str, *, alert: bool = False) -> dict[str, object]:
    """A boxed message: ``level`` is info, success, warning or error; the icon and a word come with it."""
    look = status.NOTICES.get(level, status.NOTICES["info"])
    return {"look": look, "text": text, "alert": alert}


@register.inclusion_tag("components/button.html")
def button(
    label: str,
    *,
    variant: str = "secondary",
    icon: str = "",
    href: str = "",
    type: str = "submit",  # noqa: A002 - the name of the HTML attribute
    name: str = "",
    value: str = "",
    form: str = "",
    shortcut: str = "",
    icon_only: bool = False,
) -> dict[str, object]:
    """A button, or a link that looks like one when ``href`` is given.

    ``variant`` is primary, secondary, quiet or danger. ``icon_only`` keeps the label for screen readers.
    """
    return {
        "label": label,
        "variant": variant,
        "icon_name": icon,
        "href": href,
        "type": type,
        "name": name,
        "value": value,
        "form": form,
        "shortcut": shortcut,
        "icon_only": icon_only,
    }


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One field of a Django form: label, help, error and widget tied together."""
    return bound.as_field_group()


@register.filter
def is_checkbox(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, forms.CheckboxInput)


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, object]:
    """What is wrong with a form, each error linked to its field; nothing when it is valid or unbound."""
    errors: list[dict[str, object]] = [{"text": text} for text in form.non_field_errors()]
    for bound in form:
        target = f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
        errors += [{"target": target, "label": bound.label, "text": text} for text in bound.errors]
    return {"errors": errors, "summary_id": f"{form.prefix}-problem" if form.prefix else "problem"}


@register.simple_tag
def when(value: dt.date | dt.datetime | None, *, focus: bool = True, empty: str = "") -> SafeString | str:
    """An instant in the reader's zone, or a date: 'Mon 23 Nov 08:30', with the exact time on hover and focus.

    ``focus=False`` in long lists, where every time as a tab stop would bury the links; the exact time is
    then a click away on the record's own page. ``empty`` is shown when there is no value.
    """
    if not value:  # None, or what a template makes of a path that leads nowhere
        return empty
    words = times.moment(value)
    if not focus:
        return format_html(
            '<time class="when" datetime="{}" title="{}">{}</time>', words.machine, words.exact, words.short
        )
    return format_html(
        '<time class="when" datetime="{}" title="{}" tabindex="0">'
        '{}<span class="when__exact">{}</span></time>',
        words.machine,
        words.exact,
        words.short,
        words.exact,
    )


@register.simple_tag
def working(minutes: int) -> str:
    """A length of working time, given in minutes: '1 h 12 of working time'."""
    return times.working_time(minutes)


@register.filter
def hours_minutes(minutes: int) -> str:
    """A length given in minutes: '1 h 12'."""
    return times.hours_minutes(minutes)


@register.inclusion_tag("components/progress.html")
def progress(
    value: float, maximum: float, label: str, *, text: str = "", tone: str = "info"
) -> dict[str, object]:
    """A bar with its numbers in words; ``text`` replaces '12 of 23'; ``tone`` is info, ok, soon or danger."""
    words = text or _("%(value)s of %(maximum)s") % {"value": value, "maximum": maximum}
    return {"value": value, "maximum": maximum, "label": label, "text": words, "tone": tone}


@register.inclusion_tag("components/time_strip.html")
def time_strip(data: Mapping[str, Any]) -> dict[str, object]:
    """A clock drawn over working time; ``data`` is described in ``concero_desk.ui.strip.Strip``."""
    return {"strip": strip.draw(data)}


@register.inclusion_tag("components/chart.html")
def chart(data: Mapping[str, Any]) -> dict[str, object]:
    """A bar or line chart with the table behind it; ``data`` is described in ``concero_desk.ui.charts``."""
    return {"chart": charts.draw(data)}


@register.inclusion_tag("components/date_lanes.html")
def date_lanes(data: Mapping[str, Any]) -> dict[str, object]:
    """What held from which day to which; ``data`` is described in ``concero_desk.ui.lanes``. Put its table below."""
    return {"lanes": lanes.draw(data)}
