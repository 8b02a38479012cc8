"""Addresses of reviews in the desk, below /<provider>/desk/reviews/."""

from django.urls import path

from reviews.views import desk

app_name = "reviews"
urlpatterns = [
    path("", desk.review_list, name="list"),
    path("reviews.csv", desk.review_csv, name="csv"),
    path("<int:pk>/", desk.review_page, name="review"),
]
