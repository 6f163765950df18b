# %% wrong:
# says:
async def same_conversation(path, session_id):
    session = SQLAlchemySession.from_url(session_id, url=f"sqlite+aiosqlite:///{path}")
    return await session.get_items()


# %% wrong:
# says:
async def same_conversation(path, session_id):
    async with SQLiteSession(session_id, path) as session:
        return await session.get_items()


# %% wrong:
# says:
async def same_conversation(path, session_id):
    async with sqlalchemy_session("user_ada", path) as session:
        return await session.get_items()


# %% wrong:
# says:
async def same_conversation(path, session_id):
    async with sqlalchemy_session(session_id, path) as session:
        return await session.get_items(2)
