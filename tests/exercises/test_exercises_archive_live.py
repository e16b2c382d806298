"""What Binder would forget, taken along and put back by hand: in a real JupyterLab, with its clicks."""

import json
import zipfile

from live_notebook import NAME, open_lab
from playwright.sync_api import Browser, expect

CELLS = {
    "answer": """
        import json, os
        os.environ["BINDER_SERVICE_HOST"] = "hub"  # as a Binder's server has it
        from vaecore.exercises import check, progress
        check("X-1", "bce")
        """,
    "progress": "progress()",
}
LATER = {
    "setup": """
        import json
        from vaecore.exercises import progress
        """,
    "restore": "progress().restore()",
}
SAVE = "async () => { await jupyterapp.shell.currentWidget.context.save(); }"


def test_one_click_takes_all_along_and_one_choice_puts_it_back(tmp_path, chromium: Browser):
    with open_lab(tmp_path / "today", chromium, CELLS) as lab:
        lab.page.evaluate(SAVE)
        link = lab.page.get_by_role("link", name="your progress and 1 notebook")
        with lab.page.expect_download() as download:
            link.last.click()
        taken = tmp_path / download.value.suggested_filename
        download.value.save_as(taken)
    assert taken.name == "vae-answers.zip"
    with zipfile.ZipFile(taken) as file:
        assert set(file.namelist()) == {"vae_progress.json", NAME}
        assert "check(" in "".join(json.loads(file.read(NAME))["cells"][0]["source"])

    with open_lab(tmp_path / "tomorrow", chromium, LATER) as lab:
        assert lab.ask("list(progress().passed)") == []
        with lab.page.expect_file_chooser() as chooser:
            lab.page.get_by_role("button", name="Choose the file").click()
        chooser.value.set_files(taken)
        expect(lab.page.locator(".jp-OutputArea-output .vae-exercise")).to_contain_text("1 of 72")
        assert lab.ask("list(progress().passed)") == ["X-1"]
    restored = tmp_path / "tomorrow" / "notebooks" / "widgets.restored-1.ipynb"
    assert "check(" in restored.read_text()
