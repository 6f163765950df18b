# %% right: the number as a text
how_often = "35"

# %% right: with blanks
how_often = " 35 "

# %% wrong: once for each message
# says: Only the last message was sent with everything
how_often = "68"

# %% wrong: hardly more than once
# says: a small part at first, half of it later
how_often = "2"

# %% right: a number
how_often = 35

# %% wrong: a text that is not to choose from
# says: `how_often` is '36' (str). It should be "2", "35" or "68"
how_often = "36"

# %% wrong: the three dots
# says: in place of the three dots
how_often = ...

# %% wrong: a list
# says: It should be "2", "35" or "68"
how_often = ["35"]

# %% wrong: nothing
# says: `how_often` is None
how_often = None


# %% right: a number in place of the text
how_often = 35
