# %% wrong:
# says:
def back_up(path, target):
    shutil.copy2(path, target)


# %% wrong:
# says:
def back_up(path, target):
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copied:
        copied.backup(source)
