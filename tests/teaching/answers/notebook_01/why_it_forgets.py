# %% right: the letter
because = "b"

# %% right: a capital
because = "B"

# %% right: as it stands in the list
because = "b:"

# %% wrong: blames the model
# says: No model, however large
because = "a"

# %% wrong: blames the agent
# says: Both runs used the same agent
because = "c"

# %% wrong: blames the time
# says: Nothing in a run depends on when
because = "d"

# %% wrong: the three dots
# says: in place of the three dots: "a", "b", "c" or "d"
because = ...

# %% wrong: another letter
# says: `because` is 'e' (str)
because = "e"

# %% wrong: two letters
# says: `because` is 'bc' (str)
because = "bc"

# %% wrong: a list
# says: `because` is ['b'] (list)
because = ["b"]

# %% wrong: a number
# says: `because` is 2 (int)
because = 2

# %% wrong: the words of the option
# says: It should be "a", "b", "c" or "d"
because = "The second run sent the model your question, and nothing of the first run."
