"""Every figure of a conversation as plain data, in the shape that docs/schemas/opinion.json publishes."""
