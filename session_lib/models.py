"""The models that an agent can run on: a stand-in that needs no key and no network, or OpenAI's.

`OfflineModel` knows the wordings in the tables below and works out each answer from the items
that it is handed. It keeps nothing: what it remembers is what the session gave it.
"""

import hashlib
import itertools
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import agents
from agents.items import TResponseOutputItem, TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseUsage,
)
from pydantic import TypeAdapter

# Pieces of wordings. A name starts with a letter that is no small one; a thing is a few words.
_NAME = r"(?-i:[^\W\d_a-z][^\s,]*(?: (?:(?:de|der|la|van|von) )*[^\W\d_a-z][^\s,]*)*)"
_WORDS = r"(?!(?:an?|at|back|later|not|on|the|when)\b)[^\W\d_][^\s,]*(?: [^\W\d_][^\s,]*)?"
_NO_NAME = (
    r"(?!(?:American|Australian|Back|British|Chinese|Dutch|English|Fine|French|German|Greek|Here|"
    r"Indian|Irish|Italian|Japanese|Mexican|OK|Polish|Russian|Sorry|Spanish|Swedish|Swiss|Turkish)\b)"
)
_CALL = r"(?:(?:my )?(?:first |full |real )?name(?: is|:)|(?:you can )?call me|I am called|I go by)"
_OFTEN = r"(?:(?:actually|also|currently|just|now|originally|really|still) )*"
_PLACED = r"(?:alone|at|by|close to|in|near|next to|on|outside|with)\b.*"
_LIKE = r"(?:do not )?(?:adore|dislike|enjoy|hate|like|love|prefer)"
_TELL = r"(?:guess|know|recall|remember|remind|repeat|said|say|tell|told)"
_THING = r"(?P<key>[\w'\u2019-]+(?: [\w'\u2019-]+){0,3}?)"
_WHAT = r"(?:what|when|where|which|who)"

# What can be told: the wording, what it is about, and how to say it back.
_STATEMENTS = [
    (rf"{_CALL} {_OFTEN}(?P<value>{_NAME})(?:,.*|\W+)?", "name", "Your name is {value}."),
    (rf"{_CALL} (?P<value>{_WORDS})(?:,.*|\W+)?", "name", "Your name is {value}."),
    (rf"I am {_NO_NAME}(?P<value>{_NAME})(?:,.*|\W+)?", "name", "Your name is {value}."),
    (r"I am (?P<value>\d+\b.*)", "age", "You are {value}."),
    (r"I am (?P<value>an? .+)", "job", "You are {value}."),
    (rf"I {_OFTEN}(?P<do>study|work) (?P<value>.+)", "job", "You {do} {value}."),
    (rf"(?:I )?{_OFTEN}(?P<do>(?:do not )?live) (?P<value>{_PLACED})", "live", "You {do} {value}."),
    (rf"I am {_OFTEN}(?:based|living) (?P<value>{_PLACED})", "live", "You live {value}."),
    (rf"I (?:have )?{_OFTEN}moved to (?P<value>.+)", "live", "You live in {value}."),
    (rf"(?:I )?(?:am |come ){_OFTEN}from (?P<value>.+)", "from", "You are from {value}."),
    (rf"I am {_OFTEN}in (?P<value>(?-i:[^\W\d_a-z]).*)", "in", "You are in {value}."),
    (rf"I {_OFTEN}(?P<do>{_LIKE}) (?P<value>.+)", "like {value}", "You {do} {value}."),
    (rf"my {_THING} (?P<do>is|are) (?P<value>.+)", "{key}", "Your {key} {do} {value}."),
    (r"(?P<value>.+) is my (?P<key>favou?rite .+)", "{key}", "Your {key} is {value}."),
]

