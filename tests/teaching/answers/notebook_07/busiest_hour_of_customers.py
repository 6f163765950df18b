# %% right: a group for each hour
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    local = of_users["time"].dt.tz_convert(zone)
    return int(of_users.groupby(local.dt.hour).size().idxmax())


# %% right: a Counter
def busiest_hour(table, zone):
    from collections import Counter
    from zoneinfo import ZoneInfo

    times = [row.time.astimezone(ZoneInfo(zone)) for row in table.itertuples() if row.role == "user"]
    return Counter(time.hour for time in times).most_common(1)[0][0]


# %% right: the index of what is counted
def busiest_hour(table, zone):
    asked = table[(table["role"] == "user") & (table["kind"] == "message")]
    return asked.set_index("time").tz_convert(zone).index.hour.value_counts().index[0]


# %% right: the mode
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    return of_users["time"].dt.tz_convert(zone).dt.hour.mode()[0]


# %% wrong: in UTC
# says: For Europe/Berlin the hour is 10, and it returned 8
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    return of_users["time"].dt.hour.value_counts().idxmax()


# %% wrong: the agent's messages too
# says: count the messages of users
def busiest_hour(table, zone):
    hours = table["time"].dt.tz_convert(zone).dt.hour
    return hours.value_counts().idxmax()


# %% wrong: how many, not which hour
# says: Which hour was it?
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert(zone).dt.hour
    return hours.value_counts().max()


# %% wrong: another zone is written to the same digits
# says: For Europe/Berlin the hour is 10, and it returned 8
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_localize(None).dt.tz_localize(zone).dt.hour
    return hours.value_counts().idxmax()


# %% wrong: adds the hours by hand
# says: For Europe/Berlin the hour is 10, and it returned 9
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    ahead = of_users["time"].dt.tz_convert(zone).dt.hour - of_users["time"].dt.hour
    return (of_users["time"].dt.hour.value_counts().idxmax() + ahead.iloc[0]) % 24


# %% wrong: a Series of one number
# says: Return one number, the hour. It returned a Series
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert(zone).dt.hour
    return hours.value_counts().head(1)


# %% wrong: prints
# says: Printing does not return
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert(zone).dt.hour
    print(hours.value_counts().idxmax())


# %% wrong: always Berlin
# says: For UTC the hour is 8, and it returned 10
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert("Europe/Berlin").dt.hour
    return hours.value_counts().idxmax()


# %% wrong: a text
# says: Return the hour, a number from 0 to 23. It returned '8' (str)
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert(zone).dt.hour
    return str(hours.value_counts().idxmax())


# %% wrong: the hour with the fewest
# says: For UTC the hour is 8, and it returned 9
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert(zone).dt.hour
    return hours.value_counts().idxmin()


# %% wrong: the latest hour
# says: For UTC the hour is 8, and it returned 9
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    return of_users["time"].dt.tz_convert(zone).dt.hour.max()


# %% wrong: both, the hour and the count
# says: Return the hour, a number from 0 to 23. It returned (
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    counts = of_users["time"].dt.tz_convert(zone).dt.hour.value_counts()
    return counts.idxmax(), counts.max()


# %% wrong: the busiest hour of a single day
# says: For UTC the hour is 8, and it returned 9
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    local = of_users["time"].dt.tz_convert(zone)
    first = local[local.dt.date == local.iloc[0].date()]
    return first.dt.hour.value_counts().idxmax()


# %% wrong: the table of the notebook
# says: For UTC the hour is 8, and it returned 9
table_of_the_notebook = table


def busiest_hour(table, zone):
    of_users = table_of_the_notebook[table_of_the_notebook["role"] == "user"]
    return of_users["time"].dt.tz_convert(zone).dt.hour.value_counts().idxmax()


# %% wrong: the zone of the first call, for ever
# says: For Europe/Berlin the hour is 10, and it returned 8
zones = []


def busiest_hour(table, zone):
    zones.append(zone)
    of_users = table[table["role"] == "user"]
    return of_users["time"].dt.tz_convert(zones[0]).dt.hour.value_counts().idxmax()
