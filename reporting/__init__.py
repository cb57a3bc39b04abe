"""The reading room: draws papers from frozen pictures; never changes the plan."""
