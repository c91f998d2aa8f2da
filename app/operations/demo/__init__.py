"""A demo year: the season of 2021 as the work report gives it, one station today, one next Saturday.

Everything is generated: names, phones and documents belong to nobody (the
area code 370499 was never allotted).
"""
