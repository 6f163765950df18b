# %% wrong:
# says:
async def stream_to_list(agent, session, message):
    result = await Runner.run(agent, message, session=session)
    return result.final_output.split()


# %% wrong:
# says:
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
    return pieces


# %% wrong:
# says:
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    return [event async for event in stream.stream_events()]


# %% wrong:
# says:
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        pass
    return stream.final_output.split()


# %% wrong:
# says:
async def stream_to_list(agent, session, message):
    pieces = []
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            pieces.append(event.data.delta)
            if event.data.delta.endswith("."):
                break
    return pieces


# %% wrong:
# says:
async def stream_to_list(agent, session, message):
    stream = Runner.run_streamed(agent, message, session=session)
    async for event in stream.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            print(event.data.delta)
