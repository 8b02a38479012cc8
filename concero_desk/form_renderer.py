"""Draws every Django form with the design system's templates."""

from django.forms.renderers import TemplatesSetting


class DeskFormRenderer(TemplatesSetting):
    """``{{ form }}`` gives the error summary and all fields; ``{{ field.as_field_group }}`` one field.

    Needs ``django.forms`` among the installed apps after the project's template directory.
    """

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
