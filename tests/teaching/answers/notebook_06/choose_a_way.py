# %% right: the letter
way = "c"

# %% right: a capital
way = "C"

# %% wrong: the latest turns
# says: more than twenty turns ago is forgotten
way = "a"

# %% wrong: a pattern
# says: It has missed the ferry
way = "b"

# %% wrong: compaction
# says: OpenAI's models only
way = "d"

# %% wrong: the three dots
# says: in place of the three dots
way = ...

# %% wrong: the words
# says: It should be "a", "b", "c" or "d"
way = "a summary"

# %% wrong: two letters
# says: `way` is 'cd' (str)
way = "cd"

# %% wrong: nothing
# says: `way` is None
way = None
