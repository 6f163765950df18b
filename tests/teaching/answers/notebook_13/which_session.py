# %% right: the names
classes = {
    "shop": "SQLAlchemySession",
    "kiosk": "RedisSession",
    "clinic": "EncryptedSession",
    "tutor": "AdvancedSQLiteSession",
}

# %% right: the classes themselves, in another order
from agents.extensions.memory import AdvancedSQLiteSession, EncryptedSession

classes = dict(
    tutor=AdvancedSQLiteSession,
    clinic=EncryptedSession,
    kiosk=" RedisSession ",
    shop=SQLAlchemySession,
)

# %% right: an entry more
classes = {
    "shop": "SQLAlchemySession",
    "kiosk": "RedisSession",
    "clinic": "EncryptedSession",
    "tutor": "AdvancedSQLiteSession",
    "laptop": "SQLiteSession",
}

# %% wrong: a file for the shop
# says: For 'shop' you chose AsyncSQLiteSession. The shop's programs run on several machines
classes = {
    "shop": "AsyncSQLiteSession",
    "kiosk": "RedisSession",
    "clinic": "EncryptedSession",
    "tutor": "AdvancedSQLiteSession",
}

# %% wrong: memory for the shop
# says: For 'shop' you chose RedisSession
classes = {
    "shop": "RedisSession",
    "kiosk": "SQLAlchemySession",
    "clinic": "EncryptedSession",
    "tutor": "AdvancedSQLiteSession",
}

# %% wrong: nothing vanishes in the kiosk
# says: For 'kiosk' you chose SQLAlchemySession
classes = {
    "shop": "SQLAlchemySession",
    "kiosk": "SQLAlchemySession",
    "clinic": "EncryptedSession",
    "tutor": "AdvancedSQLiteSession",
}

# %% wrong: a plain file in the clinic
# says: For 'clinic' you chose AsyncSQLiteSession. A file that is stolen should tell nothing
classes = {
    "shop": "SQLAlchemySession",
    "kiosk": "RedisSession",
    "clinic": "AsyncSQLiteSession",
    "tutor": "AdvancedSQLiteSession",
}

# %% wrong: no branches for the tutor
# says: For 'tutor' you chose EncryptedSession. To go back to a question
classes = {
    "shop": "SQLAlchemySession",
    "kiosk": "RedisSession",
    "clinic": "EncryptedSession",
    "tutor": "EncryptedSession",
}

# %% wrong: one is open
# says: in place of the three dots of 'tutor'
classes = {
    "shop": "SQLAlchemySession",
    "kiosk": "RedisSession",
    "clinic": "EncryptedSession",
    "tutor": ...,
}

# %% wrong: one is missing
# says: `classes` has no entry for 'clinic'
classes = {"shop": "SQLAlchemySession", "kiosk": "RedisSession", "tutor": "AdvancedSQLiteSession"}

# %% wrong: a typing error
# says: 'kiosk' has 'RedisSesion' (str). It should be one of the names in the list above
classes = {
    "shop": "SQLAlchemySession",
    "kiosk": "RedisSesion",
    "clinic": "EncryptedSession",
    "tutor": "AdvancedSQLiteSession",
}

# %% wrong: a list
# says: It should be a dict
classes = ["SQLAlchemySession", "RedisSession", "EncryptedSession", "AdvancedSQLiteSession"]

# %% wrong: lists in the dict
# says: 'shop' has ['SQLAlchemySession'] (list)
classes = {
    "shop": ["SQLAlchemySession"],
    "kiosk": ["RedisSession"],
    "clinic": ["EncryptedSession"],
    "tutor": ["AdvancedSQLiteSession"],
}
