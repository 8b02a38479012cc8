"""What a new provider's desk needs besides its agreement: categories, forms and the mailbox of its support address."""

from django.db import transaction

from accounts.tenancy.memory import current_provider
from contracts.presets import FormPreset, ProviderPreset
from sla.models import ServiceLevel
from tickets.models import Category, FormQuestion, Mailbox, RequestForm


@transaction.atomic
def desk_install(preset: ProviderPreset) -> None:
    """Make categories, forms (Rule I10) and default mailbox of a preset, inside the new provider's scope."""
    for position, category in enumerate(preset.categories):
        Category.objects.create(
            key=category.key,
            name=category.name,
            icon=category.icon,
            topic=category.topic,
            changes_account=category.changes_account,
            position=position,
        )
    _forms_install(preset.forms)
    provider = current_provider()
    Mailbox.objects.create(address=provider.support_email, is_default=True)


def _forms_install(presets: tuple[FormPreset, ...]) -> None:
    categories = {one.key: one for one in Category.objects.all()}
    levels = {one.key: one for one in ServiceLevel.objects.all()}
    forms = RequestForm.objects.bulk_create(
        RequestForm(
            kind=one.kind,
            title=one.title,
            intro=one.intro,
            icon=one.icon,
            category=categories.get(one.category),
            level=levels.get(one.level),
            needs_approval=bool(one.approvers),
            approver_roles=[str(role) for role in one.approvers],
            asks_needed_by=one.asks_needed_by,
            changes_account=one.changes_account,
            position=position,
        )
        for position, one in enumerate(presets)
    )
    FormQuestion.objects.bulk_create(
        FormQuestion(
            form=form,
            kind=question.kind,
            label=question.label,
            help_text=question.help_text,
            is_required=question.is_required,
            choices=list(question.choices),
            position=position,
        )
        for form, one in zip(forms, presets, strict=True)
        for position, question in enumerate(one.questions)
    )
