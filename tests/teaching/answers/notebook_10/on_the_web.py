# %% right: the letter
needed = "b"

# %% right: a capital, with a blank
needed = "B "

# %% wrong: a server
# says: many customers were served at once, and from one file
needed = "a"

# %% wrong: a model
# says: What a tool can see does not depend on the model
needed = "c"

# %% wrong: a history
# says: the session loses nothing
needed = "d"

# %% wrong: the three dots
# says: in place of the three dots: "a", "b", "c" or "d"
needed = ...

# %% wrong: another letter
# says: `needed` is 'e' (str)
needed = "e"

# %% wrong: words
# says: It should be "a", "b", "c" or "d"
needed = "a log-in"

# %% wrong: two letters
# says: It should be "a", "b", "c" or "d"
needed = ["a", "b"]
