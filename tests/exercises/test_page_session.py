"""A page's cells in an interpreter like that of a page: one namespace, and what each of them puts out."""

import base64
import json
import shutil

import pytest
from like_a_page import run

from vaecore.exercises.checking import EXERCISES
from vaecore.widgets.page.static_page import weights_in

# Cells come as JSON and are run in order; what was missing is there when it is asked for once more.
RUN = """
from vaebook.python_in_page import page_python, page_session
page_python.start(True)
del sys.modules["matplotlib"]
threading.Thread.start = lambda self: None  # Matplotlib's wait for a font cache, which a page's wheel has
del sys.modules["IPython"]
told = []
for number, source in enumerate(json.loads({cells!r}), start=1):
    parts = []
    tell = lambda part, weights=None: weights or parts.append(json.loads(part))
    answer = json.loads(page_session.run_cell(source, f"cell {{number}}", tell))
    missing = []
    while answer["kind"] == "missing":
        missing.append(answer["what"])
        {arrive}
        answer = json.loads(page_session.resume())
    told.append([answer, parts, missing])
print(json.dumps(told), file=sys.__stdout__)
"""


def outputs_of(cells, folder, arrive="pass"):
    """Of each cell: how it ended, what it put out, and what it was waiting for."""
    filled = RUN.format(cells=json.dumps(cells), arrive=arrive)
    return json.loads(run(filled, folder).stdout)


def text_of(parts):
    return "".join(part["text"] for part in parts if part["kind"] == "text")


def test_cells_share_their_names_and_show_what_a_notebook_shows(tmp_path):
    cells = [
        "x = 20\nprint('first')\nx + 1",
        "x = x * 2; x;",
        "import numpy as np\nnp.arange(3)",
        "print('before')\n1 / 0\nprint('after')",
        "def f(:\n    pass",
        "print(x, _)",
        "%matplotlib inline\nprint('on')",
        "{name: list(range(12)) for name in 'abc'}",
    ]
    first, quiet, array, error, wrong, last, magic, long = outputs_of(cells, tmp_path)
    assert first[0]["kind"] == "done" and first[1] == [
        {"kind": "text", "name": "stdout", "text": "first\n"}, {"kind": "value", "text": "21"}
    ]  # fmt: skip
    assert quiet[1] == [], "a semicolon keeps a value to itself"
    assert array[1] == [{"kind": "value", "text": "array([0, 1, 2])"}]
    assert error[0]["kind"] == "error" and error[0]["line"] == 2 and text_of(error[1]) == "before\n"
    assert "ZeroDivisionError" in error[0]["text"] and "    1 / 0" in error[0]["text"]
    assert "page_session" not in error[0]["text"]
    assert wrong[0]["kind"] == "error" and wrong[0]["line"] == 1 and "SyntaxError" in wrong[0]["text"]
    assert text_of(last[1]) == "40 [0 1 2]\n"
    assert magic[0]["kind"] == "done" and "are for a notebook" in magic[1][0]["text"]
    assert long[1][0]["text"].count("\n") == 2, "what is long goes over several lines"


REPLACED = """
from IPython.display import HTML, Markdown, display
handle = display(display_id=True)
print("between")
handle.update(HTML("<b>now</b>"))
display(Markdown("| a | b |\\n| - | -: |\\n| `x` | 1 |"))
"""
CLEARED = """
from IPython.display import clear_output
print("gone")
clear_output(wait=True)
print("stays")
"""


def test_what_is_shown_can_be_replaced_and_taken_away(tmp_path):
    shown, cleared = outputs_of([REPLACED, CLEARED], tmp_path)
    place, between, now, table = shown[1]
    assert place["id"] == now["id"] and now["html"] == "<b>now</b>" and between["text"] == "between\n"
    assert "<table" in table["html"] and '<td class="text-left"><code>x</code></td>' in table["html"]
    assert '<td class="text-right">1</td>' in table["html"]
    assert [part["kind"] for part in cleared[1]] == ["text", "clear", "text"]


DRAWN = """
seen = 0
seen += 1
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
axes.plot([1, 2])
figure
"""


def test_figures_wait_for_matplotlib_and_are_shown_once(tmp_path):
    cells = [
        DRAWN,
        "print(seen, plt.get_fignums())",
        "for _ in range(2):\n    plt.figure()",
    ]
    drawn, after, two = outputs_of(cells, tmp_path)
    assert drawn[0]["kind"] == "done" and drawn[2] == ["matplotlib"]
    assert [part["kind"] for part in drawn[1]] == ["image"]
    assert base64.b64decode(drawn[1][0]["png"]).startswith(b"\x89PNG")
    assert text_of(after[1]) == "1 []\n" and after[2] == [], "statements before it ran once"
    assert [part["kind"] for part in two[1]] == ["image", "image"]


