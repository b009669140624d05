"""The figures of moderation that everybody may see, in the shape of articles 15 and 24 of the Digital Services Act.

Counted by what happened in a year, in the municipality of the thing: notices by when they came, decisions by when they
were made, complaints by when they were lodged. Nobody can be recognised in them.
"""
