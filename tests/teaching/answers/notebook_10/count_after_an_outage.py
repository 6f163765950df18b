# %% right: one more
items_then = 18

# %% right: a sum
items_then = 17 + 1

# %% wrong: nothing is stored
# says: The runner does not wait for the answer before it stores the message
items_then = 17

# %% wrong: with an answer
# says: There is no answer that could be stored
items_then = 19

# %% wrong: only the new one
# says: You predicted 1. When does the runner store the message
items_then = 1

# %% wrong: a text
# says: It should be a number
items_then = "18"

# %% wrong: the three dots
# says: in place of the three dots
items_then = ...

# %% wrong: a list
# says: `items_then` is [18] (list). It should be a number
items_then = [18]
