"""What the offline model understands: tables of wordings, and functions that look them up.

Text goes in, plain data comes out; nothing here knows of items or agents. To teach the model
another sentence, add a line to a table. The comment beside a line is an example of it.
"""

import re

ABOUT_ME = (
    "I am a small offline stand-in for a language model. Tell me your name, where you live or your "
    "favourite things, and ask me about them later. Ask how many messages there are, or for a sum "
    "if I have a tool for it."
)
_COUNTS = "Messages I was given: {all}. Yours: {yours}, including this one. Mine: {mine}."
NUMBER = r"-?\d+(?:\.\d+)?"

# Pieces of phrases. A name starts with a letter that is no small one.
_AM = "I(?: am|'?m)"
_ASK = "(?:how|what|when|where|which|who)"
_DO = "(?:(?:also|currently|do not|don'?t|just|no longer|now|really|still) )*"
_LIKE = "(?:dislike|enjoy|hate|like|love|prefer)"
_NAME = r"(?P<value>(?-i:[^\W\d_a-z])[^,]*).*"
_THING = r"(?P<thing>[\w'-]+(?: [\w'-]+){0,2}?)"
_WHAT_IS = f"{_ASK}(?:'?s| is| about| are| did I say| was)? "
_CALLED = "(?: (?:are|called|is|was).*)?"

# What can be told: the wording, what it is about, and how to say it back. "I'm Ada" and "I'm OK"
# look alike; both are said back as they were told, and neither replaces a name.
_STATEMENTS = [
    ("my name(?:'?s| is) (?P<value>[^,]+).*", "name", "Your name is {value}."),  # My name is Ada
    (f"(?:you can )?call me {_NAME}", "name", "Your name is {value}."),  # Call me Ishmael
    (f"{_AM} {_NAME}", "name too", "You are {value}."),  # I'm Ada
    (rf"{_AM} (?P<value>\d+\b.*)", "age", "You are {value}."),  # I'm 36 years old
    (f"{_AM} (?P<value>an? .+)", "job", "You are {value}."),  # I am a teacher
    (f"I (?P<value>{_DO}(?:study|work) .+)", "job", "You {value}."),  # I work at a library
    (f"(?:{_AM}|I come) (?P<value>from .+)", "from", "You are {value}."),  # I'm from Peru
    (f"{_AM} (?:living )?in {_NAME}", "live", "You are in {value}."),  # I'm in Rome
    (f"I (?P<value>{_DO}live .+)", "live", "You {value}."),  # I live in Paris
    (f"I (?P<value>{_DO}{_LIKE} (?P<thing>.+))", "like {thing}", "You {value}."),  # I like tea
    (f"my {_THING} (?P<value>(?:are|is) .+)", "{thing}", "Your {thing} {value}."),  # My cat is old
]

# What can be asked: the wording, what it is about, and what to call that if nothing tells it.
_QUESTIONS = [
    ("who am I|who I am|what am I called", "name", "your name"),  # Who am I?
    (rf".*\bI {_DO}live\b.*|where am I", "live", "where you live"),  # Where do I live?
    (r"where .*\bfrom", "from", "where you are from"),  # Where am I from?
    ("how old (?:am I|I am)", "age", "your age"),  # How old am I?
    ("(?:what|where) do I (?:do|study|work)", "job", "what you do"),  # What do I do?
    (f"what (?:do )?I {_LIKE}", "like", "what you like"),  # What do I like?
    (f"do I {_LIKE} (?P<thing>.+)", "like {thing}", "whether you like {thing}"),  # Do I like tea?
    (f"(?:{_WHAT_IS})?my {_THING}{_CALLED}", "{thing}", "your {thing}"),  # What is my name?
    (r"(?:are|is) my (?P<thing>\w+) .+", "{thing}", "your {thing}"),  # Is my name Bob?
    (".*(?:about me|know me|you remember|I told you).*", "", "anything"),  # What do you remember?
]

