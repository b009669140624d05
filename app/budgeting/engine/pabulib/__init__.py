"""Pabulib `.pb`: the file format in which participatory budgets are published (https://pabulib.org/format)."""

from app.budgeting.engine.pabulib.problems import PabulibError, Problem
from app.budgeting.engine.pabulib.reader import read_data, read_file, read_text
from app.budgeting.engine.pabulib.writer import text_of_election, write_file

__all__ = ["PabulibError", "Problem", "read_data", "read_file", "read_text", "text_of_election", "write_file"]
