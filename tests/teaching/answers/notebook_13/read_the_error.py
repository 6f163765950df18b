# %% right: the letter
what_helps = "b"

# %% right: a capital, with a blank
what_helps = "B "

# %% wrong: the server does not run
# says: The server runs
what_helps = "a"

# %% wrong: another id
# says: An id that is not there yet is a new conversation
what_helps = "c"

# %% wrong: an item first
# says: An empty conversation is an empty list
what_helps = "d"

# %% wrong: the three dots
# says: in place of the three dots
what_helps = ...

# %% wrong: what to write
# says: It should be "a", "b", "c" or "d"
what_helps = "create_tables=True"

# %% wrong: two letters
# says: `what_helps` is 'ab' (str)
what_helps = "ab"

# %% wrong: a list
# says: `what_helps` is ['b'] (list)
what_helps = ["b"]
