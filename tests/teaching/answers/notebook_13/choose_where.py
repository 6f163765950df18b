# %% wrong:
# says:
def make_session(session_id, path, engine):
    return SQLAlchemySession(session_id, engine=engine)


# %% wrong:
# says:
def make_session(session_id, path, engine):
    return SQLiteSession(session_id, path)


# %% wrong:
# says:
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession(session_id)
    return SQLAlchemySession(session_id, engine=engine)


# %% wrong:
# says:
def make_session(session_id, path, engine):
    if engine is None:
        return SQLiteSession("check_mary", path)
    return SQLAlchemySession("check_mary", engine=engine)
