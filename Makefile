# The commands of Torvet. They need Python 3.11 or newer, git and make; everything else is brought in.
# VENV=/path uses a virtual environment of yours as it is; ARGS="…" is handed to the command.
PYTHON ?= python3
ARGS ?=
export VENV
# Python keeps what it compiled, whatever this machine is set to: a start is four times quicker with it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test sure dev setup screenshots bench

help:
	@echo "make run          bring everything up and print the address and the demo sign-ins"
	@echo "make test         prove it, real-browser journeys included"
	@echo "make sure         all that has to hold before a change lands"
	@echo "make dev          like run, and put every change to use at once"
	@echo "make screenshots  every page, small and large, in Danish and English, into var/screenshots/"
	@echo "make bench        measure"

run test sure dev setup screenshots bench:
	@exec $(PYTHON) -m deploy.local $@ $(ARGS)
