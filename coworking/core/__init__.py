"""What every domain stands on: database, tenancy, clock, money, permissions, pages, jobs, mail, files, languages.

Core imports no domain. A rule that speaks of coworking does not belong here.
"""
