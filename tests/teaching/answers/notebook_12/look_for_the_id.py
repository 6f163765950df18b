# %% right: yes
id_is_found = "yes"

# %% right: in capitals
id_is_found = "YES"

# %% wrong: no
# says: You predicted 'no'. What does EncryptedSession hand to the session behind it
id_is_found = "no"

# %% wrong: a truth value
# says: `id_is_found` is True (bool). It should be "yes" or "no"
id_is_found = True

# %% wrong: the three dots
# says: in place of the three dots
id_is_found = ...

# %% wrong: a file
# says: It should be "yes" or "no"
id_is_found = "secret.db"

# %% wrong: nothing
# says: `id_is_found` is None
id_is_found = None

# %% wrong: a list
# says: It should be "yes" or "no"
id_is_found = ["yes"]
