# %% right: the letter
best_line = "c"

# %% right: a capital
best_line = "C"

# %% wrong: the name of the customer
# says: Two customers with the same name would share a conversation.
best_line = "a"

# %% wrong: the customer alone
# says: All tickets of a customer would be one conversation.
best_line = "b"

# %% wrong: a file name that says nothing
# says: The name of the file says nothing
best_line = "d"

# %% wrong: a file for each ticket
# says: Each ticket would be a file.
best_line = "e"

# %% wrong: two letters
# says: `best_line` is 'cd' (str). It should be "a", "b", "c", "d" or "e".
best_line = "cd"

# %% wrong: the three dots
# says: in place of the three dots
best_line = ...
