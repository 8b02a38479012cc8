"""Live news over server-sent events. They carry ids only: whoever hears one asks the pages for the words."""
