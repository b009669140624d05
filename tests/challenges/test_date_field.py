"""What is no date is told once."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from app.challenges.forms import DateField
from app.kernel.forms import Form


class OneDay(Form):
    day = DateField("Day")

    def validate_day(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError("Write the day.")


def test_what_is_no_date_is_told_once_and_what_is_missing_too(app: Flask) -> None:
    with app.test_request_context():
        told = [OneDay(MultiDict({"day": typed})) for typed in ("2027-02-31", "")]
        assert not any(form.validate() for form in told)
        assert [[str(error) for error in form.day.errors] for form in told] == [
            ["Den dato findes ikke i kalenderen."],
            ["Write the day."],
        ]
