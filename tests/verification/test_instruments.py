"""The instrument of a programme: its versions, what a visit keeps, and what form, sheet, score and minutes make of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

import proposals.actions as proposal_acts
from proposals.flow import State
from tests.papers.golden import page_sizes, words_of
from tests.verification.test_questions import FLOOR, GOODS, HOLES
from tests.walk import upload
from uep.access.access import Refused, why_not
from uep.documents.papers import PAPERS
from uep.documents.render import pdf
from verification import actions, questions, scoring
from verification.actions.instruments import NEW_KIND, first_instrument
from verification.models import FieldVisit, Instrument, RankingRun, ScoreWeight
from verification.queries import instruments, lacking, ranking
from verification.questions import DEFAULT

Stage = Instrument.Stage
Found = FieldVisit.Found


@pytest.fixture
def programme(walk):
    return walk.programme()


@pytest.fixture
def draft(programme, cast):
    return actions.draft_instrument(programme, by=cast.kabid, note="Ditambah keadaan lantai")


@pytest.fixture
def enacted(draft, cast):
    """Version 2 asks three questions in place of the eight: a choice, one that hangs on it, and several choices."""
    Instrument.objects.filter(pk=draft.pk).update(questions=questions.stored((FLOOR, HOLES, GOODS)))
    return actions.enact_instrument(draft, by=cast.kabid)


def url(name, *parts) -> str:
    return reverse(f"verification:{name}", args=parts)


def box(**changes) -> dict:
    """What the form of a question posts."""
    return {
        "label": "Atap bocor", "help": "", "section": "Rumah", "kind": "yes_no", "weight": "3", "need": "optional",
        "when": "", "photo": "", "subject_of_photo": "house",
    } | changes  # fmt: skip


def seen(**changes) -> dict:
    return {
        "visited_at": timezone.now(), "found": Found.FOUND, "met": "Calon", "identity_matches": True,
        "lives_there": True, "business_exists": True, "recommendation": "eligible", "reason": "Usaha berjalan.",
    } | changes  # fmt: skip


@pytest.fixture
def waiting(walk, cast, programme):
    """Two households whose team is on its way."""
    rows = walk.proposals_at(State.COMPLETE, 2, programme=programme)
    walk.assigned(rows)
    return rows


# Versions -------------------------------------------------------------------------------------------------------------


def test_a_programme_begins_with_what_the_one_before_it_asks(cast, programme, enacted):
    facts = {
        field: getattr(programme, field)
        for field in ("budget", "amount", "quota", "opens_on", "closes_on", "signatory", "bank", "age_on")
    }
    later = proposal_acts.add_programme(cast.kabid, by=cast.kabid, name="UEP Perubahan", year=programme.year, **facts)
    [first] = later.instruments.all()
    assert (first.number, first.stage, first.definition, first.in_force_by) == (
        1, Stage.IN_FORCE, (FLOOR, HOLES, GOODS), cast.kabid,
    )  # fmt: skip
    assert first.note == f"Seperti {programme}, versi 2"
    assert first_instrument(later, by=cast.secretary) == first


def test_the_first_programme_begins_with_the_default(programme, cast):
    assert instruments.in_force(programme).pk is None
    first = first_instrument(programme, by=cast.kabid)
    assert (first.definition, first.basis) == (DEFAULT, "Kepmensos 262/HUK/2022")


def test_a_draft_is_a_copy_and_there_is_one_at_a_time(programme, draft, cast):
    assert (draft.number, draft.stage, draft.definition, draft.made_by) == (2, Stage.DRAFT, DEFAULT, cast.kabid)
    assert instruments.in_force(programme).number == 1
    assert why_not(cast.kabid, "verification.draft_instrument", programme) == (
        "Masih ada rancangan: Instrumen versi 2. Lanjutkan yang itu."
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Instrument.objects.create(programme=programme, number=3, made_by=cast.kabid)


def test_a_version_is_copied_from_another_programme_in_one_act(walk, cast, enacted, client):
    other = walk.programme(name="UEP Provinsi")
    first_instrument(other, by=cast.kabid)
    client.force_login(cast.kabid)
    answer = client.post(url("draft_instrument", other.ref), {"source": enacted.pk, "note": "Seperti kabupaten"})
    copy = other.instruments.get(stage=Stage.DRAFT)
    assert (answer.status_code, answer["Location"]) == (303, copy.get_absolute_url())
    assert (copy.number, copy.note) == (2, "Seperti kabupaten")
    # Its first version, taken over from the programme before it, asks the same questions.
    assert copy.definition == (FLOOR, HOLES, GOODS)


def test_codes_that_mean_another_kind_here_are_renamed(walk, cast, programme, enacted):
    other = walk.programme(name="UEP Provinsi", year=programme.year - 1)
    assert first_instrument(other, by=cast.kabid).question("floor").kind == "yes_no"
    copy = actions.draft_instrument(other, by=cast.kabid, source=enacted)
    assert [row.code for row in copy.definition] == ["floor_2", "holes", "goods"]


def test_only_kabid_keeps_the_instrument(programme, draft, who_may):
    for act in ("edit_instrument", "add_question", "edit_question", "move_question", "remove_question"):
        assert who_may(f"verification.{act}", draft) == {"kabid"}
    assert who_may("verification.enact_instrument", draft) == {"kabid"}


def test_enacting_retires_the_one_before_and_changes_neither(programme, draft, cast):
    enacted = actions.enact_instrument(draft, by=cast.kabid)
    assert list(programme.instruments.order_by("number").values_list("number", "stage")) == [
        (1, Stage.RETIRED), (2, Stage.IN_FORCE),
    ]  # fmt: skip
    with pytest.raises(Refused, match="Hanya rancangan yang dapat diubah"):
        actions.edit_instrument(enacted, by=cast.kabid, note="", basis="")
    for version in programme.instruments.all():
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            Instrument.objects.filter(pk=version.pk).update(questions=[])
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            version.delete()


def test_a_draft_that_is_given_up_stays_to_be_read_and_nothing_else(programme, draft, cast, client, who_may):
    assert who_may("verification.discard_instrument", draft) == {"kabid"}
    client.force_login(cast.kabid)
    assert client.post(url("discard_instrument", draft.ref)).status_code == 303
    draft.refresh_from_db()
    assert (draft.get_stage_display(), draft.discarded_by, client.get(url("instrument", draft.ref)).status_code) == (
        "Dibuang", cast.kabid, 200,
    )  # fmt: skip
    for act in ("edit_instrument", "add_question", "enact_instrument", "discard_instrument"):
        assert (
            why_not(cast.kabid, f"verification.{act}", draft) == "Hanya rancangan yang dapat diubah; susun versi baru."
        )
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        Instrument.objects.filter(pk=draft.pk).update(stage="draft", discarded_at=None, discarded_by=None)
    with pytest.raises(ValidationError, match="tidak dapat disalin"):
        actions.draft_instrument(programme, by=cast.kabid, source=draft)
    following = actions.draft_instrument(programme, by=cast.kabid)
    assert (following.number, instruments.in_force(programme).number) == (draft.number + 1, 1)
    with pytest.raises(LookupError):
        instruments.version_for(programme, draft.number)


def test_an_empty_draft_is_not_enacted(draft, cast):
    Instrument.objects.filter(pk=draft.pk).update(questions=[])
    with pytest.raises(Refused, match="Rancangan ini belum memuat pertanyaan"):
        actions.enact_instrument(draft, by=cast.kabid)


# Questions ------------------------------------------------------------------------------------------------------------


def test_a_question_is_added_changed_moved_and_taken_out(draft, cast, client):
    client.force_login(cast.kabid)
    answer = client.post(url("add_question", draft.ref), box())
    assert (answer.status_code, answer["Location"]) == (303, f"{draft.get_absolute_url()}#pertanyaan")
    draft = Instrument.objects.get(pk=draft.pk)
    assert draft.definition == (
        *DEFAULT, questions.Question("atap_bocor", "Atap bocor", section="Rumah", weight=3),
    )  # fmt: skip
    page = client.get(url("edit_question", draft.ref, "atap_bocor"))
    changed = box(
        label="Keadaan atap", kind="choice", need="if", when="floor=yes", photo="3", seen=page.context["form"]["seen"].value(),
        choice_1_label="Bocor", choice_1_share="100", choice_3_label="Rusak berat", choice_3_share="50",
    )  # fmt: skip
    assert client.post(url("edit_question", draft.ref, "atap_bocor"), changed).status_code == 303
    draft = Instrument.objects.get(pk=draft.pk)
    roof = draft.question("atap_bocor")
    assert (roof.label, roof.kind, roof.when, roof.photo) == (
        "Keadaan atap", "choice", questions.When("floor", "yes"), questions.Photo("rusak_berat", "house"),
    )  # fmt: skip
    assert roof.choices == (questions.Choice("bocor", "Bocor", 100), questions.Choice("rusak_berat", "Rusak berat", 50))
    client.post(url("move_question", draft.ref, "atap_bocor"), {"way": "up"})
    assert [row.code for row in Instrument.objects.get(pk=draft.pk).definition][-2:] == ["atap_bocor", "light"]
    client.post(url("remove_question", draft.ref, "light"))
    assert [row.code for row in Instrument.objects.get(pk=draft.pk).definition][-1] == "atap_bocor"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": ""}, "Pertanyaan belum diisi."),
        ({"weight": "101"}, "lebih kecil dari atau sama dengan 100"),
        ({"kind": "number"}, "isian angka, rupiah dan kata tidak dapat diberi bobot"),
        ({"kind": "choice", "choice_1_label": "Bocor", "choice_1_share": "100"}, "isi 2 sampai 8 pilihan jawaban."),
        ({"need": "if"}, "Pilih jawaban yang membuat pertanyaan ini ditanyakan."),
        ({"kind": "choice", "photo": "2", "choice_1_label": "Bocor"}, "Pilihan 2 kosong; pilih jawaban lain."),
        ({"kind": "text", "weight": "", "photo": "yes"}, "foto diminta pada jawaban yang tidak ada."),
        ({"kind": "choice", "choice_2_share": "40"}, "Pilihan 2: tulis jawabannya."),
    ],
)
def test_a_question_that_does_not_hang_together_is_refused(draft, cast, client, changes, sentence):
    client.force_login(cast.kabid)
    answer = client.post(url("add_question", draft.ref), box(**changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Instrument.objects.get(pk=draft.pk).definition == DEFAULT


def test_another_kind_is_another_question(draft, cast, client):
    client.force_login(cast.kabid)
    told = {"seen": instruments.fingerprint(draft)}
    answer = client.post(url("edit_question", draft.ref, "floor"), box(kind="text", weight="", **told))
    assert (answer.status_code, NEW_KIND in answer.content.decode()) == (422, True)


def test_what_somebody_else_changed_meanwhile_is_not_written_over(draft, cast):
    before = instruments.fingerprint(draft)
    actions.edit_instrument(draft, by=cast.kabid, note="Lain", basis="")
    facts = {"label": "Lantai tanah", "kind": "yes_no"}
    with pytest.raises(ValidationError, match="sudah diubah orang lain"):
        actions.edit_question(draft, by=cast.kabid, code="floor", seen=before, **facts)


def test_a_question_on_which_another_hangs_stays_before_it(draft, cast):
    Instrument.objects.filter(pk=draft.pk).update(questions=questions.stored((FLOOR, HOLES)))
    with pytest.raises(
        ValidationError, match="Masih ada pertanyaan yang bergantung pada jawabannya: Papannya berlubang"
    ):
        actions.remove_question(draft, by=cast.kabid, code="floor")
    with pytest.raises(ValidationError, match="hanya dapat bergantung pada pertanyaan sebelumnya"):
        actions.move_question(draft, by=cast.kabid, code="holes", way="up")
    with pytest.raises(ValidationError, match="sudah tidak ada di rancangan"):
        actions.move_question(draft, by=cast.kabid, code="gone", way="up")


def test_pages_tell_a_version_and_what_it_changed(programme, enacted, cast, client):
    client.force_login(cast.auditor)
    page = client.get(enacted.get_absolute_url())
    assert [(row.kind, row.question.code) for row in page.context["changes"]] == [
        ("diubah", "floor"), ("ditambahkan", "holes"), ("ditambahkan", "goods"),
        *(("dihapus", row.code) for row in DEFAULT if row.code != "floor"),
    ]  # fmt: skip
    assert "Tambah pertanyaan" not in page.content.decode()
    versions = client.get(url("instruments", programme.ref)).context["versions"]
    assert [(row.number, len(row.changes)) for row in versions] == [(2, 10), (1, 0)]
    form = client.get(url("instrument_form", enacted.ref)).content.decode()
    assert 'data-asked-if="answer_floor=wood"' in form


# Visits ---------------------------------------------------------------------------------------------------------------


def test_a_visit_keeps_the_version_by_which_it_was_begun(waiting, programme, cast, client):
    visit = actions.record_visit(waiting[0], by=cast.staff, **seen(indicators={"walls": True}))
    drafted = actions.draft_instrument(programme, by=cast.kabid)
    Instrument.objects.filter(pk=drafted.pk).update(questions=questions.stored((FLOOR, HOLES, GOODS)))
    actions.enact_instrument(drafted, by=cast.kabid)
    client.force_login(cast.staff)
    page = client.get(url("record_visit", waiting[0].ref)).content.decode()
    assert ('name="answer_walls"' in page, 'name="answer_goods"' in page) == (True, False)
    actions.record_visit(waiting[0], by=cast.staff, **seen(indicators={"light": True}))
    visit.refresh_from_db()
    assert (visit.instrument.number, visit.indicators) == (1, {"light": True})
    page = client.get(url("record_visit", waiting[1].ref)).content.decode()
    assert ('name="answer_walls"' in page, 'name="answer_goods"' in page) == (False, True)
    # A sheet that was printed before is written down by the version that it asks.
    old = client.get(url("record_visit", waiting[1].ref) + "?versi=1").content.decode()
    assert ('name="answer_walls"' in old, 'name="instrument" value="1"' in old) == (True, True)
    facts = {"visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "found": "found", "instrument": "1",
             "answer_walls": "True", "answer_goods": "none"}  # fmt: skip
    assert client.post(url("record_visit", waiting[1].ref), facts).status_code == 303
    other = waiting[1].visits.get()
    assert (other.instrument.number, other.indicators) == (1, {"walls": True})
    answer = client.post(url("record_visit", waiting[1].ref), facts | {"instrument": "2"})
    assert answer.status_code == 422
    assert "memakai instrumen versi 2, sedangkan catatan kunjungan yang ada memakai versi 1" in answer.content.decode()


def test_a_version_that_never_was_in_force_asks_nobody(waiting, draft, cast):
    with pytest.raises(ValidationError, match="Program ini tidak mempunyai instrumen versi 2"):
        actions.record_visit(waiting[0], by=cast.staff, instrument=2, **seen())


def test_the_next_attempt_is_made_by_the_version_in_force(waiting, programme, cast):
    actions.record_visit(waiting[0], by=cast.staff, visited_at=timezone.now(), found=Found.AWAY)
    drafted = actions.draft_instrument(programme, by=cast.kabid)
    actions.enact_instrument(drafted, by=cast.kabid)
    again = actions.visit_again(waiting[0], by=cast.staff, **seen())
    assert [visit.instrument.number for visit in waiting[0].visits.order_by("round")] == [1, 2]
    assert again.instrument == drafted


def test_what_the_version_requires_is_asked_when_the_visit_is_handed_in(enacted, waiting, cast):
    visit = actions.record_visit(waiting[0], by=cast.staff, **seen(indicators={"floor": "wood"}))
    actions.photograph(visit, by=cast.staff, business=[upload()])
    assert lacking(visit) == ["jawaban “Papannya berlubang”", "jawaban “Barang yang ada”"]
    answers = {"floor": "soil", "goods": ["none"], "holes": True}
    visit = actions.record_visit(waiting[0], by=cast.staff, **seen(indicators=answers))
    assert visit.indicators == {"floor": "soil", "goods": ["none"]}  # holes are not asked of soil
    assert lacking(visit) == ["foto rumah tampak depan (diminta oleh “Lantai terluas”)"]
    with pytest.raises(Refused, match="Belum ada: foto rumah tampak depan"):
        actions.assess(waiting[0], by=cast.staff)
    actions.photograph(visit, by=cast.staff, house=[upload("rumah.jpg")])
    assert lacking(visit) == []
    assert actions.assess(waiting[0], by=cast.staff).state == State.ASSESSED


def test_who_was_not_found_is_asked_nothing(enacted, waiting, cast):
    visit = actions.record_visit(
        waiting[0], by=cast.staff, **seen(found=Found.MOVED, recommendation="ineligible", reason="Pindah ke kota.")
    )
    actions.photograph(visit, by=cast.staff, other=[upload()])
    assert lacking(visit) == []


def test_wrong_answers_are_refused_and_autosave_keeps_the_others(enacted, waiting, cast, client):
    with pytest.raises(ValidationError, match="pilih salah satu jawaban"):
        actions.record_visit(waiting[0], by=cast.staff, **seen(indicators={"floor": "marble"}))
    actions.record_visit(waiting[0], by=cast.staff, **seen(indicators={"floor": "wood", "goods": ["radio"]}))
    client.force_login(cast.staff)
    facts = {"visited_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "found": "found", "answer_floor": "marble",
             "answer_goods": ["none"], "answer_holes": "True"}  # fmt: skip
    answer = client.post(url("record_visit", waiting[0].ref), facts, headers={"X-Autosave": "1"})
    assert (answer.status_code, list(answer.json()["faults"])) == (422, ["answer_floor"])
    assert waiting[0].visits.get().indicators == {"floor": "wood", "holes": True, "goods": ["none"]}


def test_answers_are_shown_in_the_words_of_their_version(enacted, waiting, cast, client):
    visit = actions.record_visit(
        waiting[0], by=cast.staff, **seen(indicators={"floor": "wood", "holes": False, "goods": ["none", "radio"]})
    )
    assert visit.signs == ["Lantai terluas: Papan", "Barang yang ada: Tidak ada; Radio"]
    client.force_login(cast.staff)
    page = " ".join(client.get(visit.get_absolute_url()).content.decode().split())
    assert "<dt>Lantai terluas</dt><dd>Papan</dd>" in page
    assert "<dt>Papannya berlubang</dt><dd>Tidak</dd>" in page


# The score ------------------------------------------------------------------------------------------------------------


def test_kabid_is_warned_of_households_that_were_never_asked_what_weighs_now(walk, programme, cast, client):
    walk.proposals_at(State.ASSESSED, 2, programme=programme)
    walk.proposals_at(State.INELIGIBLE, 1, programme=programme)  # does not compete
    client.force_login(cast.kabid)
    page = url("ranking", programme.ref)
    assert "Versi lama:" not in client.get(page).content.decode()
    draft = actions.draft_instrument(programme, by=cast.kabid)
    added = (questions.Question("roof", "Atap bocor", weight=3), questions.Question("note", "Catatan", "text"))
    Instrument.objects.filter(pk=draft.pk).update(questions=questions.stored((*DEFAULT, *added)))
    actions.enact_instrument(draft, by=cast.kabid)
    current = instruments.in_force(programme)
    assert instruments.unasked(programme, ranking.COMPETING, current) == [(1, 2, ["Atap bocor"])]
    walk.proposals_at(State.ASSESSED, 1, programme=programme)  # by the version in force
    assert instruments.unasked(programme, ranking.COMPETING, current) == [(1, 2, ["Atap bocor"])]
    assert "2 rumah tangga dikunjungi dengan instrumen versi 1" in client.get(page).content.decode()


def test_the_score_goes_by_the_version_in_force_and_a_ranking_keeps_it(walk, programme, cast, client):
    rows = walk.proposals_at(State.ASSESSED, 1, programme=programme)  # walls and light, by version 1
    before = ranking.score_of(rows[0])
    assert before.of(scoring.Group.POVERTY) == 10
    seen_then = ranking.field_of(programme, cast.kabid).ranked().fingerprint
    run = actions.apply_ranking(programme, by=cast.kabid, seen=seen_then)
    drafted = actions.draft_instrument(programme, by=cast.kabid)
    changed = (*(row for row in DEFAULT if row.code == "walls"), GOODS)
    heavier = (questions.Question("walls", "Dinding bambu", weight=20), GOODS)
    assert [row.code for row in changed] == [row.code for row in heavier]
    Instrument.objects.filter(pk=drafted.pk).update(questions=questions.stored(heavier))
    actions.enact_instrument(drafted, by=cast.kabid)
    after = ranking.score_of(rows[0])
    assert (after.of(scoring.Group.POVERTY), after.breakdown["walls"], after.breakdown["goods"]) == (20, 20, 0)
    assert after.total - before.total == 10
    run = RankingRun.objects.get(pk=run.pk)
    assert (run.instrument.number, run.weights["walls"], run.lines.get().score) == (1, 5, before.total)
    client.force_login(cast.kabid)
    page = client.get(run.get_absolute_url())
    assert ("Listrik 450 VA atau bukan listrik", 5) in page.context["weights"][0][1]
    now = client.get(url("ranking", programme.ref)).content.decode()
    assert ('name="bobot_goods"' in now, 'name="bobot_light"' in now) == (True, False)


def test_weights_of_questions_are_not_kept_twice(programme, enacted, cast, client):
    weights = ranking.weights_of(programme)
    assert weights == {"floor": 10, "holes": 4, "goods": 6} | scoring.OTHER_DEFAULTS
    client.force_login(cast.kabid)
    page = client.get(url("set_weights", programme.ref)).content.decode()
    assert ("bobot_floor" in page, "Lantai terluas: 10" in page, url("instruments", programme.ref) in page) == (
        False, True, True,
    )  # fmt: skip
    assert not ScoreWeight.objects.exists()


# Paper ----------------------------------------------------------------------------------------------------------------

MANY = (
    *(
        questions.Question(
            f"sign_{number}",
            f"{row.label} pada ruangan yang dilihat",
            section=f"Bagian {number // 9 + 1}",
            weight=2,
            need="always" if number % 3 == 0 else "optional",
        )
        for number, row in enumerate(DEFAULT * 3, 1)
    ),
    GOODS,
)


def sheet_of(assignment) -> bytes:
    return pdf(PAPERS["lembar_kunjungan"], assignment)


def test_the_usual_sheet_is_one_page_a_household(waiting):
    content = sheet_of(waiting[0].assignments.get())
    assert page_sizes(content) == [(210, 297)] * 2


def test_a_long_instrument_stays_whole_and_repeats_whose_sheet_it_is(draft, waiting, cast):
    Instrument.objects.filter(pk=draft.pk).update(questions=questions.stored(MANY))
    actions.enact_instrument(draft, by=cast.kabid)
    content = sheet_of(waiting[0].assignments.get())
    text = words_of(content)
    assert len(page_sizes(content)) == 4
    assert [text.count(f"Register {row.register}") for row in waiting] == [2, 2]
    assert text.count("25.") >= 2
    assert all(
        text.count(f"{number}. {question.label}") == 2
        for number, question in enumerate(MANY, 1)
        if question.kind == "yes_no"
    )
    assert "Instrumen versi 2" in text


def test_the_sheet_of_a_visit_that_was_begun_prints_its_version(draft, waiting, cast):
    actions.record_visit(waiting[0], by=cast.staff, **seen(visited_at=timezone.now() - timedelta(minutes=1)))
    Instrument.objects.filter(pk=draft.pk).update(questions=questions.stored((FLOOR, HOLES, GOODS)))
    actions.enact_instrument(draft, by=cast.kabid)
    text = words_of(sheet_of(waiting[0].assignments.get()))
    assert [text.count(f"Instrumen versi {number}") for number in (1, 2)] == [1, 1]
    assert "bila nomor 1 “Papan”" in text


def test_a_sample_sheet_names_nobody(draft, waiting, cast, client):
    client.force_login(cast.kabid)
    answer = client.get(url("instrument_sheet", draft.ref))
    text = words_of(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    assert "Contoh, tanpa rumah tangga" in text
    assert "Instrumen versi 2 (rancangan)" in text
    assert not any(row.name in text for row in waiting)
