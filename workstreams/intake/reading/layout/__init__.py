"""Where the plan stands in a document: its tables, headings, sections and rows."""
