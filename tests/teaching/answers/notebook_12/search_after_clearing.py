# %% right: yes
still_found = "yes"

# %% right: with a blank
still_found = " Yes"

# %% wrong: no
# says: Where does SQLite write a change first
still_found = "no"

# %% wrong: a truth value
# says: `still_found` is False (bool). It should be "yes" or "no"
still_found = False

# %% wrong: the three dots
# says: in place of the three dots
still_found = ...

# %% wrong: the files
# says: It should be "yes" or "no"
still_found = ["shop.db"]

# %% wrong: a number
# says: `still_found` is '2' (str). It should be "yes" or
still_found = 2
