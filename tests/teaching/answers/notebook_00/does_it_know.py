# %% right: no
knows = "no"

# %% right: a capital
knows = "No"

# %% wrong: yes
# says: Where is the name stored
knows = "yes"

# %% wrong: a truth value
# says: `knows` is False (bool). It should be "yes" or "no"
knows = False

# %% wrong: the three dots
# says: in place of the three dots
knows = ...

# %% wrong: nothing
# says: `knows` is None
knows = None

# %% wrong: a sentence
# says: It should be "yes" or "no"
knows = "It does not know."


# %% right: in capitals
knows = "NO"

# %% wrong: yes, in capitals
# says: You predicted 'YES'. Where is the name stored
knows = "YES"

# %% wrong: something in between
# says: `knows` is 'maybe' (str)
knows = "maybe"

# %% wrong: what the run returned
# says: It should be "yes" or "no"
knows = result

# %% wrong: the answer itself
# says: It should be "yes" or "no"
knows = "I don't know your name: nothing in this conversation says it."
