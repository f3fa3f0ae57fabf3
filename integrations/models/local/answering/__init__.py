"""Answering from the help centre: which sentences of an article answer a question, and what the article does not say."""
