"""What the words of one cell say: tags, dates, statuses, officers, sources, shades."""
