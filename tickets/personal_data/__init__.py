"""What this app holds of people: how it ages, and what is handed out and erased (Rule T7)."""

from tickets.personal_data import ageing, of_people

__all__ = ["ageing", "of_people"]
