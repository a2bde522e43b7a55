"""Who owes what and why: payers, charges, invoices, payments, and what happens when one fails.

Knows nothing of rooms, plans or bookings: whoever sells something writes a charge. Nothing here changes an issued paper.
"""
