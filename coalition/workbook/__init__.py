"""The workbook: a scenario as sheets with live formulas, and the way back."""
