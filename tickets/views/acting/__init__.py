"""What a technician can do with a ticket, by what it is about."""
