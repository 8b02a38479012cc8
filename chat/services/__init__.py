"""Every write to chats. Each service is one transaction in the caller's scope; live news go out after its commit."""
