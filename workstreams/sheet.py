"""Our own workbooks: columns, hidden keys and seal, for writer and reader both. Pure."""
