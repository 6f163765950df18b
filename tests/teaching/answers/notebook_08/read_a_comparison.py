# %% right: the letter
may_say = "c"


# %% right: a capital
may_say = "C"


# %% wrong: the average
# says: An average of different kinds of work
may_say = "a"


# %% wrong: a row whose columns disagree
# says: Within the rounds both took about the same
may_say = "b"


# %% wrong: rows near 1
# says: Look at the rows that are near 1
may_say = "d"


# %% wrong: the three dots
# says: in place of the three dots
may_say = ...


# %% wrong: a number
# says: `may_say` is 3 (int)
may_say = 3


# %% wrong: two letters
# says: It should be "a", "b", "c" or "d"
may_say = "b, c"
