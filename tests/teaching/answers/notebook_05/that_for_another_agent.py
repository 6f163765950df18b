# %% right: the latest result
number = 84

# %% right: calculated
number = (17 + 25) * 2

# %% wrong: the first result
# says: That was the first result
number = 42

# %% wrong: it cannot know
# says: The library gets all that the session holds
number = 0

# %% wrong: the sum
# says: so it cannot add 1
number = 85

# %% wrong: the sum with the first result
# says: so it cannot add 1
number = 43

# %% wrong: a text
# says: `number` is '84' (str). It should be a number
number = "84"

# %% wrong: the three dots
# says: in place of the three dots
number = ...

# %% right: a number with a fraction
number = 84.0

# %% wrong: any number
# says: Which results does the session of the calculator hold
number = 17
