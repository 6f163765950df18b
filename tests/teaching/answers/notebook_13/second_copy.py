# %% right: a number
added = 3

# %% right: a sum
added = len(["My name is Mary.", "Noted: your name is Mary."]) + 1

# %% wrong: the customers
# says: How many items did that add to the file?
added = 2

# %% wrong: nothing
# says: What has it not?
added = 0

# %% wrong: everything that is in the file
# says: What the server has already is not added twice
added = 783

# %% wrong: the first copy once more, and what is new
# says: What the server has already is not added twice
added = 779

# %% wrong: with Grace's four
# says: Count what the cell above added to the file
added = 7

# %% wrong: a text
# says: `added` is '3' (str). It should be a number
added = "3"

# %% wrong: a list
# says: `added` is [3] (list)
added = [3]

# %% wrong: True
# says: `added` is True (bool)
added = True

# %% wrong: the three dots
# says: in place of the three dots
added = ...
