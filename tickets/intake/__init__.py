"""Mail in: from raw bytes to a ticket, a reply, an alert or quarantine (rules I1, I2, I8, T5)."""
