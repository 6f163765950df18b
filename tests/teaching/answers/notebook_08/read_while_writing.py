# %% right: as many as before
seen_by_the_session = 200


# %% right: computed
seen_by_the_session = 20 * len(batch)


# %% wrong: the row of the open transaction too
# says: That would be half of a transaction
seen_by_the_session = 201


# %% wrong: nothing
# says: The lock is for writers
seen_by_the_session = 0


# %% wrong: only the new row
# says: The 200 items from before are still there
seen_by_the_session = 1


# %% wrong: another number
# says: Others see all of a transaction or nothing
seen_by_the_session = 210


# %% wrong: the three dots
# says: in place of the three dots
seen_by_the_session = ...


# %% wrong: a text
# says: `seen_by_the_session` is '200' (str). It should be a number
seen_by_the_session = "200"


# %% wrong: nothing at all
# says: `seen_by_the_session` is None
seen_by_the_session = None
