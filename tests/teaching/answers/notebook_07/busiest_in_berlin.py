# %% right: fewer
in_berlin = "fewer"

# %% right: a capital
in_berlin = "Fewer"

# %% wrong: as many
# says: So it would be if Berlin were one hour ahead all the time
in_berlin = "as many"

# %% wrong: more
# says: Think of what clocks in Europe do
in_berlin = "more"

# %% wrong: the three dots
# says: in place of the three dots
in_berlin = ...

# %% wrong: a number
# says: `in_berlin` is '104' (str). It should be "more", "fewer"
in_berlin = 104

# %% wrong: another word
# says: It should be "more", "fewer" or "as many"
in_berlin = "less"

# %% wrong: nothing
# says: `in_berlin` is None
in_berlin = None
