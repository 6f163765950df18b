"""What the offline model understands, and what it does not take for something else."""

import inspect
import re

import pytest

from session_lib.teaching import phrases


def facts_in(text):
    found = [phrases.statement(clause) for clause in phrases.clauses(text)]
    return dict(fact for fact in found if fact)


def answer(told, asked):
    facts = facts_in(told)
    answers = [phrases.answer(clause, facts, 1, 0) for clause in phrases.clauses(asked)]
    return " ".join(answer for answer in answers if answer)


TOLD_AND_ASKED = """
# names
My name is Ada. | What's my name? | Your name is Ada.
my name is ada | whats my name | Your name is ada.
My name's Ada! | Do you remember my name? | Your name is Ada.
My name is learner_07. | WHAT IS MY NAME | Your name is learner_07.
Hello! I'm Ada. | Who am I? | You are Ada.
Hi, I am Ada Lovelace, nice to meet you. | Tell me my name. | You are Ada Lovelace.
hey im Ada | do you know who i am | You are Ada.
I\u2019m Zoë O\u2019Brien | what is my name, please? | You are Zoë O'Brien.
Call me Ishmael. | Can you tell me what my name is? | Your name is Ishmael.
You can call me Al | What was my name again? | Your name is Al.
Please remember that my name is José. | And my name? | Your name is José.
My name is 李雷 | What did I say my name was? | Your name is 李雷.
My name is J. R. R. Tolkien. | Is my name Bob? | Your name is J. R. R. Tolkien.
My name is Al, by the way | Remind me of my name | Your name is Al.
The weather is fine. By the way, my name is Ada | my name? | Your name is Ada.
My name is Ada. I'm Dutch! | So, who am I? | Your name is Ada. You are Dutch.
# places
I live in Paris. | Where do I live? | You live in Paris.
i live in são paulo | where do i live | You live in são paulo.
I live in St. Louis, Missouri. | What city do I live in? | You live in St. Louis, Missouri.
I live with my parents | Do you know where I live? | You live with your parents.
I no longer live in Oslo | Do I still live in Oslo? | You no longer live in Oslo.
I'm from Côte d'Ivoire | Where am I from? | You are from Côte d'Ivoire.
I come from Graz | Where do I come from? | You are from Graz.
I am in Berlin today | Where am I? | You are in Berlin today.
# favourite things and likes
My favourite colour is green. | What is my favourite colour? | Your favourite colour is green.
My favorite color is navy blue | what's my favourite colour | Your favorite color is navy blue.
My favourite food is egg and chips | And my favourite food? | Your favourite food is egg and chips.
My favourite film is He and I. | Do you know my favourite film? | Your favourite film is He and I.
My favourite song is What's Up | whats my favourite song? | Your favourite song is What's Up.
My favourite language is C++. | What about my favourite language? | Your favourite language is C++.
My favourite drink is tea. | Is my favourite drink coffee? | Your favourite drink is tea.
My favourite number is 42 | What is my favourite? | Your favourite number is 42.
I like jazz. | What do I like? | You like jazz.
I really love my dog | What do I love? | You really love your dog.
I like dogs, people and cats | Do you know what I like? | You like dogs, people and cats.
I don't like rain | Do I like rain? | You don't like rain.
# and the like
My dog's name is Rex | What's my dog's name? | Your dog's name is Rex.
My cat is called Tom | What is my cat called? | Your cat is called Tom.
My birthday is on 3 May. | When is my birthday? | Your birthday is on 3 May.
I'm 36 years old | How old am I? | You are 36 years old.
I am a teacher | What do I do? | You are a teacher.
I work at a library | Where do I work? | You work at a library.
My name is Ada. | What do you know about me? | Your name is Ada.
I live in Oslo. | Tell me everything you know about me. | You live in Oslo.
I like tea. | What have I told you so far? | You like tea.
I'm from Peru. | What do you remember? | You are from Peru.
"""


ROWS = [row.split(" | ") for row in TOLD_AND_ASKED.splitlines() if "|" in row]


@pytest.mark.parametrize("told, asked, answered", ROWS)
def test_what_a_learner_would_type(told, asked, answered):
    assert answer(told, asked) == answered
    assert answer("", asked).startswith("I don't know ")


@pytest.mark.parametrize(
    "message",
    [
        "Is my name Ada?",
        "My name is Ada?",
        "What if my name is Ada?",
        "Tell me whether I live in Paris.",
        "Tom said my name is unusual.",
        "My name",
        "I am tired",
        "I'm in love",
        "You are from Paris.",
        "Your name is Ada.",
        "Do I like tea?",
        "I would like to know my name.",
        "Call me back",
        "Hello Ada",
        "My name is " + "x" * 300,
    ],
)
def test_what_tells_nothing(message):
    assert facts_in(message) == {}


