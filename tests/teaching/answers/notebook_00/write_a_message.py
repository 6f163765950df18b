# %% right: with an f-string
def introduction(name):
    return f"My name is {name}."


# %% right: with a plus, as a coroutine function
async def introduction(name):
    return "My name is " + name + "."


# %% right: with format
introduction = "My name is {}.".format


# %% wrong: always Ada
# says: For 'Mary' it should return 'My name is Mary.'
def introduction(name):
    return "My name is Ada."


# %% wrong: prints
# says: printing something does not return it
def introduction(name):
    print(f"My name is {name}.")


# %% wrong: no full stop
# says: It returned 'My name is Mary' (str)
def introduction(name):
    return f"My name is {name}"


# %% wrong: no f before the text
# says: It returned 'My name is {name}.' (str)
def introduction(name):
    return "My name is {name}."


# %% wrong: the name of the first call, for ever
# says: 'Mary' is right, but 'Grace' is not
first = []


def introduction(name):
    first.append(name)
    return f"My name is {first[0]}."


# %% wrong: a typing error
# says: `nane` is not defined (line 2: `return f"My name is {nane}."`)
def introduction(name):
    return f"My name is {nane}."


# %% wrong: not a function
# says: is not a function
introduction = "My name is Ada."
