"""Business plans: outcomes with actions, and measures that carry their own date and rating."""
