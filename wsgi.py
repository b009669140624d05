"""The entry point of web servers and of the flask command."""

import gc

from app import create_app

app = create_app()

# What was made by now stays for good. Looking through it again for garbage would cost a tenth of every page.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
