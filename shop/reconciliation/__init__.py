"""Reconciliation: processor mirror, bank lines, matching, discrepancy cases, month close.

The number to bring to 0 is "unexplained won".
"""
