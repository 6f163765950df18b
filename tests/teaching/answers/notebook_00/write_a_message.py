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
# says: Printing does not return
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
# says: 'Mary' is right, but 'Ana de Souza' is not
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


# %% right: helper functions, and something printed
def with_full_stop(text):
    return text + "."


def introduction(name):
    message = with_full_stop(" ".join(["My name is", name]))
    print(message)
    return message


# %% wrong: capitals where there are none
# says: 'Mary' is right, but 'Ana de Souza' is not. It returned 'My name is Ana De Souza.'
def introduction(name):
    return f"My name is {name.title()}."


# %% wrong: one word of the name
# says: It returned 'My name is Ana.' (str)
def introduction(name):
    return f"My name is {name.split()[0]}."


# %% wrong: a tuple
# says: It returned ('My name is', 'Mary') (tuple)
def introduction(name):
    return "My name is", name


# %% wrong: a list
# says: It returned ['My name is Mary.'] (list)
def introduction(name):
    return [f"My name is {name}."]


# %% wrong: takes no name
# says: takes 0 positional arguments
def introduction():
    return "My name is Ada."


# %% wrong: the three dots
# says: It returned None
def introduction(name):
    ...


# %% wrong: only the names that it knows
# says: 'Ana de Souza' is not. It returned None
def introduction(name):
    if name in ("Ada", "Mary"):
        return f"My name is {name}."


# %% wrong: what the function returned, in place of the function
# says: is not a function
introduction = "My name is {}.".format("Ada")
