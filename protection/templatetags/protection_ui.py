"""The name of a kind of record in the log."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named(names: Mapping[str, object], key: str) -> object:
    """Its name; the key of one that this version does not know any more."""
    return names.get(key, key)
