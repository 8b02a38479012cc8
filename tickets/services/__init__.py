"""Every write to a ticket. Each service is one transaction in the caller's scope, audited; its mail goes out later."""
