from quotes.models.quotes import (
    SUBJECT_LENGTH,
    USUAL_VAT,
    Quote,
    QuoteLine,
    QuoteState,
    QuoteStep,
    QuoteStepKind,
)

__all__ = ["SUBJECT_LENGTH", "USUAL_VAT", "Quote", "QuoteLine", "QuoteState", "QuoteStep", "QuoteStepKind"]
