"""docs/glossary.md names every record by the office's word and the code's, and nothing else."""

import re

from django.apps import apps
from django.conf import settings

OURS = {
    "office",
    "registry",
    "accounts",
    "files",
    "documents",
    "social",
    "proposals",
    "verification",
    "decrees",
    "distribution",
    "notices",
}


def test_glossary_names_every_model_by_its_two_words():
    page = (settings.BASE_DIR / "docs" / "glossary.md").read_text()
    written = set(re.findall(r"^\| ([^|]+) \| `(\w+)` \|", page, re.MULTILINE))
    models = {
        (str(model._meta.verbose_name), model.__name__)
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model._meta.auto_created and not hasattr(model, "pgh_tracked_model")
    }
    assert written == models
