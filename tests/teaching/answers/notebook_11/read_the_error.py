# %% right: the letter
what_happened = "c"

# %% right: a capital
what_happened = "C"

# %% wrong: expired
# says: You chose 'a'. Then the server would answer
what_happened = "a"

# %% wrong: an unknown id
# says: To a server, a new id is an empty conversation
what_happened = "b"

# %% wrong: locked
# says: A server has many clients at once
what_happened = "d"

# %% wrong: the three dots
# says: in place of the three dots
what_happened = ...

# %% wrong: another letter
# says: `what_happened` is 'e' (str)
what_happened = "e"

# %% wrong: two letters
# says: It should be "a", "b", "c" or "d"
what_happened = ["b", "c"]
