"""Find, may?, form, operation, redirect: one module an area."""
