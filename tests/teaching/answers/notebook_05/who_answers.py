# %% right: the two that are run
who = ["Triage", "Billing"]

# %% right: read from the agents
who = [agent.name for agent in (triage, billing)]

# %% wrong: billing stays
# says: Which agent does each run get
who = ["Billing", "Billing"]

# %% wrong: triage takes it back
# says: You predicted ['Triage', 'Triage']
who = ["Triage", "Triage"]

# %% wrong: the wrong way round
# says: Which agent does each run get
who = ["Billing", "Triage"]

# %% wrong: the three dots
# says: in place of the three dots
who = ...

# %% wrong: a tuple
# says: It should be a list of two names
who = ("Triage", "Billing")

# %% wrong: a text
# says: `who` is 'Triage, Billing' (str)
who = "Triage, Billing"

# %% wrong: the example
# says: You predicted ['Ada', 'Grace']
who = ["Ada", "Grace"]

# %% wrong: one name
# says: You predicted ['Triage']
who = ["Triage"]


# %% right: in small letters, as the task's own words have them
who = ["triage", "billing"]
