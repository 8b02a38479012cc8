"""Providers ready to install, as typed data without logic; `provider_install` turns one into rows."""

from contracts.presets.concero import CONCERO
from contracts.presets.data import (
    BrandPreset,
    CalendarPreset,
    CategoryPreset,
    ClausePreset,
    ConditionPreset,
    EditionPreset,
    FormPreset,
    LevelPreset,
    ObligationPreset,
    PackagePreset,
    ProviderPreset,
    QuestionPreset,
    SlotPreset,
    WindowPreset,
)
from contracts.presets.pisys import PISYS

PRESETS: dict[str, ProviderPreset] = {preset.brand.slug: preset for preset in (CONCERO, PISYS)}

__all__ = [
    "CONCERO",
    "PISYS",
    "PRESETS",
    "BrandPreset",
    "CalendarPreset",
    "CategoryPreset",
    "ClausePreset",
    "ConditionPreset",
    "EditionPreset",
    "FormPreset",
    "LevelPreset",
    "ObligationPreset",
    "PackagePreset",
    "ProviderPreset",
    "QuestionPreset",
    "SlotPreset",
    "WindowPreset",
]