@pytest.mark.parametrize(
    "asked", ["What is my name?", "What is my favourite colour?", "Where do I live?", "My cat?"]
)
def test_another_fact_is_no_answer(asked):
    told = "My dog's name is Rex, my favourite food is fish and I'm from Spain."
    assert len(facts_in(told)) == 3
    assert answer(told, asked).startswith("I don't know ")


@pytest.mark.parametrize(
    "message", ["Write me a poem.", "What is the capital of France?", "", "我"]
)
def test_what_has_no_answer(message):
    assert answer("My name is Ada.", message) == ""


def test_clauses_of_a_message():
    message = (
        "Hi, I'm Ada, 36, and I love Rock and Roll! My dog\u2019s\nname? So what do I love, please?"
    )
    assert phrases.clauses(message) == [
        "Hi",
        "I'm Ada, 36",
        "I love Rock and Roll",
        "My dog's",
        "name?",
        "what do I love?",
    ]


def test_clauses_of_instructions():
    instructions = "My name is Max. The user's name is Ada and the user lives in Rome. Be kind."
    found = phrases.clauses(instructions, about_the_user=True)
    assert found == ["my name is Ada", "I live in Rome"]


SUMS = [
    ("What is 12 plus 30?", ["12", "+", "30"]),
    ("12+30", ["12", "+", "30"]),
    ("Add 3 and 4, please.", ["3", "+", "4"]),
    ("What's the sum of -3 and 4?", ["-3", "+", "4"]),
    ("What is 5 minus -2?", ["5", "-", "-2"]),
    ("how much is 17 times 23", ["17", "*", "23"]),
    ("Multiply 6 by 7", ["6", "*", "7"]),
    ("Calculate 1,000 x 2.5", ["1000", "*", "2.5"]),
    ("What is 12 divided by 4?", ["12", "/", "4"]),
    ("And how much is that times 2?", ["42", "*", "2"]),
    ("Add 8 to it", ["8", "+", "42"]),
    ("(2 + 3) * 4", ["(2 + 3) * 4"]),
    ("What is 2 + 3 * 4 (quickly)?", ["2 + 3 * 4"]),
    ("2 ** 10", ["2 ** 10"]),
    ("How many times 2?", None),
    ("What is 1,5 + 2?", None),
    ("Room 12 - I like it", None),
]


@pytest.mark.parametrize("question, formula", SUMS)
def test_sums_in_figures_and_words(question, formula):
    (clause,) = phrases.clauses(question)
    assert phrases.sum_in(clause, ["7", "42", "an error"]) == formula


def test_that_without_a_result():
    for result in ("an error", "1" * 5000):
        assert phrases.sum_in("that + 1", [result]) == ["that", "+", "1"]


LOOK_UPS = [
    ("Where is order 4711?", ("order", "4711")),
    ("where's my order #4711 now", ("order", "4711")),
    ("What about my order 4711?", ("order", "4711")),
    ("And my Order number 4711?", ("Order", "4711")),
    ("Can you tell me where order 4711-B is?", ("order", "4711-B")),
    ("Track parcel 1234", ("parcel", "1234")),
    ("Could you please look up the parcel X12 for me?", ("parcel", "X12")),
    ("When will our parcel 1234 arrive?", ("parcel", "1234")),
    ("How much is order 4711?", ("order", "4711")),
    ("Any news of ticket 99, please?", ("ticket", "99")),
    ("Where is my order?", None),
    ("What about 4711?", None),
    ("I have order 4711 here", None),
    ("What is 12 plus 30?", None),
    ("How much is that times 2?", None),
]


@pytest.mark.parametrize("question, found", LOOK_UPS)
def test_a_thing_with_a_code(question, found):
    (clause,) = phrases.clauses(question)
    assert phrases.look_up(clause) == found


def test_a_code_is_looked_up_unless_told():
    assert answer("", "Where is my order 4711?") == ""
    assert answer("My lucky number is 7.", "Is my lucky number 7?") == "Your lucky number is 7."


TABLES = ["_STATEMENTS", "_QUESTIONS", "_SMALL_TALK", "_LOOK_UPS", "_SUMS"]


@pytest.mark.parametrize("table", TABLES)
def test_each_wording_has_its_own_example(table):
    rows = [row if isinstance(row, tuple) else (row,) for row in getattr(phrases, table)]
    source = inspect.getsource(phrases).split(f"\n{table} = [\n")[1].split("\n]\n")[0]
    examples = re.findall(r"[)\"],  # (.+)", source)
    assert len(examples) == len(rows)
    find = re.search if table == "_SUMS" else re.fullmatch
    for row, example in zip(rows, examples, strict=True):
        (clause,) = phrases.clauses(example)
        taken = [other for other in rows if find(other[0], clause.rstrip("?"), re.IGNORECASE)]
        assert taken[0] is row, example
