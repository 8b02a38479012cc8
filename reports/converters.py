"""Quarters in addresses. Importing this module makes `<quarter:…>` known."""

from django.urls import register_converter

from sla.quarters import Quarter


class QuarterConverter:
    """'2026Q3' in an address; anything that is no quarter is no address of ours (404)."""

    regex = r"[0-9]{4}Q[1-4]"

    def to_python(self, value: str) -> Quarter:
        return Quarter.parse(value)

    def to_url(self, value: Quarter | str) -> str:
        return str(value)


register_converter(QuarterConverter, "quarter")
