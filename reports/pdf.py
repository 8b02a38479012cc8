"""The report as a tagged PDF (PDF/UA-1) by WeasyPrint. Nothing is fetched but our own style sheet and fonts.

WeasyPrint is imported when a report is drawn: it takes a second to load, and few processes ever need it.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Provider
from reports.figures import QuarterFigures
from reports.models import QuarterlyReport
from reports.presentation import report_view

HERE = "https://bundled.invalid/"  # a name that no resolver knows
FONTS = files("fontpkg_noto_sans") / "files"
BUNDLED = {
    f"{HERE}report.css": Path(__file__).with_name("report.css"),
    f"{HERE}NotoSans.ttf": FONTS / "NotoSans[wdth,wght].ttf",
    f"{HERE}NotoSans-Italic.ttf": FONTS / "NotoSans-Italic[wdth,wght].ttf",
}
MEDIA_TYPES = {"css": "text/css", "ttf": "font/ttf"}


def bundled_only(url: str) -> Any:
    """The files of `BUNDLED`. Asking for anything else stops the drawing: a report never reaches out."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

    if url not in BUNDLED:
        raise FatalURLFetchingError(f"A report may not fetch {url}")
    media_type = MEDIA_TYPES[url.rsplit(".", 1)[1]]
    return URLFetcherResponse(url, body=BUNDLED[url].read_bytes(), headers={"Content-Type": media_type})


def report_pdf(*, provider: Provider, report: QuarterlyReport, figures: QuarterFigures) -> bytes:
    """The whole report: words, figures, charts with their tables. Times are the desk's (Rules R1, Y9)."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with timezone.override(provider.time_zone):
        html = render_to_string(
            "reports/pdf.html",
            {
                "provider": provider,
                "report": report,
                "customer": report.customer,
                "manager": report.customer.success_manager,
                "view": report_view(figures),
            },
        )
    document = HTML(string=html, base_url=HERE, url_fetcher=bundled_only)
    try:
        pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # a BaseException, which would end the server's process
        raise RuntimeError(str(error)) from error
    return pdf
