"""Code that patches a builtin gets no verdict on a page: never "passed" for what is wrong."""

import builtins
import json

from like_a_page import run
from test_page_python import IMPORTS

WRONG = "def compute_KL(e):\n    return 0 * e[:, 0]\n"
# With a builtin patched the judge may raise anything; what counts is that it passes nothing.
TRY = """
import builtins
from vaebook.python_in_page import page_python
page_python.start(True)
real, dumps, kept = dict(vars(builtins)), json.dumps, {{}}
for name, patch in json.loads({patches!r}):
    source = f"import builtins\\nbuiltins.{{name}} = {{patch}}\\n" + {wrong!r}
    try:
        said = page_python.check("L-KL", "compute_KL", source, {imports!r})
    except BaseException as problem:
        said = ""
    real["vars"](builtins).update(real)
    page_python._guard.look()
    kept[name + " " + patch] = real["str"](said)
print(dumps(kept), file=sys.__stdout__)
"""
PATCHES = ("lambda *a, **k: True", "lambda *a, **k: (a or (0,))[0]", "None")


def test_no_patched_builtin_makes_a_wrong_answer_pass(tmp_path):
    names = [name for name, value in vars(builtins).items() if callable(value) and name.islower()]
    patches = [(name, patch) for name in names for patch in PATCHES]
    filled = TRY.format(patches=json.dumps(patches), wrong=WRONG, imports=IMPORTS)
    said = json.loads(run(filled, tmp_path).stdout)
    assert len(said) == len(patches) > 100
    verdicts = {}
    for patch, answer in said.items():
        told = json.loads(answer) if answer.startswith("{") else {"kind": "gone"}
        if told["kind"] == "verdict":
            verdicts[patch] = told["status"]
    assert set(verdicts.values()) == {"failed"}
    assert {patch.split()[0] for patch in verdicts} == {"input"}, "which nothing relies on"
