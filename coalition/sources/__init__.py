"""Published data sets, one reader each: Vektis, CBS and CPB.

Every reader gives a table under a written contract and says what it left out and why; region_tables.py makes a
coalition's region and cost tables from them.
"""
