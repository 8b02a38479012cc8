from reviews.services.finishing import review_finish

__all__ = ["review_finish"]
