# %% right: the letter
what_helps = "b"

# %% right: a capital, with a blank
what_helps = " B"

# %% wrong: an import
# says: this one is not found
what_helps = "a"

# %% wrong: a restart
# says: the same Python
what_helps = "c"

# %% wrong: the three dots
# says: in place of the three dots
what_helps = ...

# %% wrong: another letter
# says: `what_helps` is 'd' (str)
what_helps = "d"

# %% wrong: a number
# says: `what_helps` is 2 (int)
what_helps = 2

# %% wrong: a list
# says: It should be "a", "b" or "c"
what_helps = ["b"]


# %% right: with a bracket
what_helps = "b)"

# %% wrong: two letters
# says: `what_helps` is 'a, b' (str). It should be
what_helps = "a, b"

# %% wrong: the words of the option
# says: It should be "a", "b" or "c"
what_helps = "close JupyterLab, and start it with `uv run jupyter lab`"

# %% wrong: nothing
# says: `what_helps` is '' (str)
what_helps = ""
