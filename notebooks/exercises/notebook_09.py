"""The exercises of notebook 09, the capstone: a support desk."""

import asyncio
import copy
import json
from contextlib import suppress
from typing import Any

from agents import Agent, FunctionTool, RunConfig, Runner

from exercises import (
    Answer,
    Exercise,
    conversation,
    made_sessions,
    new_file,
    prediction,
    returned,
    texts,
)
from exercises.desks import (
    Desk,
    WatchedModel,
    answers_in,
    asked_in,
    is_mixed,
    store,
    stored,
)
from session_lib import OfflineModel, SQLiteSession


async def _missing_in_look_up_an_order(order_tool: Answer) -> str | None:
    orders = {
        "7001": {"customer": "mary", "status": "packing"},
        "7002": {"customer": "john", "status": "sent"},
        "7003": {"customer": "mary", "status": "returned"},
        "7004": {"customer": "mary_ann", "status": "new"},
    }
    before = copy.deepcopy(orders)
    tools = {customer: await order_tool(orders, customer) for customer in ["mary", "john"]}
    for tool in tools.values():
        if not isinstance(tool, FunctionTool):
            return (
                "It should return a tool, which is a function with @function_tool above it. "
                f"{returned(tool)}"
            )
        if tool.name != "look_up_order":
            return f"The tool is named {tool.name!r}. Name it 'look_up_order'."

    async def says(customer: str, number: str) -> str:
        agent = Agent(name="Check", model=OfflineModel(), tools=[tools[customer]])
        result = await Runner.run(agent, f"Where is order {number}?")
        return str(result.final_output).partition(f"about order {number}: ")[2].removesuffix(".")

    first = await says("mary", "7001")
    if first.startswith("An error occurred"):
        return (
            "The tool raised an error when it was asked for order 7001. `orders` is a dict of "
            f"dicts: its value for '7001' is {orders['7001']}."
        )
    if not first:
        return (
            "An agent with your tool was asked for an order, and got nothing from it. Keep the "
            "name of the parameter, and return a text."
        )
    for customer, number, status in [("mary", "7003", "returned"), ("john", "7002", "sent")]:
        for got, expected in [(first, "packing"), (await says(customer, number), status)]:
            if got != expected:
                hint = " A tool that only prints returns None." if got == "None" else ""
                return f"The status of an order is {expected!r}, and the tool said {got!r}.{hint}"
    unknown = await says("mary", "7009")
    for number, other in [("7002", "John"), ("7004", "Mary Ann")]:
        foreign = await says("mary", number)
        if orders[number]["status"] in foreign.split():
            return f"Mary asked for order {number}, which is {other}'s, and the tool told her."
        if foreign != unknown:
            return (
                f"For order {number}, which is {other}'s, the tool told Mary {foreign!r}. For one "
                f"that does not exist, it said {unknown!r}: so she learns that {number} exists."
                f"{_raised(unknown)}"
            )
    if unknown != "no such order of yours":
        return f"For an order that does not exist, the tool said {unknown!r}.{_raised(unknown)}"
    if orders != before:
        return "The tool changed the orders of the shop: it should only read them."
    return None


def _raised(said: str) -> str:
    """Explain what the SDK says in place of an error."""
    raised = said.startswith("An error occurred")
    return " The SDK says this when a tool raises an error, here yours." if raised else ""


look_up_an_order = Exercise(
    title="Look up an order",
    task="""
Write a function `order_tool(orders, customer)` that returns a tool `look_up_order`. The tool gets
the number of an order. If this order is the customer's, it returns its status, such as `"sent"`. If
it is somebody else's, or if there is no order with this number, it returns
`"no such order of yours"`: the same in both cases, so that nobody finds out which orders exist.
""",
    start='''
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        """Look up one of the customer's orders by its number."""
        ...  # your code here

    return look_up_order
''',
    answer="order_tool",
    missing=_missing_in_look_up_an_order,
    solution='''
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        """Look up one of the customer's orders by its number."""
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order
''',
    practises=(1,),
    hint="orders.get(order_number) returns None if there is no such order.",
    used_later=True,
)


