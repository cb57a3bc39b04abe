"""The front door: settings, addresses, the database's furniture and what stands around every request."""
