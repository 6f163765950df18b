# %% right: eight
how_many = 8

# %% right: added up
how_many = 1 + 4 + 2 + 1

# %% wrong: without the question
# says: The model also gets the new question
how_many = 7

# %% wrong: with the answer to the name
# says: only the message with the name stays
how_many = 9

# %% wrong: two short turns
# says: Did you think of all the items of the third turn
how_many = 6

# %% wrong: all of it
# says: That is the whole conversation and the question
how_many = 11

# %% wrong: the whole session
# says: You predicted 10. The latest two turns are kept as a whole
how_many = 10

# %% wrong: a text
# says: It should be a number
how_many = "8"

# %% right: a decimal number
how_many = 8.0

# %% wrong: the three dots
# says: in place of the three dots
how_many = ...
