# %% right: a histogram
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    axes.hist(hours, bins=range(25))
    axes.set_title("When users write")
    axes.set_xlabel("hour")
    axes.set_ylabel("messages")


# %% right: the title of the whole figure, and bars for the empty hours
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts().reindex(range(24), fill_value=0)
    axes.bar(range(24), counts, align="edge", width=1)
    axes.figure.suptitle("When users write")
    axes.set(xlabel="hour of the day (UTC)", ylabel="messages")


# %% right: drawn by pandas
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts().reindex(range(24), fill_value=0)
    counts.plot.bar(ax=axes, title="When users write", xlabel="hour", ylabel="messages")


# %% right: a bar at a time, a title on the left
def draw_hours(table, axes):
    for hour in range(24):
        count = ((table["role"] == "user") & (table["time"].dt.hour == hour)).sum()
        axes.bar(hour, count, color="#0072B2")
    axes.set_title("When users write", loc="left")
    axes.set(xlabel="hour of the day (UTC)", ylabel="messages")
    return axes


# %% right: a bar for each day, one on top of the other
def draw_hours(table, axes):
    of_users = table[table["role"] == "user"]
    bottom = pd.Series(0, index=range(24))
    for day, rows in of_users.groupby(of_users["time"].dt.date):
        counts = rows["time"].dt.hour.value_counts().reindex(range(24), fill_value=0)
        axes.bar(counts.index, counts, bottom=bottom, label=str(day))
        bottom += counts
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: the agent's messages too
# says: Count only those of users
def draw_hours(table, axes):
    counts = table["time"].dt.hour.value_counts()
    axes.bar(counts.index, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: no label
# says: The x axis has no label yet
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.bar(counts.index, counts)
    axes.set(title="When users write")


# %% wrong: no label of the y axis
# says: The y axis has no label yet
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.bar(counts.index, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)")


# %% wrong: no label of the x axis
# says: The x axis has no label yet
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.bar(counts.index, counts)
    axes.set(title="When users write", ylabel="messages")


# %% wrong: the bars at other places than the hours
# says: There are bars at [0, 1, 2, 3] of the axis. Users wrote in the hours [0, 9, 10, 23]
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts().sort_index()
    axes.bar(range(len(counts)), counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: bins that end early
# says: There are bars at [0, 9, 10] of the axis
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    axes.hist(hours, bins=range(23))
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: two hours in the last bin
# says: of the axis. Users wrote in the hours
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    axes.hist(hours, bins=range(24))
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: ten bins
# says: of the axis. Users wrote in the hours
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    axes.hist(hours)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: a line
# says: The axes have no bars
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    axes.plot(hours.value_counts().sort_index())
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: an outline
# says: The axes have no bars
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    axes.hist(hours, bins=range(25), histtype="step")
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: no title
# says: The plot has no title yet
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.bar(counts.index, counts)
    axes.set(xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: bars that lie on their sides
# says: draw them upright
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.barh(counts.index, counts)
    axes.set(title="When users write", xlabel="messages", ylabel="hour of the day (UTC)")


# %% wrong: on axes of its own
# says: call a method of the `axes` that the function is given
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    figure, axes = plt.subplots()
    axes.bar(counts.index, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")
    plt.close(figure)


# %% wrong: a bar for each hour of each day, one behind the other
# says: At the hour 0 the bar is 1 high. Users wrote 2 messages in that hour
def draw_hours(table, axes):
    of_users = table[table["role"] == "user"]
    counts = of_users.groupby(of_users["time"].dt.floor("h")).size()
    axes.bar(counts.index.hour, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: shares, not numbers
# says: At the hour 0 the bar is 0.2 high. Users wrote 2 messages in that hour
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts(normalize=True)
    axes.bar(counts.index, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: users, not messages
# says: At the hour 0 the bar is 1 high. Users wrote 2 messages in that hour
def draw_hours(table, axes):
    of_users = table[table["role"] == "user"]
    counts = of_users.groupby(of_users["time"].dt.hour)["session"].nunique()
    axes.bar(counts.index, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: by the clocks of Berlin
# says: There are bars at [0, 1, 10, 11] of the axis
def draw_hours(table, axes):
    of_users = table[table["role"] == "user"]
    counts = of_users["time"].dt.tz_convert("Europe/Berlin").dt.hour.value_counts()
    axes.bar(counts.index, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: office hours only
# says: There are bars at [9, 10] of the axis
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts().reindex(range(8, 19), fill_value=0)
    axes.bar(counts.index, counts)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")


# %% wrong: the counts do not belong to their hours
# says: At the hour
def draw_hours(table, axes):
    hours = table[table["role"] == "user"]["time"].dt.hour
    counts = hours.value_counts()
    axes.bar(sorted(counts.index), counts.values)
    axes.set(title="When users write", xlabel="hour of the day (UTC)", ylabel="messages")
