"""Reading a plan from the partnership's own document: hand it in, look at what was understood, apply it."""

from .applying import import_page
from .columns import import_columns_page
from .handing_in import imports_page

__all__ = ["import_columns_page", "import_page", "imports_page"]
