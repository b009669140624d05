"""The ceiling: a Flask view that does nothing."""

from flask import Flask

app = Flask("bare")


@app.get("/")
@app.get("/healthz")
def nothing() -> str:
    return "nothing"
