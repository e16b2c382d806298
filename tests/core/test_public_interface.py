"""What `import vaecore` gives: the promised names and signatures, documented, typed, light, in layers."""

import ast
import inspect
import subprocess
import sys
import textwrap
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import vaecore

PACKAGE = Path(vaecore.__file__).parent
# "kl", and "widgets.page.book_widget" for a module of a subpackage.
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py") if path.stem != "__init__"
)  # fmt: skip
PACKAGES = sorted(
    ".".join(path.parent.relative_to(PACKAGE).parts) for path in PACKAGE.glob("*/**/__init__.py")
)

# The floors, from the ground up: rooms, and the modules that chapters teach.  A module imports from its own
# room and from floors below.  It belongs to the longest name that its own name begins with.
FLOORS = (
    "foundations", "files",
    # one module for each idea, as the chapters teach them
    "reparameterization", "kl", "latent_variable_models", "elbo", "adam", "gradient_estimators",
    "landscapes", "pca", "autoencoders", "vae", "log_likelihood", "generation",
    "gaussian_decoder", "latent_arithmetic", "beta_vae",
    # what puts them to work
    "training",
    # figures that move
    "widgets.page", "widgets.parts", "widgets",
    # exercises, and the widget that asks them
    "exercises.machinery", "exercises", "widgets.question",
    # what was handed in is judged
    "grading",
    # the roof
    "command_line", "__main__",
)  # fmt: skip

# Parameters without a default must come by position, those after * by name; a default is part of the promise.
SIGNATURES = {
    "init_network": "layer_sizes, rng",
    "neural_net_predict": "params, inputs",
    "sigmoid": "logits",
    "sample_latent_variables_from_posterior": "encoder_output, rng",
    "bernoulli_log_prob": "targets, logits",
    "compute_KL": "encoder_output",
    "gaussian_log_prob": "z, mean, log_std",
    "sgvb_a": "gen_params, rec_params, data, rng, *, num_samples=1",
    "sgvb_b": "gen_params, rec_params, data, rng, *, num_samples=1, beta=1.0",
    "importance_weighted_bound": "gen_params, rec_params, data, rng, *, num_samples=5",
    "vae_lower_bound": "gen_params, rec_params, data, rng, *, num_samples=1, beta=1.0",
    "vae_lower_bound_sum": "gen_params, rec_params, data, rng, *, total",
    "Adam": "learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-08, *, bias_correction=True",
    "SGD": "learning_rate=0.01, momentum=0.0",
    "Adam.ascend": "self, params, grads",
    "Adam.descend": "self, params, grads",
    "VAE": "gen_params, rec_params",
    "VAE.encode": "self, images",
    "VAE.decode": "self, z",
    "VAE.save": "self, path",
    "VAE.load": "path",
    "VAE.load_shipped": "name",
    "Autoencoder": "encoder_params, decoder_params, *, output='sigmoid'",
    "Autoencoder.encode": "self, images",
    "Autoencoder.decode": "self, z",
    "Autoencoder.save": "self, path",
    "Autoencoder.load": "path",
    "Autoencoder.load_shipped": "name",
    "PCA.fit": "images, components",
    "train_autoencoder": "images, rng, *, kind='plain'",
    "train": "images, rng, *, held_out=None",
    "estimate_log_likelihood": "vae, images, rng, num_samples=5000, *, proposal='covering'",
    "integrate_log_likelihood": "vae, images",
    "prior_samples": "vae, n, rng",
    "reconstruct": "vae, images, rng",
    "interpolate": "vae, image_a, image_b, steps=25",
    "save_images": "images, path",
    "load_mnist": "source='auto'",
}
NATS = [
    "bernoulli_log_prob", "compute_KL", "vae_lower_bound", "vae_lower_bound_sum", "estimate_log_likelihood",
    "integrate_log_likelihood",
    "train", "TrainingResult", "gaussian_log_prob", "sgvb_a", "sgvb_b",
    "importance_weighted_bound",
]  # fmt: skip
PIXELS = ["bernoulli_log_prob", "vae_lower_bound", "sgvb_a", "sgvb_b", "importance_weighted_bound", "train",
          "prior_samples",
          "reconstruct", "interpolate", "save_images", "image_grid", "binarise", "Dataset",
          "VAE.encode", "VAE.decode", "Autoencoder.encode", "Autoencoder.decode",
          "train_autoencoder"]  # fmt: skip


def find(name):
    thing = vaecore
    for part in name.split("."):
        thing = getattr(thing, part)
    return thing


def public_callables():
    """Every public function, class and method, by name."""
    for name in vaecore.__all__:
        thing = getattr(vaecore, name)
        if callable(thing):
            yield name
        if inspect.isclass(thing) and not issubclass(thing, Exception):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (
                    inspect.isfunction(value) or isinstance(value, classmethod)
                ):
                    yield f"{name}.{member}"


CALLABLES = sorted(public_callables())
FUNCTIONS = [name for name in CALLABLES if not inspect.isclass(find(name))]


def path_of(module):
    return PACKAGE.joinpath(*module.split(".")).with_suffix(".py")


def tree(module):
    return ast.parse(path_of(module).read_text(encoding="utf-8"))


