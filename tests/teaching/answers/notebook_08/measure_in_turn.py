# %% right: pairs in a table
async def compare(first, second, rounds):
    pairs = [(await first(), await second()) for _ in range(rounds)]
    return list(pd.DataFrame(pairs).median())


# %% right: the module statistics
async def compare(first, second, rounds):
    import statistics

    times = {first: [], second: []}
    for _ in range(rounds):
        for one in times:
            times[one].append(await one())
    print(times.values())
    return [statistics.median(of_one) for of_one in times.values()]


# %% wrong: one after the other
# says: They were not called in turn, but in this order: first, first
async def compare(first, second, rounds):
    first_times = [await first() for _ in range(rounds)]
    second_times = [await second() for _ in range(rounds)]
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]


# %% wrong: means
# says: These are the means, which one slow round changes. It returned [4.0, 48.0] (list)
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [sum(first_times) / rounds, sum(second_times) / rounds]


# %% wrong: sums
# says: The medians are [3.0, 40.0]. It returned [20.0, 240.0] (list)
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [sum(first_times), sum(second_times)]


# %% wrong: the shortest times
# says: The medians are [3.0, 40.0]. It returned [1.0, 10.0] (list)
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [min(first_times), min(second_times)]


# %% wrong: the middle one, unsorted
# says: The medians are [3.0, 40.0]. It returned [2.0, 20.0] (list)
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [first_times[rounds // 2], second_times[rounds // 2]]


# %% right: a tuple
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return pd.Series(first_times).median(), pd.Series(second_times).median()


# %% wrong: a Series
# says: Return a list of two numbers, the medians. It returned
async def compare(first, second, rounds):
    pairs = [(await first(), await second()) for _ in range(rounds)]
    return pd.DataFrame(pairs).median()


# %% wrong: the ratio
# says: Return a list of two numbers, the medians. It returned 0.075 (float)
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return float(pd.Series(first_times).median() / pd.Series(second_times).median())


# %% wrong: the other way round
# says: The medians are [3.0, 40.0]. It returned [
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [pd.Series(second_times).median(), pd.Series(first_times).median()]


# %% wrong: all times
# says: Return a list of two numbers, the medians. It returned [[
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [first_times, second_times]


# %% wrong: at the same time
# says: Several were at work at the same time
async def compare(first, second, rounds):
    pairs = [await asyncio.gather(first(), second()) for _ in range(rounds)]
    return list(pd.DataFrame(pairs).median())


# %% wrong: each at the same time as itself
# says: Several were at work at the same time
async def compare(first, second, rounds):
    first_times = await asyncio.gather(*[first() for _ in range(rounds)])
    second_times = await asyncio.gather(*[second() for _ in range(rounds)])
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]


# %% wrong: always five rounds
# says: With 3 rounds, `first` should run 3 times. It ran 5
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(5):
        first_times.append(await first())
        second_times.append(await second())
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]


# %% wrong: a first round that warms up, and does not count
# says: With 5 rounds, `first` should run 5 times. It ran 6
async def compare(first, second, rounds):
    await first()
    await second()
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]


# %% wrong: the first one for both
# says: With 5 rounds, `first` should run 5 times. It ran 10
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await first())
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]


# %% wrong: only one round
# says: With 5 rounds, `first` should run 5 times. It ran 1
async def compare(first, second, rounds):
    return [await first(), await second()]


# %% wrong: prints
# says: Printing does not return
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    print([pd.Series(first_times).median(), pd.Series(second_times).median()])


# %% wrong: no await
# says: `first` was called without `await`
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(first())
        second_times.append(second())
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]


# %% wrong: measures the call itself
# says: The medians are [3.0, 40.0]. It returned
async def compare(first, second, rounds):
    times = []
    for _ in range(rounds):
        pair = []
        for one in (first, second):
            start = perf_counter()
            await one()
            pair.append(perf_counter() - start)
        times.append(pair)
    return list(pd.DataFrame(times).median())


# %% wrong: in pairs of two
# says: They were not called in turn
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for at in range(0, rounds, 2):
        for times, one in [(first_times, first), (second_times, second)]:
            for _ in range(min(2, rounds - at)):
                times.append(await one())
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]


# %% wrong: the times stay from call to call
# says: `first` took [4.0, 4.0, 4.0] seconds
first_times, second_times = [], []


async def compare(first, second, rounds):
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [pd.Series(first_times).median(), pd.Series(second_times).median()]


# %% wrong: of an even number of rounds, it takes the upper of the two in the middle
# says: The medians are
async def compare(first, second, rounds):
    first_times, second_times = [], []
    for _ in range(rounds):
        first_times.append(await first())
        second_times.append(await second())
    return [sorted(first_times)[rounds // 2], sorted(second_times)[rounds // 2]]
