"""Inspection plans and all others whose actions are rated themselves."""
