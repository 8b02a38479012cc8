from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self) -> None:
        from contracts import navigation, settings_items  # noqa: F401 - registers the menu entries
        from contracts.models import VariationTurn
        from contracts.services.variations import variation_turn
        from delivery.due import DueQueue, register_due

        register_due(DueQueue("variations", VariationTurn, variation_turn))
