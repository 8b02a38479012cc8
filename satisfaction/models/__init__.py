from satisfaction.models.questions import (
    ANSWERS_FOR,
    COMMENT_LENGTH,
    USUAL_GAP,
    Answer,
    SatisfactionQuestion,
    SatisfactionSettings,
)

__all__ = [
    "ANSWERS_FOR",
    "COMMENT_LENGTH",
    "USUAL_GAP",
    "Answer",
    "SatisfactionQuestion",
    "SatisfactionSettings",
]
