"""Django for the benchmarks that need it."""

import os


def set_up_django(settings_module: str = "concero_desk.settings") -> None:
    """Load the project with its settings, once; call it inside a benchmark, before importing any model.

    A settings module that is already chosen in the environment is kept.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