# What else can be said, and the answer.
_SMALL_TALK = [
    (r".*\b(?:count|how many)\b.*\bmessages\b.*", _COUNTS),  # How many messages have I sent?
    (r"(?:hello|hey|hi|good (?:morning|afternoon|evening))(?: \S+)?", "Hello!"),  # Hello there
    ("(?:who|what) are you|what can you do|help(?: me)?", ABOUT_ME),  # Who are you?
    ("thank(?:s| you).*", "You are welcome."),  # Thanks a lot
    ("(?:good ?)?bye.*", "Goodbye."),  # Bye for now
]
# Hand me over to billing
_HAND_OVER = "(?:.* )?(?:connect me|hand me over|speak|talk|transfer me) (?:to|with) (?P<whom>.+)"

# What can be looked up: a thing with a code, such as a number. A code has a figure in it.
_OWN = "(?:(?:my|our|the) )?"
_VERB = "(?:about|are|did|does|has|have|is|was|were|will)"
_CODED = rf"(?!{_VERB} )(?P<thing>[^\W\d_]+)(?:,? number)? #?(?P<code>[\w-]*\d[\w-]*)(?!\w).*"
_LOOK_UPS = [
    f"{_ASK}(?: much)?(?:'?s| {_VERB})? {_OWN}{_CODED}",  # Where is order 4711?
    f"{_VERB} {_OWN}{_CODED}",  # Has my order 4711 been sent?
    f"(?:.* )?(?:check|find|look up|show me|track) {_OWN}{_CODED}",  # Please track parcel A-12
    f"(?:.* )?(?:news|status) (?:about|for|of|on) {_OWN}{_CODED}",  # Any news of order 4711?
    f"(?:my|our) {_CODED}",  # My order 4711?
]

# How the wording of a sum becomes a formula.
_OPERAND = rf"({NUMBER}|\bthat\b)"
_SUMS = [
    (r"\bit\b", "that"),  # Add 8 to it
    (r"(?<=\d),(?=\d{3}\b)", ""),  # 1,000
    (r"\bplus\b", "+"),  # 12 plus 30
    (r"\bminus\b", "-"),  # 7 minus 2
    (r"(?<=\d) ?[x\u00d7] ?(?=\d)|\btimes\b", "*"),  # 17 x 23, that times 2
    (r"\bdivided by\b", "/"),  # 12 divided by 4
    (rf"\b(?:add|sum of) {_OPERAND} (?:and|to) {_OPERAND}", r"\1 + \2"),  # Add 3 and 4
    (rf"\bmultiply {_OPERAND} (?:and|by) {_OPERAND}", r"\1 * \2"),  # Multiply 6 by 7
]
_FORMULA = rf"(?<![\w.,:-])\(*{_OPERAND}(?:[ ()]*[-+*/^%]+[ ()]*{_OPERAND})+\)*(?![\w:])"
_SIMPLE = rf"\(*{_OPERAND} ?([-+*/]) ?{_OPERAND}\)*"

# How a message falls into clauses: after a sentence, though not after the initials of "J. R. R.
# Tolkien", and before words that start a new thought, as in "My name is Ada and I live in Paris".
_START = (
    rf"(?:[Ii](?:'?m)?|my|{_ASK}(?:'?s)?|call me|(?:can|do) you|please|tell me|the user(?:'s)?) "
)
_SPLIT = (
    r"(?<=[.!?;])(?<!\b[A-Z]\.)(?<!\b(?:Dr|Mr|Ms|St)\.) +"
    rf"|(?:,? (?:and|but|so)|,) (?={_START})"
)
_LEAD = (
    "also|and|but|by the way|hello|hey|hi|no|now|ok|okay|please|so|that|well|yes|"
    "(?:can|could|do) you|know|remember|remind me of|tell me"
)
_NEEDLESS = [
    (f"^(?:(?:{_LEAD})[,:]? )+(?={_START})", ""),  # Do you remember my name?
    (r",? (?:again|please)(?=\?*$)", ""),  # What was my name again?
]

# Instructions tell about the user. This makes them the user's own words.
_OF_THE_USER = [
    ("^the user's ", "my "),  # The user's name is Ada
    ("^the user is ", "I am "),  # The user is from Peru
    (r"^the user (\w+)s ", r"I \1 "),  # The user lives in Paris
]
_SAID_BACK = {"me": "you", "my": "your", "you": "me", "your": "my"}


