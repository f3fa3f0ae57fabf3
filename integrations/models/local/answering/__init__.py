"""Answering from the help centre: which sentences of an article answer a question, and what it does not say."""
