# %% right: one line, as a coroutine function
async def session_of(customer, path):
    return SQLiteSession(f"user_{customer['number']}", str(path))


# %% right: the number alone, with get and keywords
def session_of(customer, path):
    print(customer)
    return SQLiteSession(session_id=str(customer.get("number")), db_path=path)


# %% right: a helper, and a number with noughts before it
def id_of(number, **_):
    return f"customer_{number:06}"


def session_of(customer, path):
    return SQLiteSession(id_of(**customer), path)


# %% right: keeps the sessions of each file
kept = {}


def session_of(customer, path):
    key = (customer["number"], path)
    if key not in kept:
        kept[key] = SQLiteSession(f"customer_{customer['number']}", path)
    return kept[key]


# %% wrong: not repaired
# says: When the same customer comes under the name Alex Lee, that is not in the session.
def session_of(customer, path):
    name = customer["name"].lower().replace(" ", "_")
    return SQLiteSession(f"customer_{name}", path)


# %% wrong: number and name
# says: under the name Alex Lee, that is not in the session
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['number']}_{customer['name']}", path)


# %% wrong: number and name in lower case
# says: under the name Alex Lee
def session_of(customer, path):
    return SQLiteSession(f"{customer['number']}:{customer['name'].lower()}", path)


# %% wrong: the first name alone
# says: Customer 12, Alex Kim, said 'I live in Rome.' When the
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['name'].split()[0].lower()}", path)


# %% wrong: number and first name
# says: under the name ALEX KIM, that is not in the session
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['number']}_{customer['name'].split()[0]}", path)


# %% wrong: the customer of the example
# says: Customer 7, Alex Kim, gets that conversation too.
def session_of(customer, path):
    return SQLiteSession("customer_12", path)


# %% wrong: no braces
# says: gets that conversation too
def session_of(customer, path):
    return SQLiteSession("customer_{number}", path)


# %% wrong: the names of the keys
# says: gets that conversation too
def session_of(customer, path):
    return SQLiteSession("_".join(customer), path)


# %% wrong: the first figure of the number
# says: Customer 1, Alex Kim, gets that conversation too.
def session_of(customer, path):
    return SQLiteSession(f"customer_{str(customer['number'])[0]}", path)


# %% wrong: the last figure of the number
# says: Customer 2, Alex Kim, gets that conversation too.
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['number'] % 10}", path)


# %% wrong: the last two figures of the number
# says: Customer 112, Maria Lind, gets that conversation too.
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['number']:02}"[-2:], path)


# %% wrong: a new id each time
# says: When the same customer comes again, that is not in the session.
import uuid


def session_of(customer, path):
    return SQLiteSession(f"customer_{uuid.uuid4()}", path)


# %% wrong: a counter
# says: When the same customer comes again
count = 0


def session_of(customer, path):
    global count
    count += 1
    return SQLiteSession(f"customer_{customer['number']}_{count}", path)


# %% wrong: the identity of the dict
# says: When the same customer comes again
held = []


def session_of(customer, path):
    held.append(customer)
    return SQLiteSession(f"customer_{id(customer)}", path)


# %% wrong: in memory
# says: There is no file at `path` after a call.
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['number']}")


# %% wrong: the path in quotation marks
# says: There is no file at `path` after a call, but one with the name 'path'.
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['number']}", "path")


# %% wrong: a file for each customer
# says: There is no file at `path` after a call, but one with the name '12.db'.
def session_of(customer, path):
    return SQLiteSession("conversation", path.with_name(f"{customer['number']}.db"))


# %% wrong: keeps the sessions, whatever the file is
# says: That was in one file, and now it is found in another one too.
kept_by_number = {}


def session_of(customer, path):
    number = customer["number"]
    if number not in kept_by_number:
        kept_by_number[number] = SQLiteSession(f"customer_{number}", path)
    return kept_by_number[number]


# %% wrong: the id
# says: Return a `SQLiteSession`. It returned 'customer_12' (str).
def session_of(customer, path):
    return f"customer_{customer['number']}"


# %% wrong: nothing
# says: Return a `SQLiteSession`. It returned None
def session_of(customer, path):
    SQLiteSession(f"customer_{customer['number']}", path)


# %% wrong: the items
# says: Return a `SQLiteSession`. It returned [] (list).
async def session_of(customer, path):
    async with SQLiteSession(f"customer_{customer['number']}", path) as session:
        return await session.get_items()


# %% wrong: a number is no id
# says: Your code raised TypeError
def session_of(customer, path):
    return SQLiteSession(customer["number"], path)


# %% wrong: no such key
# says: Your code raised KeyError
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['id']}", path)


# %% wrong: a closed session
# says: SQLiteSession is closed: 'customer_12'
async def session_of(customer, path):
    async with SQLiteSession(f"customer_{customer['number']}", path) as session:
        return session


# %% wrong: always emptied
# says: When the same customer comes again
async def session_of(customer, path):
    session = SQLiteSession(f"customer_{customer['number']}", path)
    await session.clear_session()
    return session


# %% wrong: the length of the name
# says: Customer 12, Alex Kim, said 'I live in Rome.' When the
def session_of(customer, path):
    return SQLiteSession(f"customer_{len(customer['name'])}", path)


# %% wrong: the first name is still in it, so another first name is another conversation
# says: under the name Sandra Lee
def session_of(customer, path):
    first_name = customer["name"].lower().split()[0]
    return SQLiteSession(f"customer_{customer['number']}_{first_name}", path)


# %% wrong: the last three digits only, so 12 and 1012 share a conversation
# says: Customer 1012
def session_of(customer, path):
    return SQLiteSession(f"customer_{customer['number'] % 1000:03}", path)
