"""The words of our mail to schools: standard ones that apps declare, and a provider's own in their place."""
