"""Addresses of the answers in the desk, below /<provider>/desk/satisfaction/."""

from django.urls import path

from satisfaction.views import desk

app_name = "desk_satisfaction"
urlpatterns = [
    path("", desk.answer_list, name="list"),
    path("answers.csv", desk.answer_csv, name="csv"),
]
