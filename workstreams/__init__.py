"""The plan: its facts, who may change them, and the one picture every page is drawn from."""
