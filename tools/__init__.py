"""Set-up and running; nothing here is part of the served application."""
