# %% right: a number
items_of_class = 180

# %% right: a product
items_of_class = 30 * 3 * 2

# %% wrong: the messages alone
# says: A run also stores the answer.
items_of_class = 90

# %% wrong: one message each
# says: Each learner sent more than one message.
items_of_class = 60

# %% wrong: sessions
# says: That is the number of sessions.
items_of_class = 30

# %% wrong: one session
# says: That is what each of the thirty sessions holds.
items_of_class = 6

# %% wrong: with Grace
# says: You predicted 186. How many messages did each learner send
items_of_class = 186

# %% wrong: a text
# says: `items_of_class` is '180' (str). It should be a number.
items_of_class = "180"

# %% wrong: the three dots
# says: in place of the three dots
items_of_class = ...