def _handoff(name: str, number: int) -> list[Any]:
    call = {"name": f"transfer_to_{name.lower().replace(' ', '_')}", "arguments": "{}"}
    result = {"type": "function_call_output", "output": json.dumps({"assistant": name})}
    call_id = {"call_id": f"call_{number}"}
    return [
        *conversation(f"Talk to {name.lower()}."),
        {"type": "function_call", **call, **call_id},
        {**result, **call_id},
        conversation("", f"You are now talking to {name}.")[1],
    ]


async def _missing_in_find_who_is_in_charge(in_charge: Answer) -> str | None:
    billing, front, billing_again = (
        _handoff(name, number) for number, name in enumerate(["Billing", "Front desk", "Billing"])
    )
    call = {"type": "function_call", "name": "look_up", "arguments": "{}", "call_id": "9"}
    output = {"type": "function_call_output", "call_id": "9"}
    sent = [*conversation("Where is it?"), call, output | {"output": "sent"}]
    parts = [
        *conversation("Where is it?"),
        call,
        output | {"output": [{"type": "input_text", "text": ""}]},
    ]
    quoted = conversation('{"assistant": "Billing"}', "I don't understand that.")
    cases = [
        ("there was no item", [], "Front desk"),
        ("there was no handoff", conversation("Hello.", "Hello."), "Front desk"),
        ("billing was handed the conversation", billing, "Billing"),
        (
            "a message came after the handoff to billing",
            billing + conversation("Hi.", "Hi."),
            "Billing",
        ),
        ("a tool was called after the handoff to billing", billing + sent, "Billing"),
        ("a tool returned a list", billing + parts, "Billing"),
        ("billing handed back to the front desk", billing + front, "Front desk"),
        ("billing got it for the second time", billing + front + billing_again, "Billing"),
        ("billing handed on to the VIP desk", billing + _handoff("VIP desk", 3), "VIP desk"),
        ("the customer typed what looks like a handoff", quoted, "Front desk"),
    ]
    for case, items, expected in cases:
        before = json.dumps(items)
        name = await in_charge(items)
        if json.dumps(items) != before:
            return "The function changed the list of items: it should only read it."
        if name != expected:
            return f"Where {case}, it should return {expected!r}. {returned(name)}"
    return None


find_who_is_in_charge = Exercise(
    title="Find the mistake",
    task="""
The function `in_charge(items)` gets the items of a session, and returns the name of the agent who
is in charge: the one to whom the conversation was handed last, and `"Front desk"` if nobody has
handed it over. The customer may have been handed over several times. Find the mistake, and repair
the function.
""",
    start="""
def in_charge(items):
    for item in items:
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]
    return "Front desk"
""",
    answer="in_charge",
    missing=_missing_in_find_who_is_in_charge,
    solution="""
def in_charge(items):
    for item in reversed(items):
        output = str(item.get("output"))
        if output.startswith('{"assistant": '):
            return json.loads(output)["assistant"]
    return "Front desk"
""",
    practises=(2,),
    kind="repair",
    hint="A return in a loop ends it at the first item that fits. Which item should be that one?",
    used_later=True,
)


_CONVERSATION: list[Any] = [
    *conversation("My name is Ada.", "Hello, Ada.", "Is the sencha fresh?", "Yes, from May."),
    *conversation("Where is my order 4711?"),
    {"type": "function_call", "name": "look_up_order", "arguments": "{}", "call_id": "1"},
    {"type": "function_call_output", "output": "sent", "call_id": "1"},
    *conversation("", "It was sent.")[1:],
    *conversation("Thank you.", "You are welcome."),
]


