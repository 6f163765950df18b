# %% right: the tool call
last_item = "tool call"

# %% right: with a capital, and a space too many
last_item = "Tool  call"

# %% wrong: as with a turn of two items
# says: Cover the last two of the four items
last_item = "question"

# %% wrong: one pop too few
# says: Cover the last two of the four items
last_item = "tool result"

# %% wrong: as if nothing was popped
# says: The first of the two pops removes the answer
last_item = "answer"

# %% wrong: the three dots
# says: in place of the three dots
last_item = ...

# %% wrong: other words
# says: `last_item` is 'multiply(a=17, b=23)' (str). It should be "question", "tool call"
last_item = "multiply(a=17, b=23)"

# %% wrong: a list
# says: `last_item` is ['tool call'] (list)
last_item = ["tool call"]
