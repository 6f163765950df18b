# %% right: a dict of the customer's own orders
def order_tool(orders, customer):
    mine = {n: one["status"] for n, one in orders.items() if one["customer"] == customer}

    @function_tool
    def look_up_order(order_number: str) -> str:
        """Look up one of the customer's orders by its number."""
        return mine.get(order_number, "no such order of yours")

    return look_up_order


# %% right: an error that is caught, an async tool without a docstring, and a print
def order_tool(orders, customer):
    @function_tool
    async def look_up_order(order_number: str) -> str:
        print("looking")
        try:
            assert orders[order_number]["customer"] == customer
            return orders[order_number]["status"]
        except (KeyError, AssertionError):
            return "no such order of yours"

    return look_up_order


# %% right: another name inside, and a loop
def order_tool(orders, customer):
    @function_tool(name_override="look_up_order")
    def find(order_number: str) -> str:
        """Find it."""
        for number, order in orders.items():
            if number == order_number and order["customer"] == customer:
                return order["status"]
        return "no such order of yours"

    return find


# %% right: a helper beside it
def is_of(order, customer):
    return order is not None and order["customer"] == customer


def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        """Look up one of the customer's orders by its number."""
        order = orders.get(order_number)
        return order["status"] if is_of(order, customer) else "no such order of yours"

    return look_up_order


# %% wrong: whoever asks
# says: Mary asked for order 7002, which is John's, and the tool told her
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if order_number not in orders:
            return "no such order of yours"
        return orders[order_number]["status"]

    return look_up_order


# %% wrong: says that the order exists
# says: so she learns that 7002 exists
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if order_number not in orders:
            return "no such order of yours"
        if orders[order_number]["customer"] != customer:
            return "this order is not yours"
        return orders[order_number]["status"]

    return look_up_order


# %% wrong: an error for an unknown order
# says: For one that does not exist, it said 'An error occurred while running the tool.
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if orders[order_number]["customer"] != customer:
            return "no such order of yours"
        return orders[order_number]["status"]

    return look_up_order


# %% wrong: a plain function
# says: It should return a tool, which is a function with @function_tool above it. It returned <function
def order_tool(orders, customer):
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order


# %% wrong: more than the status
# says: The status of an order is 'packing', and the tool said 'Order 7001: packing'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return f"Order {order_number}: {order['status']}"

    return look_up_order


# %% wrong: another name
# says: The tool is named 'find_order'. Name it 'look_up_order'
def order_tool(orders, customer):
    @function_tool
    def find_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return find_order


# %% wrong: all that is known of the order
# says: and the tool said "{'customer': 'mary', 'status': 'packing'}"
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return str(order)

    return look_up_order


# %% wrong: customers whose ids begin alike
# says: Mary asked for order 7004, which is Mary Ann's, and the tool told her
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or not order["customer"].startswith(customer):
            return "no such order of yours"
        return order["status"]

    return look_up_order


# %% wrong: prints
# says: The status of an order is 'packing', and the tool said 'None'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            print("no such order of yours")
        else:
            print(order["status"])

    return look_up_order


# %% wrong: never
# says: The status of an order is 'packing', and the tool said 'no such order of yours'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        return "no such order of yours"

    return look_up_order


# %% wrong: always the same status
# says: The status of an order is 'packing', and the tool said 'sent'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return "sent"

    return look_up_order


# %% wrong: the orders of the notebook's desk
# says: The status of an order is 'packing', and the tool said 'no such order of yours'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = desk.orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order


# %% wrong: the tool of the first customer, for ever
# says: The status of an order is 'sent', and the tool said 'no such order of yours'
made = []


def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    made.append(look_up_order)
    return made[0]


# %% wrong: the first order of the customer
# says: The status of an order is 'returned', and the tool said 'packing'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if order_number not in orders or orders[order_number]["customer"] != customer:
            return "no such order of yours"
        return [one["status"] for one in orders.values() if one["customer"] == customer][0]

    return look_up_order


# %% wrong: another wording
# says: For an order that does not exist, the tool said 'there is no such order'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "there is no such order"
        return order["status"]

    return look_up_order


# %% wrong: a number in place of a text
# says: The status of an order is 'packing', and the tool said 'no such order of yours'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: int) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order


# %% wrong: a parameter too many
# says: An agent with your tool was asked for an order, and got nothing from it
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str, customer: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order


# %% wrong: a list of tools
# says: It should return a tool
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return [look_up_order]


# %% wrong: returns nothing
# says: It should return a tool, which is a function with
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        return orders[order_number]["status"]


# %% wrong: the wrong comparison
# says: The status of an order is 'packing', and the tool said 'no such order of yours'
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] == customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order


# %% wrong: writes every number that somebody asks about into the shop's orders
# says: it should only read them
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        """Look up one of the customer's orders by its number."""
        order = orders.setdefault(order_number, {"customer": "", "status": ""})
        if order["customer"] == customer:
            return order["status"]
        return "no such order of yours"

    return look_up_order