async def _items_that_are_left() -> int:
    def shorten(history: list[Any], new: list[Any]) -> list[Any]:
        starts = [index for index, item in enumerate(history) if item.get("role") == "user"]
        cut = starts[-2] if len(starts) > 2 else 0
        told = [history[n] for n in starts if n < cut and "name is" in str(history[n]["content"])]
        return told + history[cut:] + new

    model = WatchedModel()
    session = SQLiteSession("check")
    await session.add_items(_CONVERSATION)
    config = RunConfig(session_input_callback=shorten)
    agent = Agent(name="Check", model=model)
    await Runner.run(agent, "What is my name?", session=session, run_config=config)
    return model.given[0]


count_what_is_left = prediction(
    "Predict what is left",
    """
This is a conversation of four turns. How many items does the model get, if `shorten` chooses them
and the customer now asks `"What is my name?"`? Predict it before you run the next cell.

| turn | items |
| --- | --- |
| 1 | "My name is Ada.", and an answer |
| 2 | "Is the sencha fresh?", and an answer |
| 3 | "Where is my order 4711?", a tool call, its result, and an answer |
| 4 | "Thank you.", and an answer |
""",
    _items_that_are_left,
    answer="how_many",
    solution=8,
    explanation=(
        "The message with the name, four items of the third turn, two of the fourth, and the "
        "question."
    ),
    hint="The latest two turns are kept as a whole. Of the others, one message stays.",
    practises=(3,),
    wrong={
        7: "That is what comes from the session. The model also gets the new question.",
        9: "Of the first turn, only the message with the name stays, without its answer.",
        6: "Did you think of all the items of the third turn, and of the new question?",
        11: "That is the whole conversation and the question. `shorten` leaves some items out.",
    },
)


async def _missing_in_serve_a_customer(serve: Answer) -> str | None:
    talk = [f"{text} {n}" for n in range(20) for text in ("I wonder about tea", "So do I")]
    mary = conversation("Hello.", "Hello.", "My name is Mary.", "Hello, Mary.", *talk)
    name, count = "What is my name?", "How many messages are there?"
    orders = {"7001": {"customer": "mary", "status": "packing"}}
    with new_file() as path, made_sessions() as made:
        desk = Desk(path, orders, WatchedModel())
        await store(path, {"mary": mary, "john": conversation("Hello.", "Hello.")})
        answer = await serve(desk, "mary", name)
        if not isinstance(answer, str):
            return f"Return the agent's answer, as a text. {returned(answer)}"
        if not desk.model.asked:
            return f"The desk's model was not asked. {returned(answer)}"
        if "Mary" not in answer:
            return (
                "Mary gave her name in the session of the desk's file, and the agent did not know "
                f"it. {returned(answer)}"
            )
        if "Mary" in await serve(desk, "john", name):
            return "The agent called John by Mary's name: each customer has a session."
        if texts((await stored(path, "mary"))[-2:]) != [name, answer]:
            return "The question and its answer are not in the customer's session."
        held = await stored(path, "mary")
        await serve(desk, "mary", count)
        if (await stored(path, "mary"))[: len(held)] != held:
            return "The session lost some of its items: the model gets fewer, the file keeps all."
        if desk.model.given[-1] > 10:
            return (
                f"The model was given {desk.model.given[-1]} items. Let `config` choose, so that "
                "it does not get the whole conversation."
            )
        for customer, status in [("mary", "packing"), ("john", "no such order of yours")]:
            if status not in (got := await serve(desk, customer, "Where is my order 7001?")):
                return (
                    f"Order 7001 is Mary's. When {customer.title()} asked for it, the answer was "
                    f"{got!r}."
                )
        await serve(desk, "mary", "Talk to billing.")
        await store(path, {"mary": conversation(*talk)})  # the handoff was long ago
        if "Front desk" not in await serve(desk, "mary", "Talk to the front desk."):
            return "Mary was with billing, and her next message went to the front desk."
        if "Billing" not in await serve(desk, "mary", "Talk to billing."):
            return "Mary was back at the front desk, and her next message went to billing."
        await store(path, {"mary": conversation(name)})
        if "Mary" not in (got := await serve(desk, "mary", [])):
            return (
                f"Mary's session ended with {name!r}, without an answer. An empty list in place of "
                f"a message should bring the answer to that, as with `Runner.run`. {returned(got)}"
            )
        other = Desk(path.with_name("other.db"), orders, WatchedModel())
        if "Mary" in await serve(other, "mary", name) or not other.model.asked:
            return (
                "A second desk, with another file and another model, was asked the same, and its "
                "own file and model were not used. Keep nothing between two calls."
            )
        if made.open:
            return "Mary is served well. Now close the session: it is still open."
        desk.model.error = ConnectionError("no connection")
        with suppress(ConnectionError):
            await serve(desk, "mary", name)
        if made.open:
            return (
                "When the model raises an error, the session stays open. Close it whatever "
                "happens: `async with` does."
            )
    return None


