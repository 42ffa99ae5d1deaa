"""Spreadsheets in: any table people have is read, understood, checked row by row, then applied as a whole."""
