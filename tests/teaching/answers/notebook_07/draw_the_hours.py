# %% wrong:
# says:
def draw_hours(table, axes):
    counts = table["time"].dt.hour.value_counts()
    axes.bar(counts.index, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong:
# says:
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.bar(counts.index, counts)
    axes.set(title="When users write")


# %% wrong:
# says:
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts().sort_index()
    axes.bar(range(len(counts)), counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong:
# says:
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    axes.hist(hours, bins=range(24))
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong:
# says:
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    axes.plot(hours.value_counts().sort_index())
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong:
# says:
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.bar(counts.index, counts)
    axes.set(xlabel="hour of the day (UTC)", ylabel="messages")
