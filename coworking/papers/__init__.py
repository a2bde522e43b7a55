"""Papers: invoices, credit notes and statements as PDF and as electronic invoices, and what accountants import.

Takes plain dataclasses, knows no table and asks no network. It never decides an amount: what does not add up is refused.
"""
