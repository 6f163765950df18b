"""What a learner does first, as programs for a Python that the kit was installed into."""

from exercises.notebook_00 import write_a_message

FIRST_EXERCISE = f"""
import nbformat
from nbclient import NotebookClient

notebook = nbformat.read("my_notebooks/00_start_here.ipynb", 4)
cells = {{cell.id: cell for cell in notebook.cells}}
cells["write_a_message-start"].source = {write_a_message.solution!r}
NotebookClient(notebook, resources={{"metadata": {{"path": "my_notebooks"}}}}, timeout=60).execute()
print(*(output.get("text") for output in cells["write_a_message-check"].outputs))
"""
"""Solves the first exercise in the learner's copy of notebook 00, and runs all of it."""

KEEP_A_PROGRAM = """
from exercises.keeping import fill_in

fill_in("open_desk", "serve", notebook="09")
"""
"""Keeps a program, as notebooks 09 and 10 do."""
