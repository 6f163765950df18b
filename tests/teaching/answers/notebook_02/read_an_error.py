# %% right: the letter
way_out = "b"

# %% right: a capital, with a blank
way_out = "B "

# %% wrong: the folder
# says: The folder is there already
way_out = "a"

# %% wrong: the path as an id
# says: the conversation would be kept in memory
way_out = "c"

# %% wrong: once more
# says: Making a session does not touch the disk
way_out = "d"

# %% wrong: two letters
# says: `way_out` is 'ab' (str). It should be
way_out = "ab"

# %% wrong: the three dots
# says: in place of the three dots
way_out = ...

# %% wrong: a path
# says: It should be "a", "b", "c" or "d"
way_out = Path("/srv/desk/chats/conversations.db")
