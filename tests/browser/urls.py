"""The project's addresses with the style guide, which otherwise needs debug mode."""

from django.urls import path

from concero_desk.styleguide import styleguide
from concero_desk.urls import urlpatterns as project

urlpatterns = [path("styleguide/", styleguide, name="styleguide"), *project]
