"""The kind of mail that brings a quarterly report, its variables and its standard words (Rule R1)."""

from django.utils.translation import gettext_lazy

from delivery.wording.kinds import MailKind, Shape, Variable, mail_kind_add

RELEASED = "report-released"

mail_kind_add(
    MailKind(
        key=RELEASED,
        group=gettext_lazy("Reports"),
        name=gettext_lazy("Service report"),
        description=gettext_lazy("Tells the school’s named contacts that a report is ready."),
        variables=(
            Variable("person.first_name", gettext_lazy("First name of who gets the mail"), "Bea"),
            Variable("person.name", gettext_lazy("Full name of who gets the mail"), "Bea Shaw"),
            Variable("report.school", gettext_lazy("The school"), "Oakfield Primary School"),
            Variable("report.quarter", gettext_lazy("Which quarter"), gettext_lazy("July to September 2026")),
            Variable(
                "report.link",
                gettext_lazy("Where to read it"),
                "https://desk.example/alder/portal/reports/oakfield/2026Q3/",
                shape=Shape.LINK,
            ),
            Variable("report.checksum", gettext_lazy("By which a copy can be checked"), "9f86d081884c7d65…"),
            Variable(
                "manager.name",
                gettext_lazy("The school’s customer success manager, if it has one"),
                "Cass Hill",
                may_be_empty=True,
            ),
        ),
        subject=gettext_lazy("Service report for {{ report.school }}, {{ report.quarter }}"),
        body=gettext_lazy(
            "Dear {{ person.first_name }},\n\n"
            "the service report for {{ report.school }}, {{ report.quarter }}, is ready. It answers whether we kept our"
            " promise, and where we did not, why.\n\n"
            "{{ report.link }}\n\n"
            "The report will not change any more. Checksum of the PDF (SHA-256): {{ report.checksum }}\n\n"
            "{{ manager.name }}\n{{ signature }}"
        ),
        required=frozenset({"report.link", "report.checksum"}),
        order=40,
    )
)
