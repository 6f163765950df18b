# %% right: a number
files_left = 1

# %% right: a list of them, counted
files_left = len(["conversations.db"])

# %% wrong: all three
# says: What are the -wal file and the -shm file needed for, and when?
files_left = 3

# %% wrong: one of the two others stays
# says: Is one of use without the other?
files_left = 2

# %% wrong: none
# says: The conversation would be lost
files_left = 0

# %% wrong: a list
# says: `files_left` is ['conversations.db'] (list). It should be a number.
files_left = ["conversations.db"]

# %% wrong: a text
# says: `files_left` is '1' (str). It should be a number.
files_left = "1"

# %% wrong: a truth value
# says: `files_left` is True (bool)
files_left = True

# %% wrong: the three dots
# says: in place of the three dots
files_left = ...

# %% wrong: nothing
# says: `files_left` is None
files_left = None
