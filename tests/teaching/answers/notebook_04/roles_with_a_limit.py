# %% right: the three roles
roles = ["assistant", "user", "assistant"]

# %% right: read from the session
roles = [item["role"] for item in await ada.get_items(3)]

# %% wrong: a turn and a half from the front
# says: Look at the chat above
roles = ["user", "assistant", "user"]

# %% wrong: latest first, and the answer left out
# says: You predicted ['user', 'assistant', 'assistant']
roles = ["user", "assistant", "assistant"]

# %% wrong: three turns
# says: Look at the chat above
roles = ["user", "assistant", "user", "assistant", "user", "assistant"]

# %% wrong: the three dots
# says: in place of the three dots
roles = ...

# %% wrong: a tuple
# says: It should be a list of three roles
roles = ("assistant", "user", "assistant")

# %% wrong: a text
# says: `roles` is 'assistant, user, assistant' (str)
roles = "assistant, user, assistant"

# %% wrong: no roles at all
# says: You predicted []
roles = []
