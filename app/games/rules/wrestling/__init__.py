"""Wrestling by UWW's International Wrestling Rules, January 2026, Art. 7, 8, 10-14, 41, 43.

`entries` is what goes in, `book` the bouts as recorded, `groups` and `bracket` the two systems,
`places` the ranking.
"""