def clauses(text: str, *, about_the_user: bool = False) -> list[str]:
    """Take a text apart.

    Args:
        text: A message, or an agent's instructions.
        about_the_user: Whether to keep only what begins with "the user", in the user's own words.

    Returns:
        The parts, each of which tells or asks one thing, without the words that lead up to it. A
        question keeps its question mark.
    """
    lines = [" ".join(line.split()) for line in text.replace("\u2019", "'").splitlines()]
    parts = [part.strip(' .,:;!"') for line in lines for part in re.split(_SPLIT, line)]
    # Nobody says a name in a clause as long as this, and patterns are slow on it.
    found = [_rewrite(part, _NEEDLESS) for part in parts if 0 < len(part) <= 300]
    if about_the_user:
        found = [_rewrite(part, _OF_THE_USER) for part in found if re.match("the user", part, re.I)]
    return found


def statement(clause: str) -> tuple[str, str] | None:
    """Find what a clause tells.

    Args:
        clause: One of `clauses`.

    Returns:
        What it is about, and a sentence that says it back; ``None`` if it tells nothing.
    """
    for wording, about, sentence in _STATEMENTS:
        if not clause.endswith("?") and (found := _match(wording, clause)):
            told = found.groupdict()
            told["value"] = re.sub(r"\w+", lambda m: _SAID_BACK.get(m[0], m[0]), told["value"])
            return _key(about.format_map(told)), sentence.format_map(told)
    return None


def answer(clause: str, facts: dict[str, str], yours: int, mine: int) -> str | None:
    """Answer small talk, or a question from what was told before.

    Args:
        clause: One of `clauses`.
        facts: What `statement` found: the sentences, by what they are about.
        yours: How many messages the user sent.
        mine: How many the assistant sent.

    Returns:
        The answer, which may be that nothing tells it; ``None`` if it is no such question, or if
        nothing tells it and it can be looked up.
    """
    for wording, reply in _SMALL_TALK:
        if _match(wording, clause):
            return reply.format(all=yours + mine, yours=yours, mine=mine)
    for wording, about, name in _QUESTIONS:
        if found := _match(wording, clause):
            asked = found.groupdict()
            key = _key(about.format_map(asked))
            known = [facts[told] for told in facts if not key or f"{told} ".startswith(f"{key} ")]
            if not known and look_up(clause):
                return None
            missing = (
                f"I don't know {name.format_map(asked)}: nothing in this conversation says it."
            )
            return " ".join(known) or missing
    return None


def look_up(clause: str) -> tuple[str, str] | None:
    """Find what somebody wants to have looked up.

    Args:
        clause: One of `clauses`.

    Returns:
        The thing and its code, such as ``("order", "4711")``, or ``None``.
    """
    for wording in _LOOK_UPS:
        if found := _match(wording, clause):
            return found["thing"], found["code"]
    return None


def hand_over(clause: str) -> str | None:
    """Find with whom somebody wants to talk.

    Args:
        clause: One of `clauses`.

    Returns:
        The words for it, such as ``"the billing team"``, or ``None``.
    """
    found = _match(_HAND_OVER, clause)
    return found["whom"] if found else None


def sum_in(clause: str, earlier: list[str]) -> list[str] | None:
    """Find a sum. It is not worked out.

    Args:
        clause: One of `clauses`.
        earlier: Results so far. "That" and "it" stand for the latest number among them.

    Returns:
        A number, an operator and a number; or a longer formula in one piece; ``None`` if there
        is no sum. If "that" stands for nothing, it is left in.
    """
    found = re.search(_FORMULA, _rewrite(clause, _SUMS), re.I)
    if found is None:
        return None
    numbers = [result for result in earlier if re.fullmatch(NUMBER, result) and len(result) <= 300]
    that = ["that", *numbers][-1]
    formula = re.sub("that", that, found[0], flags=re.I)
    simple = re.fullmatch(_SIMPLE, formula)
    return [*simple.groups()] if simple else [formula]


def _match(wording: str, clause: str) -> re.Match[str] | None:
    return re.fullmatch(wording, clause.rstrip("? "), re.I)


def _rewrite(text: str, table: list[tuple[str, str]]) -> str:
    for wording, replacement in table:
        text = re.sub(wording, replacement, text, flags=re.I)
    return text


def _key(words: str) -> str:
    # "Favourite colours" and "favorite color" are the same thing.
    return words.lower().replace("favour", "favor").replace("colour", "color").removesuffix("s")
