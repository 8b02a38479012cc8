"""What other parts tell an engineer about a school on the day of a visit: its open tickets. They register a panel."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class VisitPanel:
    """`contents` gives, for all the schools at once and by their ids, what `template` shows under the name `panel`.

    A school that it leaves out has nothing to show. It is called for staff alone.
    """

    order: int
    template: str
    contents: Callable[[Collection[int]], Mapping[int, Content]]


_panels: list[VisitPanel] = []


def visit_panel_add(panel: VisitPanel) -> None:
    """Called once by each app when Django starts. Registering twice counts once."""
    if panel not in _panels:
        _panels.append(panel)
        _panels.sort(key=lambda one: one.order)


def visit_panels(customer_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The panels of each school: `template` and `panel`, its content."""
    found: dict[int, list[dict[str, Any]]] = {key: [] for key in customer_ids}
    for one in _panels:
        for key, content in one.contents(customer_ids).items():
            found[key].append({"template": one.template, "panel": content})
    return found


@dataclass(frozen=True, slots=True)
class VisitSubject:
    """What a visit was booked for: its words, and the desk's page of it."""

    words: str
    url: str


SubjectReader = Callable[[Collection[int]], Mapping[int, list[VisitSubject]]]
_subject_readers: list[SubjectReader] = []


def visit_subjects_from(read: SubjectReader) -> None:
    """Called once by each app when Django starts: what visits, by their ids, are for. Registering twice counts once."""
    if read not in _subject_readers:
        _subject_readers.append(read)


def visit_subjects(visit_ids: Collection[int]) -> dict[int, list[VisitSubject]]:
    """What each of these visits is for; a visit that is for nothing in particular has an empty list."""
    found: dict[int, list[VisitSubject]] = {key: [] for key in visit_ids}
    for read in _subject_readers if visit_ids else ():
        for key, subjects in read(visit_ids).items():
            found[key].extend(subjects)
    return found


_ways_to_ask: list[Callable[[str, str], str]] = []


def visit_requests_at(address: Callable[[str, str], str]) -> None:
    """Say where a school asks for an on-demand visit: an address from the provider's and the school's short names."""
    _ways_to_ask[:] = [address]


def visit_request_address(provider_slug: str, customer_slug: str) -> str:
    """Where a school asks for a visit; '' where nothing takes such requests."""
    return _ways_to_ask[0](provider_slug, customer_slug) if _ways_to_ask else ""
