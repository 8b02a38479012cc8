"""Columns that follow another one of their row."""

from typing import Any

from django.db import models

from accounts.telephone import number_keys


class NumberKeysField(models.TextField):  # type: ignore[type-arg] # not subscriptable when it runs
    """By what the telephone numbers in the column `of` are found; written with every row, also by `bulk_create`."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(**{"default": "", "blank": True, "editable": False, **options})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        keys = number_keys(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, keys)
        return keys
