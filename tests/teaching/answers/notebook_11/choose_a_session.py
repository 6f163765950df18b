# %% right: the letter
session_for_the_museum = "c"

# %% right: with a blank
session_for_the_museum = "c "

# %% wrong: a shared folder
# says: and not over a network folder
session_for_the_museum = "a"

# %% wrong: branches
# says: A branch is for asking again
session_for_the_museum = "b"

# %% wrong: ids on each machine
# says: a visitor begins anew on each of them
session_for_the_museum = "d"

# %% wrong: the three dots
# says: in place of the three dots
session_for_the_museum = ...

# %% wrong: the class
# says: It should be "a", "b", "c" or "d"
session_for_the_museum = "RedisSession"

# %% wrong: nothing
# says: `session_for_the_museum` is None
session_for_the_museum = None
