# %% wrong:
# says:
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    return of_users["time"].dt.hour.value_counts().idxmax()


# %% wrong:
# says:
def busiest_hour(table, zone):
    hours = table["time"].dt.tz_convert(zone).dt.hour
    return hours.value_counts().idxmax()


# %% wrong:
# says:
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert(zone).dt.hour
    return hours.value_counts().max()


# %% wrong:
# says:
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_localize(None).dt.tz_localize(zone).dt.hour
    return hours.value_counts().idxmax()


# %% wrong:
# says:
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    ahead = of_users["time"].dt.tz_convert(zone).dt.hour - of_users["time"].dt.hour
    return (of_users["time"].dt.hour.value_counts().idxmax() + ahead.iloc[0]) % 24


# %% wrong:
# says:
def busiest_hour(table, zone):
    of_users = table[table["role"] == "user"]
    hours = of_users["time"].dt.tz_convert(zone).dt.hour
    return hours.value_counts().head(1)
