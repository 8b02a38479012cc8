from satisfaction.services.answering import AnswerRefused, answer_give
from satisfaction.services.settings import satisfaction_settings_save

__all__ = ["AnswerRefused", "answer_give", "satisfaction_settings_save"]