def test_a_widget_of_a_model_comes_with_its_weights(tmp_path):
    cells = [
        "from vaecore import VAE, lab_digits, load_mnist\nvae = VAE.load_shipped('map')",
        "data = load_mnist('sample')\ndigits, labels = lab_digits(data)",
        "from vaecore.widgets import LatentSliders\nLatentSliders(vae, digits, labels)",
    ]
    folder = f"import os; os.environ['VAECORE_WIDGETS'] = {str(tmp_path / 'weights')!r}"
    filled = RUN.replace('del sys.modules["IPython"]', f'del sys.modules["IPython"]\n{folder}')
    model, digits, widget = json.loads(
        run(filled.format(cells=json.dumps(cells), arrive="pass"), tmp_path).stdout
    )
    assert model[0]["kind"] == digits[0]["kind"] == widget[0]["kind"] == "done"
    (part,) = widget[1]
    assert 'data-widget="latent_sliders"' in part["html"]
    assert {f"{name}.js" for name in part["weights"]} == weights_in(part["html"])
    assert all(isinstance(json.loads(text), dict | list) for text in part["weights"].values())


@pytest.fixture
def without_models(tmp_path):
    """A copy of the package to import, whose models have not come yet."""
    import vaebook
    import vaecore

    for package in (vaecore, vaebook):
        source = package.__path__[0]
        name = package.__name__
        shutil.copytree(
            source, tmp_path / "src" / name, ignore=shutil.ignore_patterns("*.npz", "__pycache__")
        )
    return tmp_path / "src", source.replace("vaebook", "vaecore")


def test_a_model_s_file_comes_when_a_cell_opens_it(without_models, tmp_path, monkeypatch):
    copy, original = without_models
    monkeypatch.setenv("PYTHONPATH", str(copy))
    folders = f"{original!r} + '/shipped/' + answer['what'], {str(copy)!r} + '/vaecore/shipped'"
    arrive = f"__import__('shutil').copy({folders})"
    cells = [
        "from vaecore import VAE\ncount = 0",
        "count += 1\nvae = VAE.load_shipped('lab')\ncount, vae.latent_size",
    ]
    _, loaded = outputs_of(cells, tmp_path, arrive)
    assert loaded[2] == ["lab.npz"] and loaded[1] == [{"kind": "value", "text": "(1, 50)"}]


def test_what_check_finds_passed_goes_to_the_page(tmp_path):
    cells = [
        "import numpy as np\nfrom vaecore.exercises import check, progress\nfrom vaecore import *",
        EXERCISES["L-KL"].solution_text + '\ncheck("L-KL", compute_KL)',
        "progress()",
    ]
    _, checked, progress = outputs_of(cells, tmp_path)
    assert checked[0]["passed"].keys() == {"L-KL"}
    assert [part["kind"] for part in checked[1]] == ["html"], "a verdict is shown once"
    assert "passed" in checked[1][0]["html"]
    assert "data-progress" in progress[1][0]["html"]


def test_a_loop_that_prints_does_not_flood_the_page(tmp_path):
    (flood,) = outputs_of(["for i in range(60_000):\n    print(i)"], tmp_path)
    text = text_of(flood[1])
    assert len(text) < 101_000 and "and more, which is not shown" in text and len(flood[1]) < 100
    (bar,) = outputs_of(
        ["import sys\nfor i in range(3):\n    print(f'\\r{i} of 3', end='', file=sys.stderr)"], tmp_path
    )
    assert bar[1] == [{"kind": "text", "name": "stderr", "text": "\r2 of 3"}], bar


TRAINED = """
import numpy as np
from vaecore import load_mnist, train
data = load_mnist("sample")
result = train(data.train_images[:200], np.random.default_rng(1), epochs=1, hidden_sizes=(5,), latent_size=2)
"""


def test_a_training_shows_its_bar_and_no_warning(tmp_path):
    (trained,) = outputs_of([TRAINED], tmp_path)
    assert trained[0]["kind"] == "done", trained[0]
    assert {part["name"] for part in trained[1] if part["kind"] == "text"} == {"stderr"}
    assert "2/2" in text_of(trained[1]) and "Warning" not in text_of(trained[1])


def test_a_training_s_model_goes_to_the_page_and_comes_back(tmp_path):
    code = """
from vaebook.python_in_page import page_python, page_session
page_python.start(True)
source = '''
import numpy as np
from vaecore import load_mnist, train
sizes = {"hidden_sizes": (8,), "latent_size": 2, "epochs": 2, "progress": False}
result = train(load_mnist("sample").train_images[:100], np.random.default_rng(0), **sizes)
'''
kept = {}
def tell(part, weights=None):
    said = json.loads(part)
    if said["kind"] == "learnt":
        kept[said["number"]] = said, weights
page_session.run_cell(source, "cell 1", tell)
said, weights = kept[1]
model = page_session._session.names["result"].vae
size = sum(array.nbytes for layer in [*model.gen_params, *model.rec_params] for array in layer)
page_session._session = None  # Python is started afresh
last = json.loads(page_session.run_cell(source, "cell 1", tell, [[said["what"], memoryview(weights)]]))
print(json.dumps([said["done"], said["epochs"], len(weights) == size, last["kind"], last["used"]]))
"""
    told = json.loads(run(code, tmp_path).stdout)
    assert told == [2, 2, True, "done", [{"done": 2, "epochs": 2}]]
