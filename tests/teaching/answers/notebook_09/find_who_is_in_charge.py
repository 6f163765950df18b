# %% right: the list from its end
def in_charge(items):
    for item in items[::-1]:
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]
    return "Front desk"


# %% right: the last one that is found
def in_charge(items):
    name = "Front desk"
    for item in items:
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            name = json.loads(output)["assistant"]
    return name


# %% right: a list of them all
def in_charge(items):
    outputs = [str(item.get("output")) for item in items]
    named = [output for output in outputs if output.startswith('{"assistant": ')]
    return json.loads(named[-1])["assistant"] if named else "Front desk"


# %% wrong: a coroutine function, which later cells do not await
# says: write `def`
async def in_charge(items):
    for item in reversed(items):
        if item.get("type") == "function_call_output" and isinstance(item["output"], str):
            if item["output"].startswith('{"assistant": '):
                return json.loads(item["output"])["assistant"]
    return "Front desk"


# %% wrong: the first handoff
# says: Where billing handed back to the front desk, it should return 'Front desk'. It returned 'Billing'
def in_charge(items):
    for item in items:
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]
    return "Front desk"


# %% wrong: nobody at first
# says: Where there was no item, it should return 'Front desk'. It returned None
def in_charge(items):
    for item in reversed(items):
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]


# %% wrong: turns the list around
# says: Your function changed `items`, which others use: make a
def in_charge(items):
    items.reverse()
    for item in items:
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]
    return "Front desk"


# %% wrong: only the latest item
# says: Where billing was handed the conversation
def in_charge(items):
    for item in items[-1:]:
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]
    return "Front desk"


# %% wrong: only the latest turn
# says: Where a message came after the handoff to billing
def in_charge(items):
    for item in reversed(items):
        if item.get("role") == "user":
            break
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]
    return "Front desk"


# %% wrong: the latest result, whatever it is
# says: Your code raised
def in_charge(items):
    for item in reversed(items):
        if "output" in item:
            return json.loads(item["output"])["assistant"]
    return "Front desk"


# %% wrong: counts handoffs
# says: Where billing got it for the second time
def in_charge(items):
    named = [item for item in items if str(item.get("output")).startswith('{"assistant": ')]
    return "Billing" if len(named) == 1 else "Front desk"


# %% wrong: what anybody types
# says: Where the customer typed what looks like a handoff
def in_charge(items):
    for item in reversed(items):
        text = str(item.get("output") or item.get("content"))
        if text.startswith('{"assistant": '):
            return json.loads(text)["assistant"]
    return "Front desk"


# %% wrong: returns the JSON text
# says: It returned '{"assistant": "Billing"}' (str)
def in_charge(items):
    for item in reversed(items):
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return output
    return "Front desk"


# %% wrong: returns the dict
# says: It returned {'assistant': 'Billing'} (dict)
def in_charge(items):
    for item in reversed(items):
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)
    return "Front desk"


# %% wrong: always the front desk
# says: Where billing was handed the conversation, it should return 'Billing'
def in_charge(items):
    return "Front desk"


# %% wrong: prints
# says: Where there was no item, it should return 'Front desk'.
def in_charge(items):
    for item in reversed(items):
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            print(json.loads(output)["assistant"])
            break


# %% wrong: remembers
# says: Where billing was handed the conversation
seen = []


def in_charge(items):
    if not seen:
        seen.append("Front desk")
    return seen[0]


# %% wrong: takes the items away
# says: Your function changed `items`, which others use: make a
def in_charge(items):
    while items:
        output = str(items.pop().get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]
    return "Front desk"


# %% wrong: a list in an output
# says: Your code raised AttributeError
def in_charge(items):
    for item in reversed(items):
        if item.get("output", "").startswith('{"assistant": '):
            return json.loads(item["output"])["assistant"]
    return "Front desk"


# %% wrong: counts handoffs, as if there were only two agents and each handoff went to the other
# says: VIP desk
def in_charge(items):
    handoffs = 0
    for item in items:
        if str(item.get("output")).startswith('{"assistant": '):
            handoffs += 1
    return "Billing" if handoffs % 2 else "Front desk"


# %% wrong: makes the name out of the tool's name, which does for these two agents, but not for "VIP desk"
# says: VIP desk
def in_charge(items):
    for item in reversed(items):
        tool = str(item.get("name"))
        if item.get("type") == "function_call" and tool.startswith("transfer_to_"):
            return tool.removeprefix("transfer_to_").replace("_", " ").capitalize()
    return "Front desk"
