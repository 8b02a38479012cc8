"""Amounts on the pages and in the mail of quotes."""

from django import template

from quotes.totals import pounds

register = template.Library()
register.filter("pounds", pounds)