def imports_of(module):
    """The modules of vaecore that a module imports, at its top or inside its functions."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write `from vaecore...`, so that the origin can be seen"
            # `from vaecore.widgets import base` names a module, `from vaecore.kl import compute_KL` does not.
            below = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name.removeprefix("vaecore.") in MODULES else node.module for name in below]
        else:
            continue
        found |= {name.removeprefix("vaecore.") for name in names if name.split(".")[0] == "vaecore"}
    return found


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_signature_begins_as_promised(name):
    parameters = list(inspect.signature(find(name)).parameters.values())
    keyword_only = inspect.Parameter.KEYWORD_ONLY
    actual, star = [], False
    for parameter in parameters:
        if parameter.kind is keyword_only and not star:
            actual.append("*")
            star = True
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        actual.append(parameter.name + default)
    promised = SIGNATURES[name].split(", ")
    assert actual[: len(promised)] == promised
    # Whatever there is beyond the promise must not be needed.
    assert all(p.default is not p.empty for p in parameters[len([x for x in promised if x != "*"]) :])


def test_what_is_imported_there_is_offered():
    assert len(set(vaecore.__all__)) == len(vaecore.__all__)
    for name in vaecore.__all__:
        assert hasattr(vaecore, name)
    imported = {
        alias.asname or alias.name for node in tree("__init__").body if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }  # fmt: skip
    assert imported == set(vaecore.__all__)  # nothing is imported there without being offered


@pytest.mark.parametrize("name", CALLABLES)
def test_it_is_documented(name):
    text = inspect.getdoc(find(name))
    assert text and len(text) > 30, f"{name} has no docstring"
    assert find(name).__module__.startswith("vaecore."), f"help({name}) would show another package"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_it_is_typed(name):
    signature = inspect.signature(find(name))
    assert signature.return_annotation is not signature.empty
    for parameter in signature.parameters.values():
        assert parameter.name in ("self", "cls") or parameter.annotation is not parameter.empty, (
            parameter.name
        )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_errors_it_raises_itself_are_in_its_docstring(name):
    function = find(name)
    node = ast.parse(textwrap.dedent(inspect.getsource(function)))
    raised = {
        n.exc.func.id for n in ast.walk(node)
        if isinstance(n, ast.Raise) and isinstance(n.exc, ast.Call) and isinstance(n.exc.func, ast.Name)
    }  # fmt: skip
    checks = any(isinstance(n, ast.Name) and n.id == "validation" for n in ast.walk(node))
    expected = raised | ({"InvalidInputError"} if checks else set())
    assert not {error for error in expected if error not in inspect.getdoc(function)}


@pytest.mark.parametrize(("word", "names"), [("nats", NATS), ("[0, 1]", PIXELS)])
def test_units_are_in_the_docstrings(word, names):
    assert [name for name in names if word not in inspect.getdoc(find(name))] == []


def test_the_package_says_that_it_is_typed():
    assert (PACKAGE / "py.typed").is_file()
    assert vaecore.__version__


def test_importing_it_is_light():
    heavy = "matplotlib pooch requests IPython ipywidgets anywidget numba torch scipy PIL".split()
    code = f"import sys, vaecore; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def floor_of(module):
    return max((f for f in FLOORS if f"{module}.".startswith(f"{f}.")), key=len, default=None)


def test_every_module_has_its_floor_and_every_floor_a_module():
    assert {floor_of(module) for module in MODULES} == set(FLOORS)


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_one_way(module):
    imported = imports_of(module)
    assert imported <= set(MODULES), "import from the module itself, not through a package"
    own = FLOORS.index(floor_of(module))
    assert {name for name in imported if FLOORS.index(floor_of(name)) > own} == set()


def test_imports_never_run_in_a_circle():
    TopologicalSorter({module: imports_of(module) for module in MODULES}).prepare()  # raises CycleError


def test_the_test_of_the_imports_can_see_them():
    expected = {"foundations.validation", "vae", "files.data", "elbo", "training.settings"}
    assert expected <= imports_of("training.vae")
    expected = {"kl", "foundations.validation", "widgets.parts.late_decoders", "widgets.parts.state"}
    assert expected <= imports_of("widgets.latent_sliders.latent_sliders")


INITS = ["__init__", *(f"{package}.__init__" for package in PACKAGES)]


@pytest.mark.parametrize("module", INITS + MODULES)
def test_a_module_is_short_documented_and_has_a_name_that_says_something(module):
    text = path_of(module).read_text(encoding="utf-8")
    assert len(text.splitlines()) < 300
    assert ast.get_docstring(ast.parse(text))
    words = set(module.replace(".", "_").split("_"))
    assert not {"utils", "util", "helpers", "helper", "common", "misc", "tools"} & words


# The catalogue of exercises, the widgets and grading are tested as wholes, in folders of their own.
ELSEWHERE = ("exercises", "widgets", "grading", "__main__")
CORE = [module for module in MODULES if module.split(".")[0] not in ELSEWHERE]


@pytest.mark.parametrize("module", CORE)
def test_every_module_has_a_test_of_its_name(module):
    name = module.removeprefix("foundations.").removeprefix("files.").replace(".", "_")
    assert list(Path(__file__).parent.glob(f"test_{name}*.py")), f"there is no tests/core/test_{name}.py"


@pytest.mark.parametrize("module", MODULES)
def test_no_global_random_numbers(module):
    # These make generators, or are the class of what they draw from; all else there is global state.
    for node in ast.walk(tree(module)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "random"
        ):
            allowed = ("default_rng", "Generator", "SeedSequence", "BitGenerator")
            if module == "exercises.machinery.safe_running":  # which puts the notebook's own state back
                allowed += ("get_state", "set_state")
            # run by safe_running: an answer may draw so
            if module in (
                "exercises.machinery.diagnoses.cases", "exercises.machinery.repeated_calls",
                "grading.inside.answering",
            ):  # fmt: skip
                allowed += ("seed",)
            assert node.attr in allowed, ast.unparse(node)