# What can be asked: the wording, what it is about, and what to call that if nothing tells it.
_QUESTIONS = [
    (r".*\b(?:who am I|who I am|what am I called)\b.*", "name", "your name"),
    (rf".*\b{_WHAT}\b.* (?:I live|(?:am I|I am) (?:based|living))\b.*", "live", "where you live"),
    (r"do I live\b.*", "live", "where you live"),
    (r".*\b(?:am I|do I come|I am|I come) from\b.*", "from", "where you are from"),
    (r".*\b(?:where am I|where I am|am I in)\b.*", "in", "where you are"),
    (r".*\b(?:how old am I|how old I am)\b.*", "age", "your age"),
    (r"what am I|(?:what|where) do I (?:do|study|work)\b.*", "job", "what you do"),
    (rf"do I {_LIKE} (?P<key>.+)", "like {key}", "whether you like {key}"),
    (rf"{_WHAT} (?P<key>\w+) is my favou?rite", "favourite {key}", "your favourite {key}"),
    (rf"{_WHAT} (?P<key>\w+) do I {_LIKE}\b.*", "favourite {key}", "your favourite {key}"),
    (rf".*\bwhat .*\bI {_LIKE}(?: best| most)?", "like", "what you like"),
    (r"(?:is|are) my (?P<key>favou?rite \w+|\w+) .+", "{key}", "your {key}"),
    (
        rf"(?:{_WHAT}(?: \w+)? (?:are|is|was|were) |(?:how|what) about |.*\b{_TELL}\b.*?)?"
        rf"\bmy {_THING}(?:,? (?:again|are|called|is|please|was|were)\b.*)?",
        "{key}",
        "your {key}",
    ),
    (r".*\b(?:about|know|remember) (?:me|myself)\b.*", "", "anything about you"),
    (rf"what .*\b{_TELL}(?: (?:so far|to|you))*", "", "anything about you"),
]
_ASKING = rf"(?:are|can|could|did|do|does|guess|how|is|tell|why|{_WHAT})\b"
_HAND_OVER = (
    r".*\b(?:connect|hand|put|speak|switch|talk|transfer)\b.*\b(?:over|through|to|with)\b.*"
)
_ABOUT_ME = (
    "I am a small offline stand-in for a language model. Tell me your name, where you live or your "
    "favourite things, and ask me about them later. Ask how many messages there are, or for a sum "
    "if I have a tool for it."
)
_SMALL_TALK = [
    (
        r".*\b(?:how many|count)\b.*\b(?:messages|turns)\b.*",
        "Messages that I was handed: {all}. Yours: {yours}, this one included. Mine: {mine}.",
    ),
    (r"(?:good (?:afternoon|evening|morning)|greetings|hello|hey|hi)(?: \S+)?", "Hello!"),
    (r"how are you\b.*", "I am a program: all is as ever, thank you."),
    (r"(?:who|what) are you|what (?:can you do|is your name)|help(?: me)?", _ABOUT_ME),
    (r"(?:many )?thank(?:s| you)\b.*", "You are welcome."),
    (r"(?:good ?)?bye\b.*|see you\b.*", "Goodbye."),
]

# How the wording of a sum becomes a formula, and how a tool that can work it out is called.
_NUMBER = r"-?\d+(?:\.\d+)?"
_THAT = r"\b(?:it|that|this|(?:the|that) (?:last )?(?:answer|number|result))\b"
_OPERAND = rf"({_NUMBER}|{_THAT})"
_SUMS = [
    (r"(?<=\d),(?=\d{3}\b)", ""),
    (r"(?<=\d)\s*[x\u00d7]\s*(?=\d)|\b(?:multiplied by|times)\b", "*"),
    (r"\u00f7|\bdivided by\b", "/"),
    (r"\bplus\b", "+"),
    (r"\u2212|\bminus\b", "-"),
    (rf"\b(?:add|sum of) {_OPERAND} (?:and|to) {_OPERAND}", r"\1 + \2"),
    (rf"\b(?:multiply|product of) {_OPERAND} (?:and|by) {_OPERAND}", r"\1 * \2"),
    (rf"\bdivide {_OPERAND} by {_OPERAND}", r"\1 / \2"),
    (rf"\bsubtract {_OPERAND} from {_OPERAND}", r"\2 - \1"),
    (rf"\bdouble {_OPERAND}", r"\1 * 2"),
    (r"^(?:(?:and|how about|then|what about) )*(?=[*/+-] \d)", "that "),
]
_FORMULA = (
    rf"(?<![\w.:-])\(*{_OPERAND}[\s()]*(?:[-+*/^%]+[\s()]*{_OPERAND}[\s()]*)+"
    r"(?![\w:]|\s*(?:cubed|hundred|million|percent|squared|thousand)\b)"
)
_SIMPLE = rf"\(*({_NUMBER})\s*([-+*/])\s*({_NUMBER})\)*"
_TOOLS = {"+": "add|plus|sum", "-": "diff|minus|sub", "*": "mul|prod|times", "/": "div|quot"}

