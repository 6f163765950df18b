# %% wrong:
# says:
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if order_number not in orders:
            return "no such order of yours"
        return orders[order_number]["status"]

    return look_up_order


# %% wrong:
# says:
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if order_number not in orders:
            return "no such order of yours"
        if orders[order_number]["customer"] != customer:
            return "this order is not yours"
        return orders[order_number]["status"]

    return look_up_order


# %% wrong:
# says:
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        if orders[order_number]["customer"] != customer:
            return "no such order of yours"
        return orders[order_number]["status"]

    return look_up_order


# %% wrong:
# says:
def order_tool(orders, customer):
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return look_up_order


# %% wrong:
# says:
def order_tool(orders, customer):
    @function_tool
    def look_up_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return f"Order {order_number}: {order['status']}"

    return look_up_order


# %% wrong:
# says:
def order_tool(orders, customer):
    @function_tool
    def find_order(order_number: str) -> str:
        order = orders.get(order_number)
        if order is None or order["customer"] != customer:
            return "no such order of yours"
        return order["status"]

    return find_order
