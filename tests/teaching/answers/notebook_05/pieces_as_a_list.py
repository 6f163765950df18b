# %% right: a loop
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces


# %% right: a comprehension
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    data = [e.data async for e in stream.stream_events() if e.type == "raw_response_event"]
    return [one.delta for one in data if one.type == "response.output_text.delta"]


# %% right: the type of the event
from openai.types.responses import ResponseTextDeltaEvent


async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        data = getattr(event, "data", None)
        if isinstance(data, ResponseTextDeltaEvent):
            print(data.delta, end="")
            pieces += [data.delta]
    return pieces


# %% right: a generator as a helper
async def pieces_of(stream):
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            yield event.data.delta


async def stream_to_list(agent, session, message):
    return [one async for one in pieces_of(Runner.run_streamed(agent, message, session=session))]


# %% right: not an async function, but one that returns what can be awaited
def stream_to_list(agent, session, message):
    async def collect():
        pieces = []
        async for event in stream.stream_events():
            if event.type == "raw_response_event":
                if event.data.type == "response.output_text.delta":
                    pieces.append(event.data.delta)
        return pieces

    stream = Runner.run_streamed(agent, message, session=session)
    return collect()


# %% wrong: not as a stream
# says: The model was asked for the whole answer at once
async def stream_to_list(agent, session, message):
    result = await Runner.run(agent, message, session=session)
    return result.final_output.split()


# %% wrong: no session
# says: use the session. It got ['What is my name?']
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces


# %% wrong: the events themselves
# says: keeps it in event.data.delta
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    return [event async for event in stream.stream_events()]


# %% wrong: splits the answer, so the spaces are missing
# says: the model sent the pieces ['Your ', 'name ', 'is ', 'Mary ', 'Shelley.']. It returned
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        pass
    return stream.final_output.split()


# %% wrong: leaves the stream early
# says: read all events of the stream
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
            if event.data.delta.endswith("."):
                break
    return pieces


# %% wrong: prints
# says: Printing does not return
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            print(event.data.delta)


# %% wrong: returns within the loop
# says: read all events of the stream
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
            return pieces


# %% wrong: the text is not made of pieces
# says: To 'What is my name?' the model sent the pieces
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        pass
    return [stream.final_output]


# %% wrong: every delta, also of the arguments of a tool call
# says: To 'What is 2 + 3?' the model sent the pieces
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type.endswith(".delta"):
            pieces.append(event.data.delta)
    return pieces


# %% wrong: not every event has data
# says: Your code raised AttributeError
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces


# %% wrong: another event, which holds the whole text
# says: Your code raised AttributeError: 'ResponseTextDoneEvent' object has no attribute 'delta'
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.done":
            pieces.append(event.data.delta)
    return pieces


# %% wrong: reads the events, and keeps none
# says: The list is empty
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        pass
    return pieces


# %% wrong: starts, and reads nothing
# says: The list is empty
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    return []


# %% wrong: a run in place of a stream
# says: `Runner.run` was called without `await`
async def stream_to_list(agent, session, message):
    stream = Runner.run(agent, message, session=session)
    async for event in stream.stream_events():
        pass
    return []


# %% wrong: each piece once
# says: To 'Where do I live? What is my name?' the model sent the pieces
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            if event.data.delta not in pieces:
                pieces.append(event.data.delta)
    return pieces


# %% wrong: latest first
# says: To 'What is my name?' the model sent the pieces
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.insert(0, event.data.delta)
    return pieces


# %% wrong: without the spaces
# says: To 'What is my name?' the model sent the pieces
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta.strip())
    return pieces


# %% wrong: the pieces of all calls
# says: To 'Where do I live? What is my name?' the model sent the pieces
all_pieces = []


async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            all_pieces.append(event.data.delta)
    return all_pieces


# %% wrong: a text
# says: Return a list of texts. It returned 'Your name is Mary Shelley.' (str)
async def stream_to_list(agent, session, message):
    pieces = ""
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces += event.data.delta
    return pieces


# %% wrong: a tuple
# says: Return a list of texts. It returned (
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return tuple(pieces)


# %% wrong: a message of its own
# says: It got ['My name is Mary Shelley. I live in New York, New York.', 'Noted.', 'What do you
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, "What do you know about me?", session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces


# %% wrong: the session of the notebook
# says: use the session. It got ['My name is Ada and I live in London.'
session_of_mine = SQLiteSession("mine")
await session_of_mine.add_items([{"role": "user", "content": "My name is Ada and I live in London."}])


async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session_of_mine)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces


# %% wrong: the agent of the notebook
# says: run the agent that the function is given
agent_of_mine = agent


async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent_of_mine, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces


# %% wrong: awaits what is there at once
# says: Leave that `await` out
async def stream_to_list(agent, session, message):
    stream = await Runner.run_streamed(agent, message, session=session)
    data = [e.data async for e in stream.stream_events() if e.type == "raw_response_event"]
    return [one.delta for one in data if one.type == "response.output_text.delta"]


# %% wrong: a loop that does not wait
# says: Write `async for` in place of `for`
async def stream_to_list(agent, session, message):
    pieces = []
    for event in Runner.run_streamed(agent, message, session=session).stream_events():
        pieces.append(event.data.delta)
    return pieces
