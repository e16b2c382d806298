"""What a page's Python does, in an interpreter that has what that one has: code is run, shown and judged."""

import json

import pytest
from like_a_page import run

from vaebook.python_in_page import page_python
from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise

CODE = [e for e in EXERCISES.values() if isinstance(e, CodeExercise)]
IMPORTS = ["import numpy as np", "import autograd.numpy as anp", "import vaecore", "import there_is_none"]
IMPORTS += ["from vaecore import *", "from vaecore.exercises import check, hint, solution"]

# Requests come as JSON and are answered in order.
ANSWER = """
import importlib.util
spec = importlib.util.spec_from_file_location("page_python", {path!r})
page_python = sys.modules["page_python"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(page_python)
page_python.start({solutions})
requests = json.loads({requests!r})
answers = [json.loads(getattr(page_python, name)(*arguments)) for name, *arguments in requests]
print(json.dumps(answers), file=sys.__stdout__)
"""


def answers_to(requests, folder, solutions=True):
    filled = ANSWER.format(path=page_python.__file__, solutions=solutions, requests=json.dumps(requests))
    return json.loads(run(filled, folder).stdout)


def checked(exercise_id, source, function=None):
    return "check", exercise_id, function or EXERCISES[exercise_id].solution.__name__, source, IMPORTS


def ran(source):
    return "run", source, "L-KL", IMPORTS


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Every exercise's solution and stub, and mistakes in the words of a learner."""
    requests = [checked(e.id, text) for e in CODE for text in (e.solution_text, e.stub)]
    return answers_to(requests, tmp_path_factory.mktemp("page"))


def test_every_solution_is_right_and_every_stub_not_attempted(judged):
    assert [a.get("status", a) for a in judged] == ["passed", "not attempted"] * len(CODE)


WRONG = "def compute_KL(e):\n    L = e.shape[1] // 2\n    return {}\n"
TYPED = [
    WRONG.format("np.sum(e[:, :L] ** 2, axis=1)"),
    WRONG.format("e.no_such_name"),
    "def compute_KL(e):\n    print('hello')\n    np.random.normal()\n    return input('?')\n",
    "def compute_KL(e):\n    return (e\n",
    "def compute_kl(e):\n    return e\n",
    "print('first')\n1 / 0\n",
]


def test_answers_get_what_a_notebook_says(tmp_path, capsys):
    wrong, failing, asking, open_bracket, other_name, stopped = answers_to(
        [checked("L-KL", text) for text in TYPED], tmp_path
    )
    names = {}
    exec("import numpy as np\n" + TYPED[0], names)
    native = check("L-KL", names["compute_KL"])
    assert (wrong["status"], wrong["misconception"], wrong["diagnosis"]) == (
        native.status, native.misconception, native.diagnosis
    )  # fmt: skip
    assert native.message.split("\n")[0] in wrong["html"].replace("<code>", "`").replace("</code>", "`")
    assert failing["status"] == "error" and "<code>return e.no_such_name</code>" in failing["html"]
    assert "has shape (3, 4)" in failing["html"]
    assert asking["status"] == "error" and "nobody can type during a check" in asking["html"]
    assert "hello" in asking["html"]
    assert open_bracket["kind"] == "error" and open_bracket["line"] == 2
    assert "SyntaxError" in open_bracket["text"]
    assert other_name["kind"] == "error" and "'compute_KL' is not defined" in other_name["text"]
    assert stopped["kind"] == "error" and stopped["line"] == 2
    assert stopped["text"].startswith("first\nTraceback") and "    1 / 0" in stopped["text"]
    assert "page_python" not in stopped["text"]


def test_code_is_shown_as_in_a_notebook(tmp_path):
    texts = ["1 + 1", "x = 1", "print('a')\nnp.arange(3)", 'hint("L-KL")', "x", "print('y' * 30_000)"]
    number, nothing, printed, hint, unknown, long = answers_to([ran(text) for text in texts], tmp_path)
    assert number == {"kind": "output", "text": "2\n", "html": "", "line": 0}
    assert nothing["text"] == "" and printed["text"] == "a\narray([0, 1, 2])\n"
    assert "hint 1 of" in hint["html"]
    assert unknown["kind"] == "error", "each run begins with the chapter's names alone"
    assert "and 10001 more characters" in long["text"] and len(long["text"]) < 20_100


def test_an_edition_without_solutions_has_none_here_either(tmp_path):
    for solutions in (True, False):
        (said,) = answers_to([ran('solution("L-KL")')], tmp_path, solutions)
        assert ("def compute_KL" in said["html"]) == solutions
        assert ("has no solutions" in said["html"]) != solutions


SPOILT = [
    "np.sum = lambda *a, **k: 0",
    "import builtins\nbuiltins.len = lambda x: 1",
    "del np.exp",
    "from vaecore.exercises.machinery import judging\njudging.is_right = lambda *a: True",
    "from vaecore.exercises.machinery.exercise import CodeExercise\nCodeExercise.observe = None",
]


@pytest.mark.parametrize("code", SPOILT)
def test_what_others_rely_on_makes_no_verdict_when_it_was_changed(code, tmp_path):
    (said,) = answers_to([checked("L-KL", f"{code}\n{EXERCISES['L-KL'].solution_text}")], tmp_path)
    assert said["kind"] == "spoilt" and "has changed" in said["text"]


def test_settings_are_put_back(tmp_path):
    code = "np.set_printoptions(precision=1)\nnp.seterr(all='raise')\nimport sys\nsys.setrecursionlimit(99)"
    _, said = answers_to([ran(code), ran("print(1 / 3 * np.ones(1), sys.getrecursionlimit())")], tmp_path)
    assert said["kind"] == "error" and "name 'sys' is not defined" in said["text"]
    asked = "import sys\nprint(1 / 3 * np.ones(1), sys.getrecursionlimit() > 500, np.geterr()['divide'])"
    _, said = answers_to([ran(code), ran(asked)], tmp_path)
    assert said["text"] == "[0.33333333] True warn\n"
