# %% right: the letter
may_be_left = "d"

# %% right: a capital
may_be_left = "D"

# %% wrong: the log
# says: You chose 'a'. The log went when the last session was closed
may_be_left = "a"

# %% wrong: the index
# says: The search reads every byte of the file
may_be_left = "b"

# %% wrong: the commands of the server
# says: the new file was written from what the server holds now
may_be_left = "c"

# %% wrong: the three dots
# says: in place of the three dots
may_be_left = ...

# %% wrong: nowhere
# says: `may_be_left` is 'nowhere' (str)
may_be_left = "nowhere"

# %% wrong: all of them
# says: It should be "a", "b", "c" or "d"
may_be_left = "abcd"
