from quotes.models.quotes import USUAL_VAT, Quote, QuoteLine, QuoteState, QuoteStep, QuoteStepKind

__all__ = ["USUAL_VAT", "Quote", "QuoteLine", "QuoteState", "QuoteStep", "QuoteStepKind"]
