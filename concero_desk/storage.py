"""Static files of production: compressed, and named by their content so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped package
    """Renames the modules that our scripts import too; without it browsers would keep old ones after an upgrade."""

    support_js_module_import_aggregation = True
