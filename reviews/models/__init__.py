from reviews.models.review import (
    NormalTime,
    Review,
    ReviewKind,
    ReviewOutcome,
    ReviewRound,
)

__all__ = ["NormalTime", "Review", "ReviewKind", "ReviewOutcome", "ReviewRound"]