# How a message falls into clauses: after a sentence, and before words that start a new thought.
_STARTS = (
    rf"(?:I|I['\u2019]?(?:m|ve)|(?:people |you can )?call me|(?:can|could|do) (?:I|you)|{_WHAT}|"
    rf"{_WHAT}['\u2019]s|how|my|please|remember|tell|the user|(?:come|live) (?:at|from|in|near|on)|"
    r"add|divide|double|multiply|subtract|times)\s"
)
_SPLIT = (
    r"(?<=[.!?;])(?<!\b(?-i:[A-Z])\.)(?<!\b(?:Dr|Mr|Ms|St)\.)\s+|(?<=[\u3002\uff01\uff1f])|\n+|"
    rf"(?:,?\s+(?:and|but|so)|,)\s+(?={_STARTS})"
)
_BEFORE_SPLIT = [
    (r"\b(?:can|could|would) you (?:please )?(?:note|remember) that ([^?]*)\?", r"\1."),
    (rf"\b((?:I am|I['\u2019]?m|name is) {_NAME}),? (?=from )", r"\1. I am "),
]
_AFTER_SPLIT = [
    (
        r"^(?:(?:actually|also|and|but|by the way|from now on|hello|hey|hi|no|now|oh|ok|okay|please"
        r"|so|sorry|then|there|well|yes|(?:can|could|would) you|(?:know|note|remember)(?: that|:)?)"
        rf"[,:]?\s+)+(?={_STARTS})",
        "",
    ),
    (r"^I['\u2019]?m\b", "I am"),
    (r"^I['\u2019]?ve\b", "I have"),
    (r"^(I|I do) (?:don['\u2019]?t|no longer)\b", "I do not"),
    (r"^(my (?:\w+ )?name)['\u2019]s\b", r"\1 is"),
    (r"^(my .*?) (is|are)n['\u2019]?t\b", r"\1 \2 not"),
    (r"\b(old|where|who) I['\u2019]?m\b", r"\1 I am"),
    (r"^((?:.*\b(?:know|me|tell) )?(?:how|what|where|who))['\u2019]?s\b", r"\1 is"),
]
_PUNCTUATION = ' \t.,:;!"\u201c\u201d\u3002\uff01'
_OF_USER = [
    (r"^the user['\u2019]s ", "my "),
    (r"^the user is ", "I am "),
    (r"^the user (\w+)s ", r"I \1 "),
]
_YOURS = {"me": "you", "my": "your", "you": "me", "your": "my"}
_EVENT: TypeAdapter[TResponseStreamEvent] = TypeAdapter(TResponseStreamEvent)


def choose_model(name: str | None = None) -> agents.Model:
    """Return the model to give to ``Agent(model=...)``.

    A set ``OPENAI_API_KEY`` alone chooses nothing: a lesson is the same for everybody.

    Args:
        name: ``"offline"``, ``"openai"`` for the SDK's default model, or one of OpenAI's by name,
            as in ``"openai:gpt-4.1"``. ``None`` means what the environment variable
            ``SESSION_LIB_MODEL`` says, and ``"offline"`` if it says nothing.

    Returns:
        The model. With ``"offline"`` the SDK's tracing is off from then on, see `OfflineModel`.
        With ``"openai"`` it stays as it is: the SDK (0.24.0) sends traces to OpenAI by default.

    Raises:
        ValueError: There is no such choice.
        RuntimeError: OpenAI was chosen and ``OPENAI_API_KEY`` is not set.
    """
    choice = name if name is not None else os.environ.get("SESSION_LIB_MODEL") or "offline"
    kind, colon, detail = choice.partition(":")
    if choice == "offline":
        return OfflineModel()
    if kind == "openai" and bool(colon) == bool(detail):
        if not os.environ.get("OPENAI_API_KEY"):
            raise RuntimeError(
                f"The model {choice!r} needs the environment variable OPENAI_API_KEY, which is not "
                "set. Set it to your key, or choose the model 'offline', which needs none."
            )
        return agents.OpenAIProvider().get_model(detail or None)
    raise ValueError(
        f"There is no model {choice!r}. Choose 'offline', 'openai', or one of OpenAI's by name as "
        "in 'openai:gpt-4.1', by argument or with the environment variable SESSION_LIB_MODEL."
    )


