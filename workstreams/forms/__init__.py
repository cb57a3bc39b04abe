"""What people may say to the plan: one module an area, one form an intention."""
