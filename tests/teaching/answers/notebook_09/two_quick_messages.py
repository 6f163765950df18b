# %% right: both messages, then both answers
expected_roles = ["user", "user", "assistant", "assistant"]

# %% right: put together
expected_roles = ["user"] * 2 + ["assistant"] * 2

# %% wrong: in turn
# says: Each run stores its message, then asks the model, which answers when both have asked
expected_roles = ["user", "assistant", "user", "assistant"]

# %% wrong: answers first
# says: Each run stores its message
expected_roles = ["assistant", "assistant", "user", "user"]

# %% wrong: nested
# says: Each run stores its message
expected_roles = ["user", "user", "assistant"]

# %% wrong: a tuple
# says: It should be a list of four roles
expected_roles = ("user", "user", "assistant", "assistant")

# %% wrong: a text
# says: It should be a list of four roles
expected_roles = "user, user, assistant, assistant"

# %% wrong: the three dots
# says: in place of the three dots: a list of four roles
expected_roles = ...

# %% wrong: a number
# says: It should be a list of four roles
expected_roles = 4
