"""Form fields for uploads. What they clean to is checked and ready to be stored: hand it to actions.take_in as it is."""

from django import forms
from django.core.exceptions import ValidationError

from uep.files import intake, sheets

# Extensions beside the types: some phones and file managers know only the one or the other.
PICKED = {
    "image": "image/jpeg,image/png,image/heic,image/heif,.jpg,.jpeg,.png,.heic,.heif",
    "pdf": "application/pdf,.pdf",
}
EITHER = frozenset({"image", "pdf"})


class UploadField(forms.FileField):
    """One photo or PDF; cleans to an intake.Prepared, so that refusals stand beside the field they belong to.

    `accept` out of "image", "pdf"; `camera=True` opens the back camera at once on a phone (then no photo can be picked
    from the gallery: for proofs made on the spot).
    """

    widget = forms.FileInput

    def __init__(self, *, accept=EITHER, camera=False, **kwargs):
        self.accept, self.camera = frozenset(accept), camera
        kwargs.setdefault("help_text", self.say_limits())
        super().__init__(**kwargs)

    def say_limits(self) -> str:
        kinds = " atau ".join(intake.NOUNS[kind] for kind in ("image", "pdf") if kind in self.accept)
        return f"{kinds[0].upper()}{kinds[1:]}, paling besar {intake.megabytes(intake.MAX_BYTES)}."

    def widget_attrs(self, widget):
        attrs = super().widget_attrs(widget)
        attrs["accept"] = ",".join(PICKED[kind] for kind in ("image", "pdf") if kind in self.accept)
        if self.camera:
            attrs["capture"] = "environment"
        return attrs

    def to_python(self, data):
        # Not FileField's own: an empty file gets our sentence, and a long name is shortened, not refused.
        return None if data in self.empty_values else self.check(data)

    def check(self, data) -> intake.Prepared:
        return intake.prepare(data, accept=self.accept)

    def bound_data(self, data, initial):
        return initial if data in (None, ()) else data


class SheetField(UploadField):
    """An XLSX or CSV, kept as it came; hand the cleaned value to actions.take_in_sheet."""

    def __init__(self, *, limits=sheets.SHEET, **kwargs):
        self.limits = limits
        super().__init__(accept=(), **kwargs)

    def say_limits(self) -> str:
        return f"Excel (.xlsx) atau CSV, paling besar {intake.megabytes(self.limits.received)}."

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": f"{sheets.XLSX},{sheets.CSV},.xlsx,.csv,.txt"}

    def check(self, data) -> intake.Prepared:
        return sheets.prepare_sheet(data, self.limits)


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several photos or PDFs at once, at most `at_most`; cleans to a list, empty when nothing was picked."""

    widget = ManyFilesInput

    def __init__(self, *, at_most=10, **kwargs):
        self.at_most = at_most
        super().__init__(**kwargs)

    def say_limits(self) -> str:
        return f"{super().say_limits()} Paling banyak {self.at_most} berkas sekaligus."

    def clean(self, data, initial=None):
        # A widget that lets only one be picked gives the file itself, and iterating that would give its lines.
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > self.at_most:
            raise ValidationError(
                f"Anda memilih {len(files)} berkas; paling banyak {self.at_most} sekaligus. Unggah sisanya sesudah ini.",
                code="too_many",
            )
        prepared = self.check_all(files)
        self.run_validators(prepared)
        return prepared

    def check_all(self, files) -> list[intake.Prepared]:
        """All of them, or what is wrong with each."""
        prepared, errors = [], []
        for one in files:
            try:
                prepared.append(self.check(one))
            except ValidationError as error:
                errors += [f"{intake.clean_name(one.name)}: {message}" for message in error.messages]
        if errors:
            raise ValidationError(errors)
        return prepared
