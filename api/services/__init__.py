"""Every write of the API that is not a write of an app below."""
