"""How well is noise cut and named: widgets put into clean articles, and what becomes of them.

The wordings under `texts/` serve for reporting only: no rule is written from them.
"""