class OfflineModel(agents.Model):
    """A model that answers from the instructions and items that it is handed, and nothing else.

    It can be told a name, a place, favourite things and the like, and be asked about them. It
    counts messages. It calls the agent's tools for sums, and its handoffs. What nothing tells it,
    it does not know. The same items always get the same answer, ids included.

    It counts tokens in its own way: one for each word and each punctuation mark in the
    instructions and in the items' texts, tool calls and tool outputs. Tool schemas cost nothing.

    Making one switches off the SDK's tracing for the whole program: it would send the
    conversation to OpenAI if a key is set, and complain if none is.
    """

    def __init__(self) -> None:
        agents.set_tracing_disabled(True)

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[agents.TResponseInputItem],
        model_settings: agents.ModelSettings,
        tools: list[agents.Tool],
        output_schema: agents.AgentOutputSchemaBase | None,
        handoffs: list[agents.Handoff],
        tracing: agents.ModelTracing,
        **unused: Any,
    ) -> agents.ModelResponse:
        """Answer the last user message. The interface is that of the SDK's `Model` (0.24.0).

        Args:
            system_instructions: The agent's instructions. "The user's name is Ada." is taken in.
            input: The conversation: one text, or a list of items.
            model_settings: Not used.
            tools: What may be called for a sum: a function tool that takes two numbers and is
                named for one operation, such as ``add``, or one that takes an ``expression``.
            output_schema: Must be plain text.
            handoffs: The agents to hand over to.
            tracing: Not used.
            **unused: Where a server keeps the conversation. Here none does.

        Returns:
            One message or one tool call.

        Raises:
            agents.UserError: The agent has an ``output_type``.
        """
        if output_schema is not None and not output_schema.is_plain_text():
            raise agents.UserError(
                f"OfflineModel answers in plain text and cannot make a {output_schema.name()}. "
                "Leave out the agent's output_type, or choose another model."
            )
        given: list[Any] = [{"role": "user", "content": input}] if isinstance(input, str) else input
        items = [item if isinstance(item, dict) else item.model_dump() for item in given]
        reply = _Turn(system_instructions, items, tools, handoffs).reply()
        # The ids come from the items: the same for the same conversation, and new as it grows.
        digest = hashlib.sha256(json.dumps(items, default=str).encode()).hexdigest()[:24]
        fields = ("content", "summary", "name", "arguments", "output")
        texts = [_text(item.get(field)) for item in items for field in fields]
        read = _count_tokens(system_instructions or "", *texts)
        written = _count_tokens(*([reply] if isinstance(reply, str) else reply))
        return agents.ModelResponse(
            output=[_output(reply, digest)],
            usage=agents.Usage(
                requests=1,
                input_tokens=read,
                output_tokens=written,
                total_tokens=read + written,
            ),
            response_id=f"resp_{digest}",
        )

    async def stream_response(
        self, *args: Any, **kwargs: Any
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Answer as `get_response` does, word by word.

        Args:
            *args: Those of `get_response`.
            **kwargs: Those of `get_response`.

        Yields:
            Events as OpenAI's Responses API sends them, the last of which holds the response.

        Raises:
            agents.UserError: The agent has an ``output_type``.
        """
        for event in _events(await self.get_response(*args, **kwargs)):
            yield event


class _Call(NamedTuple):
    tool: str
    arguments: str


class _Turn:
    """What the model was handed, and how it answers the last user message in it."""

    def __init__(
        self,
        instructions: str | None,
        items: list[dict[str, Any]],
        tools: list[agents.Tool],
        handoffs: list[agents.Handoff],
    ) -> None:
        asked = [index for index, item in enumerate(items) if item.get("role") == "user"]
        now = asked[-1] if asked else 0
        self.tools = tools
        self.handoffs = handoffs
        self.questions = [_text(items[index].get("content")) for index in asked]
        self.answers = sum(item.get("role") == "assistant" for item in items)
        self.facts = _facts([{"role": "system", "content": instructions}, *items])
        self.results = _results(items[now:])
        earlier = _results(items[:now]).values()
        self.numbers = [result for result in earlier if re.fullmatch(_NUMBER, result)]

    def reply(self) -> str | _Call:
        """Say what there is to say, or which tool to call first."""
        parts: list[str] = []
        for clause in _clauses(self.questions[-1] if self.questions else ""):
            if fact := _statement(clause):
                noted = "Noted: "
                if parts and parts[-1].startswith(noted):
                    noted = parts.pop()[:-1] + "; "
                parts.append(noted + fact[1][0].lower() + fact[1][1:])
                continue
            words = clause.rstrip("? ")
            for answer in (self.chat, self.calculate, self.hand_over, self.recall):
                part = answer(words)
                if isinstance(part, _Call):
                    return part
                if part:
                    parts.append(part)
                    break
        return " ".join(dict.fromkeys(parts)) or f"I do not understand that. {_ABOUT_ME}"

    def calculate(self, words: str) -> str | _Call | None:
        formula = _formula(words, self.numbers[-1] if self.numbers else None)
        if formula is None:
            return None
        if re.search(_THAT, formula):
            return "I was handed no earlier result to go on from."
        call = _sum_call(formula, self.tools)
        if call is None:
            return f"I have no tool for {formula}, and without one I do no sums."
        if call not in self.results:
            return call
        result = self.results[call]
        if not re.fullmatch(_NUMBER, result):
            return f"The tool {call.tool} answered: {result}"
        self.numbers.append(result)
        return f"{formula} = {result}."

    def hand_over(self, words: str) -> str | _Call | None:
        if not re.fullmatch(_HAND_OVER, words, re.IGNORECASE):
            return None
        for result in self.results.values():
            if agent := re.fullmatch(r'\{"assistant": ("(?:[^"\\]|\\.)*")\}', result):
                return f"You are now talking to {json.loads(agent[1])}."
        for handoff in self.handoffs:
            name = {*re.findall(r"\w+", handoff.agent_name.lower())} - {"agent", "assistant", "the"}
            can_be_called = not handoff.input_json_schema.get("required")
            if can_be_called and name & {*re.findall(r"\w+", words.lower())}:
                return _Call(handoff.tool_name, "{}")
        names = ", ".join(handoff.agent_name for handoff in self.handoffs) or "nobody"
        asks = re.search(r"\b(?:hand|transfer)\b", words, re.IGNORECASE)
        return f"I can hand you over to {names}." if asks else None

    def chat(self, words: str) -> str | None:
        for wording, answer in _SMALL_TALK:
            if re.fullmatch(wording, words, re.IGNORECASE):
                yours, mine = len(self.questions), self.answers
                return answer.format(all=yours + mine, yours=yours, mine=mine)
        return None

    def recall(self, words: str) -> str | None:
        for wording, about, name in _QUESTIONS:
            if asked := re.fullmatch(wording, words, re.IGNORECASE):
                key = _key(about.format_map(asked.groupdict()))
                known = [
                    sentence
                    for told, sentence in self.facts.items()
                    if not key or told == key or told.startswith(f"{key} ")
                ]
                missing = name.format_map(asked.groupdict())
                return " ".join(known) or f"I do not know {missing}: nothing I was handed tells it."
        return None


def _rewrite(text: str, table: list[tuple[str, str]]) -> str:
    for wording, replacement in table:
        text = re.sub(wording, replacement, text, flags=re.IGNORECASE)
    return text


def _clauses(text: str) -> list[str]:
    parts = re.split(_SPLIT, _rewrite(text, _BEFORE_SPLIT), flags=re.IGNORECASE)
    clauses = [_rewrite(part.strip(_PUNCTUATION), _AFTER_SPLIT) for part in parts]
    # Nobody says a name in a clause as long as this, and patterns are slow on it.
    return [clause for clause in clauses if 0 < len(clause) <= 300]


def _facts(items: list[dict[str, Any]]) -> dict[str, str]:
    """Collect what was told: a key for what it is about, and a sentence that says it."""
    facts: dict[str, str] = {}
    for item in items:
        role = item.get("role")
        told = _text(item.get("content")) if role in ("developer", "system", "user") else ""
        for clause in _clauses(told):
            if role != "user" and not clause.lower().startswith("the user"):
                continue
            if fact := _statement(clause if role == "user" else _rewrite(clause, _OF_USER)):
                facts.pop(fact[0], None)  # the latest comes last
                facts[fact[0]] = fact[1]
    return facts


def _statement(clause: str) -> tuple[str, str] | None:
    if clause.endswith("?") or re.match(_ASKING, clause, re.IGNORECASE):
        return None
    for wording, about, sentence in _STATEMENTS:
        if told := re.fullmatch(wording, clause, re.IGNORECASE):
            words = told.groupdict()
            key = _key(about.format_map(words))
            if not key.startswith(("favourite", "name")):
                swap = lambda word: _YOURS.get(word[0], word[0])  # noqa: E731
                words["value"] = re.sub(r"\w+", swap, words["value"])
            return key, sentence.format_map(words)
    return None


def _key(words: str) -> str:
    words = words.lower().replace("favor", "favour").replace("color", "colour")
    words = re.sub(r"^(?:first|full|real) name$", "name", words.replace("\u2019", "'"))
    return words.removesuffix("s")


def _formula(words: str, that: str | None) -> str | None:
    found = re.search(_FORMULA, _rewrite(words, _SUMS), re.IGNORECASE)
    if found is None:
        return None
    formula = re.sub(_THAT, that or "that", found[0].rstrip("( "), flags=re.IGNORECASE)
    simple = re.fullmatch(_SIMPLE, formula)
    return " ".join(simple.groups()) if simple else formula


def _sum_call(formula: str, tools: list[agents.Tool]) -> _Call | None:
    simple = re.fullmatch(_SIMPLE, formula)
    for tool in tools:
        if not isinstance(tool, agents.FunctionTool):
            continue
        fields = tool.params_json_schema.get("properties", {})
        if [*fields] == ["expression"]:
            return _Call(tool.name, json.dumps({"expression": formula}))
        if simple and len(fields) == 2 and re.search(_TOOLS[simple[2]], tool.name):
            numbers = [float(text) if "." in text else int(text) for text in simple.group(1, 3)]
            if all(map(_fits, numbers, fields.values())):
                return _Call(tool.name, json.dumps(dict(zip(fields, numbers, strict=True))))
    return None


def _fits(number: float, schema: dict[str, Any]) -> bool:
    kinds = {choice.get("type") for choice in (schema, *schema.get("anyOf", []))}
    return "number" in kinds or ("integer" in kinds and isinstance(number, int))


def _results(items: list[dict[str, Any]]) -> dict[_Call, str]:
    """Pair the tool calls among `items` with what the tools answered."""
    calls = {
        item.get("call_id"): _Call(item.get("name", ""), item.get("arguments", ""))
        for item in items
        if item.get("type") == "function_call"
    }
    return {
        calls[item.get("call_id")]: re.sub(r"^(-?\d+)\.0$", r"\1", _text(item.get("output")))
        for item in items
        if item.get("type") == "function_call_output" and item.get("call_id") in calls
    }


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(_text(part.get("text")) for part in parts if isinstance(part, dict))


def _count_tokens(*texts: str) -> int:
    return sum(len(re.findall(r"\w+|[^\w\s]", text)) for text in texts)


def _output(reply: str | _Call, digest: str) -> TResponseOutputItem:
    if isinstance(reply, _Call):
        return ResponseFunctionToolCall(
            type="function_call",
            id=f"fc_{digest}",
            call_id=f"call_{digest}",
            name=reply.tool,
            arguments=reply.arguments,
            status="completed",
        )
    text = ResponseOutputText(type="output_text", text=reply, annotations=[])
    return ResponseOutputMessage(
        type="message", id=f"msg_{digest}", role="assistant", content=[text], status="completed"
    )


def _events(response: agents.ModelResponse) -> Iterator[TResponseStreamEvent]:
    """Tell `response` in the order in which OpenAI's Responses API would have streamed it."""
    numbers = itertools.count()

    def event(kind: str, **fields: Any) -> TResponseStreamEvent:
        fields |= {"type": f"response.{kind}", "sequence_number": next(numbers)}
        return _EVENT.validate_python(fields)

    done = Response(
        id=response.response_id or "",
        object="response",
        created_at=0,
        model="offline",
        status="completed",
        output=response.output,
        usage=ResponseUsage.model_validate(response.usage, from_attributes=True),
        tools=[],
        tool_choice="auto",
        parallel_tool_calls=False,
    )
    begun = {"status": "in_progress"}
    yield event("created", response=done.model_copy(update={**begun, "output": [], "usage": None}))
    item: Any = response.output[0]
    place = {"output_index": 0, "item_id": item.id}
    if item.type == "function_call":
        empty = item.model_copy(update={**begun, "arguments": ""})
        yield event("output_item.added", output_index=0, item=empty)
        yield event("function_call_arguments.delta", **place, delta=item.arguments)
        made = {"name": item.name, "arguments": item.arguments}
        yield event("function_call_arguments.done", **place, **made)
    else:
        part, place["content_index"] = item.content[0], 0
        empty = item.model_copy(update={**begun, "content": []})
        yield event("output_item.added", output_index=0, item=empty)
        yield event("content_part.added", **place, part=part.model_copy(update={"text": ""}))
        for word in re.findall(r"\S+\s*|\s+", part.text):
            yield event("output_text.delta", **place, delta=word, logprobs=[])
        yield event("output_text.done", **place, text=part.text, logprobs=[])
        yield event("content_part.done", **place, part=part)
    yield event("output_item.done", output_index=0, item=item)
    yield event("completed", response=done)
