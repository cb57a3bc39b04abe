"""Our own exported workbook, changed in a spreadsheet and sent back."""
