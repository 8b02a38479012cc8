"""The PDF is tagged and says what it is (Rule Y9), and the command writes it whole or not at all."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from reports.models import QuarterlyReport
from reports.pdf import bundled_only
from reports.services import Words, report_draft, report_release, report_write
from sla.quarters import Quarter
from tests.reports.sample import fill_quarter
from tests.reports.world import World, utc

pytestmark = pytest.mark.django_db
THIRD = Quarter.parse("2026Q3")


@pytest.fixture
def released(world: World) -> QuarterlyReport:
    fill_quarter(world, THIRD, requests=30)
    draft = report_draft(customer=world.customer, quarter=THIRD)
    report_write(report=draft, words=Words("A <b>calm</b> quarter.", "", "=SUM(1)"), expected_version=1)
    return report_release(report=draft, now=utc("2026-10-01 08:00"))


def elements(node: Any) -> list[Any]:
    """Every structure element below a node of the tag tree."""
    node = node.get_object()
    if isinstance(node, ArrayObject):
        return [one for child in node for one in elements(child)]
    if not isinstance(node, DictionaryObject):
        return []
    own = [node] if "/S" in node else []
    return own + (elements(node["/K"]) if "/K" in node else [])


@pytest.mark.rule("R1", "Y9")
def test_the_pdf_is_tagged_with_language_title_headings_and_alternative_texts(
    released: QuarterlyReport,
) -> None:
    reader = PdfReader(io.BytesIO(bytes(released.pdf or b"")))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"].lower().startswith("en")
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Service report for Oakfield Primary School, July to September 2026"
    outline: Any = reader.outline
    assert outline[0].title == "Service report"
    tags = elements(catalog["/StructTreeRoot"]["/K"])
    kinds = [str(tag["/S"]) for tag in tags]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/P"} <= set(kinds)
    assert all(tag.get("/Alt") for tag in tags if tag["/S"] == "/Figure")
    assert all(tag["/A"]["/Headers"] for tag in tags if tag["/S"] == "/TD")
    assert all(page.get("/Tabs") == "/S" for page in reader.pages if "/Annots" in page)


@pytest.mark.rule("R1")
def test_words_are_shown_as_they_were_written(released: QuarterlyReport) -> None:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(bytes(released.pdf or b""))).pages)
    assert "A <b>calm</b> quarter." in text
    assert "Did we keep our promise?" in text


@pytest.mark.rule("R1")
def test_every_font_is_embedded(released: QuarterlyReport) -> None:
    fonts: set[str] = set()
    for page in PdfReader(io.BytesIO(bytes(released.pdf or b""))).pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in descendant["/FontDescriptor"].get_object()
            fonts.add(str(descendant["/BaseFont"]).split("+")[-1])
    assert all(name.startswith("Noto-Sans") for name in fonts)  # none of them happens to be on this machine


@pytest.mark.parametrize(
    "url", ["https://example.org/logo.png", "file:///etc/passwd", "https://bundled.invalid/x"]
)
def test_nothing_is_fetched_but_what_we_bundle(url: str) -> None:
    with pytest.raises(BaseException, match="may not fetch"):
        bundled_only(url)


def run(world: World, out: Path, **changes: str) -> None:
    options = {"provider": world.provider.slug, "customer": "oakfield", "quarter": "2026Q3", **changes}
    call_command("report", out=out, **options)


@pytest.mark.rule("R1")
def test_the_command_writes_the_released_bytes(
    world: World, released: QuarterlyReport, tmp_path: Path
) -> None:
    run(world, tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes() == bytes(released.pdf or b"")
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"provider": "nobody"}, "no provider"),
        ({"customer": "nowhere"}, "no customer"),
        ({"quarter": "2026-3"}, "Write a quarter as 2026Q3"),
        ({"quarter": "2190Q1"}, "has not begun"),
    ],
)
def test_bad_input_says_what_is_wrong_and_writes_nothing(
    world: World, tmp_path: Path, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        run(world, tmp_path / "report.pdf", **changes)
    with pytest.raises(CommandError, match="folder"):
        run(world, tmp_path)
    with pytest.raises(CommandError, match="Cannot write"):
        run(world, tmp_path / "missing" / "report.pdf")
    assert list(tmp_path.iterdir()) == []
