"""What a new provider's desk needs besides its agreement: categories and the mailbox of its support address."""

from django.db import transaction

from accounts.tenancy.memory import current_provider
from contracts.presets import ProviderPreset
from tickets.models import Category, Mailbox


@transaction.atomic
def desk_install(preset: ProviderPreset) -> None:
    """Make the categories of a preset and the default mailbox, inside the new provider's scope."""
    for position, category in enumerate(preset.categories):
        Category.objects.create(
            key=category.key, name=category.name, icon=category.icon, topic=category.topic, position=position
        )
    provider = current_provider()
    Mailbox.objects.create(address=provider.support_email, is_default=True)
