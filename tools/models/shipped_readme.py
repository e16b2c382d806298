"""The part of shipped/README.md that is written from checkpoints.json, between its two marks."""

import json
from pathlib import Path

from vaecore.files.storage import write_atomically


def _minutes(facts: dict) -> str:
    """How long training took on one core, where that was written down."""
    return f"{facts['minutes']:.0f}" if facts.get("minutes") else ""


def write_readme(folder: Path) -> None:
    """Write the tables of folder/README.md from folder/checkpoints.json."""
    path = folder / "README.md"
    every = json.loads((folder / "checkpoints.json").read_text())
    autoencoder_rows = [
        f"| `{name}` | {f['network']} | {f['epochs']} | {f['date']} | {f['cross_entropy_as_trained']:.2f} | "
        f"{f['cross_entropy_as_shipped']:.2f} | {f['bytes']:,} |"
        for name, f in sorted(every.items())
        if "cross_entropy_as_shipped" in f
    ]
    rows = [
        f"| `{name}` | {f['network']} | {f['epochs']} | {_minutes(f)} | {f['date']} | "
        f"{f['bound_as_trained']:.2f} | "
        f"{f['bound_as_shipped']:.2f} | {f['minus_log_p']:.2f} ± {f['minus_log_p_standard_error']:.2f} | "
        f"{f['log_p_by']} | "
        f"{f['bytes']:,} |"
        for name, f in sorted(every.items())
        if "minus_log_p" in f
    ]
    commands = [
        f"    {line}"
        for name, f in sorted(every.items())
        if name != "kl_only"
        for line in f["command"].replace(" && ", " && \\\n").split("\n")
    ]
    before, _, rest = path.read_text().partition("<!-- table -->")
    _, _, after = rest.partition("<!-- end of table -->")
    table = [
        "| name | network | epochs | minutes | date | bound as trained | as shipped | −log p(x) | by "
        "| bytes |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *rows,
        "",
        "| name | network | epochs | date | cross-entropy as trained | as shipped | bytes |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *autoencoder_rows,
        "",
        "The commands:",
        "",
        *commands,
    ]
    if kl_only := every.get("kl_only"):
        table += [
            "",
            f"`kl_only` is a warning, made by `{kl_only['command']}` on {kl_only['date']}: "
            f"{kl_only['network']} after {kl_only['epochs']} epochs on the KL divergence alone. "
            f"Its encoder has forgotten the digits: the KL is {kl_only['kl_as_shipped']:.1e} nats a digit, "
            f"and no mean lies farther than {kl_only['largest_mean']:.1e} from 0. "
            f"Its decoder has its first, random weights: the bound is {kl_only['bound_as_shipped']:.2f}. "
            f"{kl_only['bytes']:,} bytes.",
        ]
    text = f"{before}<!-- table -->\n" + "\n".join(table) + f"\n<!-- end of table -->{after}"
    write_atomically(path, text.encode())
