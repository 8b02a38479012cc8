"""How much one visitor may send, counted in the cache that all processes share."""

from accounts.limits import HOUR, MINUTE, within_limit
from chat.errors import TooMuch

MESSAGES_A_MINUTE = 30
FILES_AN_HOUR = 30
STARTS_A_MINUTE = 10
CODES_AN_HOUR_TO_ONE_ADDRESS = 5
CODES_AN_HOUR_FROM_ONE_PLACE = 20
CODES_AN_HOUR_OF_A_PROVIDER = 300


def count_up(key: str, *, most: int, seconds: int) -> None:
    """Count one more. Raises TooMuch above `most` within `seconds` of the first."""
    if not within_limit(f"chat:{key}", most=most, seconds=seconds):
        raise TooMuch


def count_message(chat_id: int) -> None:
    """A message of a visitor. Raises TooMuch."""
    count_up(f"say:{chat_id}", most=MESSAGES_A_MINUTE, seconds=MINUTE)


def count_files(chat_id: int, number: int) -> None:
    """Files of a visitor. Raises TooMuch."""
    for _ in range(number):
        count_up(f"files:{chat_id}", most=FILES_AN_HOUR, seconds=HOUR)


def count_start(person_id: int) -> None:
    """A question that somebody begins with, whether it becomes a chat or a request. Raises TooMuch."""
    count_up(f"start:{person_id}", most=STARTS_A_MINUTE, seconds=MINUTE)


def count_code(*, provider_id: int, email: str, place: str) -> None:
    """A code that somebody asks for, from a network address (`place`). Raises TooMuch."""
    count_up(f"to:{provider_id}:{email}", most=CODES_AN_HOUR_TO_ONE_ADDRESS, seconds=HOUR)
    count_up(f"from:{place}", most=CODES_AN_HOUR_FROM_ONE_PLACE, seconds=HOUR)
    count_up(f"of:{provider_id}", most=CODES_AN_HOUR_OF_A_PROVIDER, seconds=HOUR)
