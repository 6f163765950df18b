"""The props of the lessons: models that need no key, and servers to practise with."""