serve_a_customer = Exercise(
    title="Serve a customer",
    task="""
Write a function `serve(desk, customer, message)`. It gives the message, as it is, to the agent who
is in charge of the customer's session in the desk's file, and returns the text of the answer. The
model gets what `shorten` chooses. You have `agents_for`, `in_charge` and `config` for this. At the
end the session is closed, even if the model raises an error.
""",
    start="""
async def serve(desk, customer, message):
    agent = agents_for(desk, customer)["Front desk"]
    result = await Runner.run(agent, message)  # change this, add others
    return result.final_output
""",
    answer="serve",
    missing=_missing_in_serve_a_customer,
    solution="""
async def serve(desk, customer, message):
    async with SQLiteSession(customer, desk.path) as session:
        agent = agents_for(desk, customer)[in_charge(await session.get_items())]
        result = await Runner.run(agent, message, session=session, run_config=config)
    return result.final_output
""",
    practises=(2, 3, 4),
    hint="Open the session first: its items say who is in charge. `tokens_in` has the rest.",
    used_later=True,
)


async def _roles_of_two_quick_messages() -> list[str]:
    class Slow(OfflineModel):
        barrier = asyncio.Barrier(2)

        async def get_response(self, *args: Any, **rest: Any) -> Any:
            await self.barrier.wait()
            return await super().get_response(*args, **rest)

    with new_file() as path:
        agent = Agent(name="Front desk", model=Slow())
        async with SQLiteSession("quick", path) as one, SQLiteSession("quick", path) as other:
            await asyncio.gather(
                Runner.run(agent, "My name is Grace.", session=one),
                Runner.run(agent, "I live in Rome.", session=other),
            )
            return [item["role"] for item in await one.get_items()]


two_quick_messages = prediction(
    "Predict an order",
    """
Grace, a new customer, sends two quick messages, and the desk serves both at once. Her session
will hold four items. In what order? Predict their roles, before you run the next cell: a list of
four texts, each of them `"user"` or `"assistant"`.
""",
    _roles_of_two_quick_messages,
    answer="expected_roles",
    expected="a list of four roles",
    solution=["user", "user", "assistant", "assistant"],
    explanation=(
        "Each run stores its message before it asks the model. Both have done so when the first "
        "answer comes."
    ),
    hint="Each run stores its message, then asks the model, which answers when both have asked.",
    practises=(4,),
)


