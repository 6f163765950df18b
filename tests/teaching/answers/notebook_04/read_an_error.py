# %% right: the letter
what_helps = "c"

# %% right: a capital
what_helps = "C"

# %% wrong: a new session
# says: would refuse the tuple again
what_helps = "a"

# %% wrong: only the bad one
# says: all of its items or, on an error, none
what_helps = "b"

# %% wrong: clear it first
# says: There is nothing to clear
what_helps = "d"

# %% wrong: the three dots
# says: in place of the three dots
what_helps = ...

# %% wrong: two letters
# says: `what_helps` is 'bc' (str)
what_helps = "bc"

# %% wrong: a number
# says: It should be "a", "b", "c" or "d"
what_helps = 3
