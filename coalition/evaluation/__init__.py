"""After three years: what was saved, more than chance, and what must be settled.

Each estimator is a function from a Panel and Options to an Estimate, in a module of its own. What a study file may say
stands in study.py; what an estimate leads to in words and euro in verdict.py and euros.py. Estimating knows no
contract: the contract is settled in settlement.py, on an estimate that a protocol named beforehand.
"""