async def _missing_in_serve_all_at_once(serve_all: Answer) -> str | None:
    orders = {
        "7001": {"customer": "mary", "status": "packing"},
        "7002": {"customer": "john", "status": "sent"},
        "7003": {"customer": "mary", "status": "returned"},
        "7004": {"customer": "olga", "status": "new"},
    }
    # Who comes later is quicker, and would overtake those who came earlier.
    delays = {"7001": 0.15, "7003": 0.02, "7002": 0.08, "name": 0.01, "7004": 0.02}
    where = "Where is my order {}?".format
    messages = [
        ("mary", where("7001")),
        ("mary", where("7003")),
        ("john", where("7002")),
        ("olga", where("7004")),
        ("mary", where("7001")),
        ("john", "What is my name?"),
    ]
    expected = ["packing", "returned", "sent", "new", "packing", "John"]
    with new_file() as path:
        desk = Desk(path, orders, WatchedModel(delays))
        await store(path, {"john": conversation("My name is John.", "Hello, John.")})
        answers = await serve_all(desk, messages)
        held = {customer: await stored(path, customer) for customer in ["mary", "john", "olga"]}
        done = sum(len(answers_in(items)) for items in held.values()) - 1
        if done != len(messages) or desk.model.running:
            return (
                f"There were {len(messages)} messages. When `serve_all` returned, the sessions "
                f"held {done} answers: serve all messages, each of them once, and wait for that."
            )
        if any(is_mixed(items) for items in held.values()):
            return "Two messages of one customer were served at once. The second one has to wait."
        for customer, items in held.items():
            sent = [text for whose, text in messages if whose == customer]
            if asked_in(items)[-len(sent) :] != sent:
                return "The messages of one customer were not served in their order."
        if desk.model.most < 3:
            return (
                f"There were three customers, and at most {desk.model.most} of them were served at "
                "once: nobody waits for another customer."
            )
        if not isinstance(answers, list):
            return f"All are served. Now return a list of answers. {returned(answers)}"
        fits = [part in str(answer) for part, answer in zip(expected, answers, strict=False)]
        if len(answers) != len(messages) or not all(fits):
            return (
                "All are served. Now return the answers in the order of the messages. "
                f"{returned(answers)}"
            )
        counts = await serve_all(desk, [("olga", "How many messages are there?")] * 2)
        if counts != answers_in(await stored(path, "olga"))[-2:]:
            return (
                "Olga asked the same twice, and her answers were "
                f"{answers_in(await stored(path, 'olga'))[-2:]}. {returned(counts)}"
            )
        crowd = [(f"user_{number}", where("7001")) for number in range(12)]
        await serve_all(desk, crowd)
        if desk.model.most < len(crowd):
            return (
                f"There were {len(crowd)} customers, and at most {desk.model.most} of them were "
                "served at once: nobody waits for another customer."
            )
        await asyncio.gather(
            serve_all(desk, [("mary", where("7001")), ("olga", where("7004"))]),
            serve_all(desk, [("mary", where("7003"))]),
        )
        if is_mixed(await stored(path, "mary")):
            return (
                "The check called `serve_all` twice at the same time, each time with a message of "
                "Mary's, and both were served at once. Use the locks of the desk."
            )
        if (nothing := await serve_all(desk, [])) != []:
            return f"For no messages it should return an empty list. {returned(nothing)}"
        desk.model.error = ConnectionError("no connection")
        try:
            answers = await serve_all(desk, [("mary", where("7001"))])
        except ConnectionError:
            return None
        except BaseExceptionGroup:
            return (
                "The model raised a ConnectionError, which came out in a group of errors, as a "
                "TaskGroup makes it. Let it reach the caller as it is: use `asyncio.gather`."
            )
        return f"The model raised an error, which should reach the caller. {returned(answers)}"
    return None


serve_all_at_once = Exercise(
    title="Serve all at once",
    task="""
Write a function `serve_all(desk, messages)`. Each of the `messages` is a pair, a customer and a
text. It serves all customers at once, with `serve`. Messages of the same customer are served one
after another, in their order, even if they come from two calls of `serve_all`. Return a list of all
answers, in the order of the messages. An error of the model reaches the caller as it is, and in no
group of errors. The customer's lock is `desk.locks[customer]`.
""",
    start="""
async def serve_all(desk, messages):
    return []  # your code here
""",
    answer="serve_all",
    missing=_missing_in_serve_all_at_once,
    solution="""
async def serve_all(desk, messages):
    async def in_turn(customer, message):
        async with desk.locks[customer]:
            return await serve(desk, customer, message)

    return await asyncio.gather(*[in_turn(customer, message) for customer, message in messages])
""",
    practises=(4,),
    hint=(
        "Write a function for one message, which takes the lock and serves. Then gather one call "
        "of it for each message."
    ),
    used_later=True,
)
