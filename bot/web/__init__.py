"""Everything served over HTTP: webhooks, health, public pages, sandbox."""
