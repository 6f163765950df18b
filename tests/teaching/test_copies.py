"""A learner's copies: fresh ones follow the kit, changed ones stay, and nothing is lost."""

import json

import pytest
from exercises import __main__, copies
from exercises.paths import ROOT


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """A kit of one notebook, and the folder of its copy."""
    original = tmp_path / "kit" / "03_users.ipynb"
    original.parent.mkdir()
    monkeypatch.setattr(copies, "series", lambda: [original])
    return original


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "my_notebooks"


def _write(path, *sources, outputs=()):
    cells = [
        {"cell_type": "code", "source": source, "outputs": [*outputs], "execution_count": 1}
        for source in sources
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}}), encoding="utf-8")


def _cells(path):
    return [cell["source"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


def _names(folder):
    return sorted(path.name for path in folder.glob("*.ipynb"))


def test_a_copy_has_no_outputs(kit, folder):
    _write(kit, "print(1)", outputs=[{"output_type": "stream", "text": "1"}])
    assert copies.fill(folder) == []
    (cell,) = json.loads((folder / kit.name).read_text(encoding="utf-8"))["cells"]
    assert (cell["source"], cell["outputs"], cell["execution_count"]) == ("print(1)", [], None)


def test_a_copy_has_no_solutions(kit, folder):
    cells = [{"cell_type": "code", "source": n, "id": f"one-{n}"} for n in ("check", "solution")]
    kit.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    copies.fill(folder)
    assert _cells(folder / kit.name) == ["check"]


def test_an_unchanged_copy_follows(kit, folder):
    _write(kit, "1")
    copies.fill(folder)
    _write(kit, "2")
    copies.fill(folder)
    assert _cells(folder / kit.name) == ["2"]
    assert _names(folder) == [kit.name]


def test_running_a_copy_is_no_change(kit, folder):
    _write(kit, "1")
    copies.fill(folder)
    _write(folder / kit.name, "1", outputs=[{"output_type": "stream", "text": "1"}])
    ran = (folder / kit.name).read_bytes()
    copies.fill(folder)
    assert (folder / kit.name).read_bytes() == ran  # as long as the kit does not change
    _write(kit, "2")
    copies.fill(folder)
    assert _cells(folder / kit.name) == ["2"]


def test_a_changed_copy_stays(kit, folder):
    _write(kit, "1")
    copies.fill(folder)
    _write(folder / kit.name, "mine")
    copies.fill(folder)
    assert _names(folder) == [kit.name]

    _write(kit, "2")
    said = copies.fill(folder)
    assert said == ["03_users.ipynb was changed by you and in the kit: see 03_users.new.ipynb."]
    assert _cells(folder / kit.name) == ["mine"]
    assert _cells(folder / "03_users.new.ipynb") == ["2"]
    # It is said once, and what the learner deletes beside the copy does not come back.
    assert copies.fill(folder) == []
    (folder / "03_users.new.ipynb").unlink()
    assert copies.fill(folder) == []
    assert _names(folder) == [kit.name]


def test_a_changed_new_version_stays_too(kit, folder):
    _write(kit, "1")
    copies.fill(folder)
    _write(folder / kit.name, "mine")
    _write(kit, "2")
    copies.fill(folder)
    _write(kit, "3")
    copies.fill(folder)
    assert _cells(folder / "03_users.new.ipynb") == ["3"]
    _write(folder / "03_users.new.ipynb", "mine too")
    _write(kit, "4")
    copies.fill(folder)
    assert _cells(folder / "03_users.new.ipynb") == ["mine too"]
    assert _cells(folder / "03_users.new-2.ipynb") == ["4"]


def test_a_deleted_copy_comes_back(kit, folder):
    _write(kit, "1")
    copies.fill(folder)
    (folder / kit.name).unlink()
    copies.fill(folder)
    assert _cells(folder / kit.name) == ["1"]


def test_a_change_that_the_kit_made_too(kit, folder):
    _write(kit, "1")
    copies.fill(folder)
    _write(folder / kit.name, "2")
    _write(kit, "2")
    assert copies.fill(folder) == []
    assert _names(folder) == [kit.name]


@pytest.mark.parametrize("damage", ["", "[]", "not JSON", "{}"])
def test_what_is_not_known_is_kept(kit, folder, damage):
    """A copy that cannot be read, or of which nothing is remembered, may be the learner's work."""
    _write(kit, "1")
    copies.fill(folder)
    (folder / kit.name).write_text(damage, encoding="utf-8")
    _write(kit, "2")
    copies.fill(folder)
    assert (folder / kit.name).read_text(encoding="utf-8") == damage
    assert _cells(folder / "03_users.new.ipynb") == ["2"]

    _write(folder / kit.name, "mine")
    (folder / ".made.json").write_text(damage, encoding="utf-8")
    copies.fill(folder)
    assert _cells(folder / kit.name) == ["mine"]


def test_reset_keeps_the_old_one(kit, folder):
    _write(kit, "1")
    copies.fill(folder)
    for number, kept in enumerate(["03_users.old.ipynb", "03_users.old-2.ipynb"]):
        _write(folder / kit.name, f"mine {number}")
        assert copies.reset("3", folder) == f"03_users.ipynb is fresh. The old one is {kept}."
        assert _cells(folder / kit.name) == ["1"]
        assert _cells(folder / kept) == [f"mine {number}"]


def test_reset_of_an_unknown_notebook(kit, folder, capsys):
    with pytest.raises(ValueError, match="there is no notebook '4', but 03"):
        copies.reset("4", folder)
    assert __main__.main(["reset", "4"]) == 2
    assert "there is no notebook '4'" in capsys.readouterr().err


def test_copies_in_git():
    """What a learner does in the copies never shows in git."""
    ignored = ROOT.joinpath(".gitignore").read_text(encoding="utf-8").splitlines()
    assert "my_notebooks/" in ignored
