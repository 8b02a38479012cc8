"""The addresses of the site, read from the URLconf, so that a new page is looked at without being listed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.browser.scene import QUARTER, Scene

# What each parameter stands for in the scene. A page with another parameter fails until it is added here.
COMMON = {"provider": "alder", "customer": "oakfield", "quarter": QUARTER, "figure": "reply", "year": 2027}
COMMON |= {"varied": "clause", "monday": "2026-11-30", "topic": "classroom_av", "mail": "acknowledgement"}
KEYS = {
    "desk:bulk_done": "bulk",
    "desk:bulk_undo": "bulk",
    "desk:view_edit": "saved_view",
    "desk:view_act": "saved_view",
    "desk:macro_edit": "macro",
    "desk:macro_act": "macro",
    "desk:macro_chosen": "macro",
    "settings:staff_edit": "staff",
    "settings:staff_switch": "staff",
    "settings:team_edit": "team",
    "settings:contact_edit": "contact",
    "settings:contact_switch": "contact",
    "settings:contact_remove": "contact",
    "portal_people:nominate": "contact",
    "portal_people:remove": "contact",
    "settings:contract": "contract",
    "settings:contract_edit": "contract",
    "settings:contract_renew": "contract",
    "settings:contract_end": "contract",
    "settings:variations": "contract",
    "settings:variation_new": "contract",
    "settings:variation_replace": "variation",
    "settings:variation_withdraw": "variation",
    "settings:document_new": "contract",
    "settings:document_remove": "document",
    "settings:obligation_edit": "obligation",
    "settings:obligation_review": "obligation",
    "desk_contracts:contract": "contract",
    "desk_contracts:timeline": "contract",
    "desk_contracts:document": "document",
    "portal_contracts:contract": "contract",
    "portal_contracts:timeline": "contract",
    "portal_contracts:document": "document",
    "settings:edition": "edition",
    "settings:edition_new": "edition",
    "settings:clause": "draft_package",
    "settings:condition_new": "draft_clause",
    "settings:condition_edit": "draft_case",
    "settings:condition_remove": "draft_case",
    "settings:closure_edit": "closure",
    "settings:closure_delete": "closure",
    "settings:calendar_edit": "calendar",
    "settings:holiday_edit": "holiday",
    "settings:holiday_delete": "holiday",
    "settings:staff_invite": "staff",
    "settings:contact_invite": "contact",
    "settings:outbox_retry": "outbound",
    "settings:webhook": "webhook",
    "settings:webhook_edit": "webhook",
    "settings:webhook_act": "webhook",
    "settings:webhook_delivery": "webhook_delivery",
    "settings:token_revoke": "token",
    "settings:mailbox_edit": "mailbox",
    "settings:mailbox_test": "mailbox",
    "settings:mailbox_switch": "mailbox",
    "settings:request_form": "request_form",
    "settings:question_new": "request_form",
    "settings:question_edit": "question",
    "settings:question_move": "question",
    "settings:question_remove": "question",
    "portal:request_form": "request_form",
    "desk:phone_form": "request_form",
    "quotes:quote": "draft_quote",
    "quotes:edit": "draft_quote",
    "quotes:send": "draft_quote",
    "quotes:withdraw": "draft_quote",
    "quotes:revise": "quote",
    "portal_quotes:quote": "quote",
    "portal_quotes:accept": "quote",
    "portal_quotes:decline": "quote",
    "visits:visit": "visit",
    "visits:act": "visit",
    "visits:left": "planned_contract",
    "visits:ledger": "planned_contract",
    "visits:ledger_csv": "planned_contract",
    "portal_visits:left": "contract",
    "settings:allowance_rule": "package",
    "settings:fair_use": "agreed",
    "settings:fair_use_end": "agreed",
    "planning:plan": "plan",
    "planning:school": "plan",
    "planning:week": "plan",
    "planning:apply": "plan",
    "planning:discard": "plan",
    "planning:visit": "planned",
    "planning:drop": "planned",
    "settings:engineer": "staff",
    "settings:absence_new": "staff",
    "settings:absence": "absence",
    "settings:absence_edit": "absence",
    "settings:absence_remove": "absence",
    "settings:term_edit": "term",
    "settings:term_remove": "term",
    "settings:moving_in_import": "import",
    "settings:moving_in_discard": "import",
    "desk:held_message": "held",
    "desk:held_message_raw": "held",
    "desk:held_message_release": "held",
    "desk:held_message_retry": "held",
    "desk:held_message_reject": "held",
    "complaints:complaint": "complaint",
    "complaints:act": "complaint",
    "reviews:review": "unusual",
    "portal_complaints:complaint": "complaint",
    "portal_complaints:further": "complaint",
    "portal_satisfaction:answer": "satisfaction_question",
    "knowledge:article": "article",
    "knowledge:act": "article",
    "portal_knowledge:article": "article",
    "portal_knowledge:answered": "article",
    "notices:notice": "notice",
    "notices:act": "notice",
    "portal_notices:notice": "notice",
    "portal_notices:mine": "notice",
    "portal_notices:news": "notice",
    "settings:supplier_edit": "supplier",
    "settings:hold_end": "hold",
    "settings:personal_data_of": "contact",
    "settings:subject_export_new": "contact",
    "settings:subject_export": "subject_export",
    "settings:subject_export_file": "subject_export",
    "settings:erase": "contact",
    "desk_chat:chat": "chat",
    "desk_chat:news": "chat",
    "desk_chat:act": "chat",
    "portal_chat:chat": "chat",
    "portal_chat:news": "chat",
    "portal_chat:say": "chat",
    "portal_chat:file": "chat",
    "desk_chat:file": "chat",
    "portal_chat:sign": "chat",
    "portal_chat:end": "chat",
    "desk:attachment": "attachment",
    "portal:attachment": "attachment",
    "desk:message_html": "message",
    "portal:message_html": "message",
}


@dataclass(frozen=True)
class Route:
    """An address of the URLconf by its full name."""

    name: str
    parameters: tuple[str, ...]

    def path(self, scene: Scene) -> str:
        """The address in the scene. Raises `LookupError` where a parameter has no value there."""
        values = {**COMMON, "number": scene.long, "clock": scene.keys["clock"], "action": "reply"}
        values["verdict"] = "solved"
        if self.name == "portal:approval":
            values["number"] = scene.keys["unapproved"]
        if "kind" in self.parameters:
            values["kind"] = "scheduled" if self.name.startswith("visits:") else "remote_session"
        if self.name in {"visits:act", "visits:book", "visits:places"}:
            values |= {"action": "move", "customer": "hillside"}
        if self.name == "settings:webhook_act":
            values["action"] = "secret"
        values |= {
            "membership": scene.keys["membership"],
            "contract": scene.keys["planned_contract"],
            "file": scene.keys["chat_file"],
        }
        if "pk" in self.parameters:
            values["pk"] = scene.keys[KEYS[self.name]]
        return reverse(self.name, kwargs={name: values[name] for name in self.parameters})


def routes() -> list[Route]:
    """Every named address of the site, in the order of the URLconf."""
    return list(_routes(get_resolver(), "", ()))


def _routes(resolver: URLResolver, prefix: str, above: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        parameters = (*above, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, prefix + f"{entry.namespace}:" * bool(entry.namespace), parameters)
        elif isinstance(entry, URLPattern) and entry.name:
            yield Route(prefix + entry.name, parameters)
