"""Versions of a programme's rules: drafted, changed, tried, brought into force; and what they do to who was sent."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from proposals.actions import ask_exception, draft_rules, edit_programme, edit_rules, enact_rules, submit
from proposals.actions.rules import CHANGED
from proposals.eligibility import faults_of, judge
from proposals.eligibility.households import CATALOGUE
from proposals.eligibility.trial import Trial, trial
from proposals.eligibility.versions import compared, default_rules, in_force, version_of
from proposals.flow import State
from proposals.models import CoverLetter, Programme, Proposal, Requirement, RuleSet, RuleSetting
from proposals.queries.rules import fingerprint, sent_in
from proposals.requirements import default_requirements
from uep.access.access import Refused
from verification.queries import items_of

RULES_ACTS = ("proposals.draft_rules", "proposals.edit_rules", "proposals.enact_rules")


USUAL = {
    "ktp": "KTP",
    "kk": "Kartu Keluarga",
    "sptjm": "SPTJM calon penerima",
    "sku": "Surat Keterangan Usaha",
    "foto_usaha": "Foto usaha",
}


def given(rule_set, **changes) -> dict:
    """All rules as they stand, as the form hands them on, with some changed: age={"max_age": 64, "is_on": True}."""
    rules = {}
    for rule in version_of(rule_set).rules:
        told = changes.get(rule.code, {})
        named = {name: told.get(name, getattr(rule, name)) for name in rule.values()}
        rules[rule.code] = {
            "is_on": told.get("is_on", rule.is_on),
            "level": told.get("level", rule.when_unmet.value),
            "may_be_overridden": told.get("may_be_overridden", rule.may_be_overridden),
            "parameters": named,
        }
    return rules


def drafted(programme, by, **changes) -> RuleSet:
    rule_set = draft_rules(programme, by=by, note="Uji")
    return edit_rules(rule_set, by=by, rules=given(rule_set, **changes), note="Uji", seen=fingerprint(rule_set))


def enacted(programme, by, **changes) -> RuleSet:
    return enact_rules(drafted(programme, by, **changes), by=by)


def typed(rule_set, **changes) -> dict:
    """What a browser posts from the form of a version."""
    boxes = {"seen": fingerprint(rule_set), "note": rule_set.note}
    for rule in version_of(rule_set).rules:
        boxes |= {
            f"{rule.code}__{name}": [code for code, _ in value] if name == "papers" else value
            for name, value in rule.stored().items()
            if value is not False
        }
        boxes |= {f"{rule.code}__level": rule.when_unmet.value}
        boxes |= {f"{rule.code}__is_on": "on"} if rule.is_on else {}
        boxes |= {f"{rule.code}__may_be_overridden": "on"} if rule.may_be_overridden else {}
    return {name: value for name, value in (boxes | changes).items() if value is not None}


def address(act, record) -> str:
    return reverse(act.replace(".", ":"), args=[record.ref])


# A programme and its versions ------------------------------------------------------------------------------------------


def test_a_new_programme_has_version_1_of_what_was_typed(cast, sign_in):
    answer = sign_in(cast.kabid).post("/usulan/program/buat/", {
        "name": "UEP Kabupaten", "year": "2026", "budget": "50.000.000", "amount": "5.000.000", "quota": "10",
        "opens_on": "2026-11-01", "closes_on": "2026-12-31", "signatory": "office_head", "min_age": "20",
        "max_age": "50", "age_on": "2026-05-31", "max_desil": "3", "bank": cast.bank.bank_id})  # fmt: skip
    assert answer.status_code == 303
    [first] = RuleSet.objects.all()
    assert (first.number, first.stage, first.made_by, first.in_force_by) == (1, "in_force", cast.kabid, cast.kabid)
    assert list(first.settings.values_list("code", "is_on", "level", "may_be_overridden", "parameters")) == [
        ("age", True, "fail", False, {"min_age": 20, "max_age": 50, "on": "2026-05-31"}),
        ("social", True, "fail", False, {"sources": ["DTSEN", "DTKS", "P3KE"], "max_desil": 3, "unlisted": True}),
        ("business", True, "fail", False, {"min_years": 0}),
        ("one_per_kk", True, "fail", False, {}),
        ("earlier", True, "fail", True, {"years": 3}),
        (
            "payroll",
            True,
            "fail",
            False,
            {"groups": ["pensioner", "asn", "tni", "polri", "bumn", "village"], "family": True},
        ),
        ("kinship", True, "warn", False, {}),
        ("dead", True, "fail", False, {}),
        ("papers", True, "fail", False, {"papers": [[code, label] for code, label in USUAL.items()]}),
    ]


def test_a_draft_is_a_copy_and_there_is_one_at_a_time(programme, cast):
    drafted = draft_rules(programme, by=cast.kabid, note="  Umur dinaikkan  ")
    first = programme.rule_sets.get(number=1)
    assert (drafted.number, drafted.stage, drafted.note, drafted.in_force_at) == (2, "draft", "Umur dinaikkan", None)
    assert compared(version_of(first), version_of(drafted)) == []
    with pytest.raises(Refused, match="Masih ada rancangan: Aturan versi 2"):
        draft_rules(programme, by=cast.kabid, note="")


def test_the_migration_writes_down_what_older_programmes_were_judged_by(programme):
    old = bare(programme, min_age=21, max_desil=3)
    asked = default_requirements(old)
    Requirement.objects.bulk_create(asked)
    import_module("proposals.migrations.0004_first_versions").write(apps, None)
    import_module("proposals.migrations.0006_papers_among_the_rules").write(apps, None)
    [first] = old.rule_sets.all()
    assert (first.number, first.stage, first.made_by, first.in_force_at) == (
        1, "in_force", programme.created_by, old.created_at,
    )  # fmt: skip
    today = {rule.code: (rule.when_unmet.value, rule.stored()) for rule in default_rules(old)}
    assert {s.code: (s.level, s.parameters) for s in first.settings.all()} == today | {
        "earlier": ("warn", {"years": 3}),
        "payroll": ("fail", {"groups": ["pensioner", "asn", "tni", "polri", "village"], "family": True}),
    }
    assert version_of(first).rule("papers").papers == USUAL
    assert programme.rule_sets.count() == 1  # it had one
    assert list(programme.rule_sets.get().settings.values_list("code", flat=True)) == [kind.code for kind in CATALOGUE]


def bare(programme, **changes) -> Programme:
    """Another programme, without any version."""
    names = [field.name for field in Programme._meta.concrete_fields if field.name not in ("id", "ref", "name")]
    facts = {name: getattr(programme, name) for name in names}
    return Programme.objects.create(**facts | {"name": "Tanpa versi"} | changes)


def test_a_programme_from_before_versions_gets_its_first_with_the_draft(programme, cast):
    old = bare(programme)
    assert in_force(old).rule_set is None
    drafted = draft_rules(old, by=cast.kabid, note="")
    assert list(old.rule_sets.values_list("number", "stage")) == [(2, "draft"), (1, "in_force")]
    assert in_force(old).rule_set.number == drafted.number - 1


def test_the_form_writes_every_rule_and_keeps_what_was_not_touched(programme, cast, sign_in):
    drafted = draft_rules(programme, by=cast.kabid, note="")
    changes = {
        "note": "Umur sampai 64, lama usaha",
        "age__max_age": "64",
        "age__may_be_overridden": "on",
        "business__min_years": "2",
        "business__level": "warn",
        "kinship__is_on": None,
        "payroll__groups": ["asn", "tni"],
        "payroll__family": None,
        "social__unlisted": None,
    }
    client = sign_in(cast.kabid)
    answer = client.post(address("proposals.edit_rules", drafted), typed(drafted, **changes))
    assert (answer.status_code, answer["Location"]) == (303, f"/usulan/program/aturan/{drafted.ref}/")
    page = client.get(answer["Location"])
    year = programme.year
    assert page.context["changes"] == [
        (
            "Umur",
            f"Berumur 18 sampai 59 tahun pada 30 Juni {year}. Bila tidak: ditolak.",
            f"Berumur 18 sampai 64 tahun pada 30 Juni {year}. Bila tidak: ditolak, kecuali dengan pengecualian Kabid.",
        ),
        (
            "Data sosial dan desil",
            ("Keluarga miskin atau rentan: terdata di DTSEN/DTKS/P3KE, desil 1 sampai 4; yang belum terdata boleh "
             "dengan berita acara musyawarah. Bila tidak: ditolak."),
            "Keluarga miskin atau rentan: terdata di DTSEN/DTKS/P3KE, desil 1 sampai 4. Bila tidak: ditolak.",
        ),
        (
            "Usaha",
            "Memiliki usaha yang sudah berjalan. Bila tidak: ditolak.",
            "Memiliki usaha yang sudah berjalan sedikitnya 2 tahun. Bila tidak: diperingatkan.",
        ),
        (
            "Pekerjaan yang dikecualikan",
            "Bukan pensiunan ASN/TNI/Polri, ASN, TNI, Polri, pegawai BUMN/BUMD, perangkat desa, atau keluarga intinya. Bila tidak: ditolak.",
            "Bukan ASN, TNI. Bila tidak: ditolak.",
        ),
        (
            "Hubungan keluarga dengan aparat desa",
            "Hubungan keluarga dengan aparat desa disebutkan, supaya dapat ditimbang. Bila tidak: diperingatkan.",
            "Tidak dipakai.",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"age__max_age": "17"}, {"age__min_age": ["Umur paling tua tidak boleh di bawah umur paling muda."]}),
        ({"age__max_age": "130"}, {"age__max_age": ["Pastikan nilai ini lebih kecil dari atau sama dengan 120."]}),
        ({"age__max_age": ""}, {"age__max_age": ["Umur paling tua belum diisi."]}),
        ({"age__on": "kemarin"}, {"age__on": ["Masukkan tanggal yang valid."]}),
        ({"social__max_desil": "11"}, {"social__max_desil": ["Pastikan nilai ini lebih kecil dari atau sama dengan 10."]}),
        ({"social__sources": None}, {"social__sources": ["Data yang diakui belum dipilih."]}),
        ({"payroll__groups": ["asn", "presiden"]}, {"payroll__groups": [
            "Masukkan pilihan yang valid. presiden bukan salah satu dari pilihan yang tersedia."]}),
        ({"age__level": "pass"}, {"age__level": [
            "Masukkan pilihan yang valid. pass bukan salah satu dari pilihan yang tersedia."]}),
    ],
)  # fmt: skip
def test_what_a_rule_cannot_be_is_said_at_its_box_and_nothing_is_written(programme, cast, sign_in, changes, faults):
    drafted = draft_rules(programme, by=cast.kabid, note="")
    before = fingerprint(drafted)
    answer = sign_in(cast.kabid).post(address("proposals.edit_rules", drafted), typed(drafted, **changes))
    assert answer.status_code == 422
    assert {name: list(told) for name, told in answer.context["form"].errors.items()} == faults
    assert fingerprint(drafted) == before


def test_the_action_refuses_what_a_form_would_not_let_through(programme, cast):
    drafted = draft_rules(programme, by=cast.kabid, note="")
    rules = given(drafted, age={"max_age": "64", "on": "2026-01-01"}, social={"sources": ("XX",), "unlisted": "ya"})
    with pytest.raises(ValidationError) as refused:
        edit_rules(drafted, by=cast.kabid, rules=rules, note="", seen=fingerprint(drafted))
    assert refused.value.message_dict == {
        "age__max_age": ["Umur paling tua: isi angka 0 sampai 120."],
        "age__on": ["Umur dihitung per tanggal: isi tanggalnya."],
        "social__sources": ["Data yang diakui: pilih sedikitnya satu."],
        "social__unlisted": ["Yang belum terdata boleh diusulkan: pilih ya atau tidak."],
    }


def test_two_who_edit_at_once_do_not_write_over_each_other(programme, cast, sign_in):
    drafted = draft_rules(programme, by=cast.kabid, note="")
    first, second = typed(drafted, age__max_age="64"), typed(drafted, age__max_age="70")
    client, url = sign_in(cast.kabid), address("proposals.edit_rules", drafted)
    answers = [client.post(url, first), client.post(url, second)]
    assert [answer.status_code for answer in answers] == [303, 422]
    assert answers[1].context["errors"] == [CHANGED]
    assert version_of(RuleSet.objects.get(pk=drafted.pk)).rule("age").max_age == 64


def test_what_is_in_force_cannot_be_changed_nor_enacted_again(programme, cast, sign_in):
    drafted = draft_rules(programme, by=cast.kabid, note="")
    first = programme.rule_sets.get(number=1)
    sentence = "Versi ini sudah berlaku dan tidak dapat diubah; susun versi baru."
    client, url = sign_in(cast.kabid), address("proposals.enact_rules", drafted)
    assert [client.post(url).status_code for _ in range(2)] == [303, 403]  # sent twice
    for version in (first, drafted):
        with pytest.raises(Refused, match=sentence):
            edit_rules(version, by=cast.kabid, rules={}, note="", seen=fingerprint(version))
        with pytest.raises(Refused, match=sentence):
            enact_rules(version, by=cast.kabid)
    assert list(programme.rule_sets.values_list("number", "stage")) == [(2, "in_force"), (1, "retired")]


@pytest.mark.parametrize("who", ["alice", "staff", "secretary", "head", "auditor", "bank", "admin", "regent"])
def test_only_the_division_head_makes_rules(programme, cast, sign_in, who):
    rule_set = draft_rules(programme, by=cast.kabid, note="")
    user, client = getattr(cast, who), sign_in(getattr(cast, who))
    hidden = 403 if who in ("alice", "bank", "admin", "regent") else 200
    pages = [
        client.post(address("proposals.draft_rules", programme)).status_code,
        client.post(address("proposals.edit_rules", rule_set), typed(rule_set)).status_code,
        client.post(address("proposals.enact_rules", rule_set)).status_code,
        client.get(address("proposals.try_rules", rule_set)).status_code,
    ]
    assert pages == [403, 403, 403, hidden]
    for act, subject, facts in (
        (draft_rules, programme, {"note": ""}),
        (edit_rules, rule_set, {"rules": {}, "note": "", "seen": ""}),
        (enact_rules, rule_set, {}),
    ):
        with pytest.raises(Refused):
            act(subject, by=user, **facts)


def test_a_draft_is_the_offices_matter_and_what_is_in_force_everyones(programme, cast, sign_in):
    rule_set = drafted(programme, cast.kabid, age={"max_age": 64})
    seen = {
        who: [sign_in(getattr(cast, who)).get(address("proposals.rule_set", row)).status_code
              for row in (programme.rule_sets.get(number=1), rule_set)]
        for who in ("alice", "staff", "kabid", "auditor", "bank", "charlie", "regent")
    }  # fmt: skip
    assert seen == {
        "alice": [200, 404], "staff": [200, 200], "kabid": [200, 200], "auditor": [200, 200],
        "bank": [403, 403], "charlie": [403, 403], "regent": [403, 403],
    }  # fmt: skip
    page = sign_in(cast.alice).get(f"/usulan/program/{programme.ref}/")
    assert [row.number for row in page.context["versions"]] == [1]


def test_the_programmes_row_tells_the_version_in_force(programme, cast, sign_in):
    """Lists and spreadsheets read age and desil there; people change them in one place only."""
    year = programme.year
    enacted(
        programme, cast.kabid, age={"min_age": 20, "max_age": 64, "on": date(year, 12, 31)}, social={"max_desil": 5}
    )
    known = Programme.objects.get(pk=programme.pk)
    assert (known.min_age, known.max_age, known.age_on, known.max_desil) == (20, 64, date(year, 12, 31), 5)
    assert f"Berumur 20 sampai 64 tahun pada 31 Desember {year}." in (
        sign_in(cast.alice).get(f"/usulan/program/{programme.ref}/").content.decode()
    )
    assert not {"min_age", "max_age", "age_on", "max_desil"} & set(
        sign_in(cast.kabid).get(f"/usulan/program/{programme.ref}/ubah/").context["form"].fields
    )
    with pytest.raises(ValidationError, match="Umur dan desil diubah dengan versi aturan baru"):
        edit_programme(known, by=cast.kabid, max_age=70)
    enacted(known, cast.kabid, age={"is_on": False}, social={"is_on": False})
    known.refresh_from_db()
    assert (known.min_age, known.max_age, known.max_desil) == (0, 120, 10)
    age, basis = {"max_age": 40, "is_on": True, "may_be_overridden": True}, {"is_on": True, "level": "warn"}
    enacted(known, cast.kabid, age=age, social=basis)
    known.refresh_from_db()  # a list takes in who is too old, and the village pleads for them
    assert (known.min_age, known.max_age, known.max_desil) == (0, 120, 10)
    enacted(known, cast.kabid, age=age | {"may_be_overridden": False}, social=basis | {"level": "fail"})
    known.refresh_from_db()
    assert (known.min_age, known.max_age, known.max_desil) == (20, 40, 5)


# What is sent keeps its version ------------------------------------------------------------------------------------------


def test_a_proposal_keeps_the_version_it_was_judged_by(walk, programme, cast, sign_in):
    first = programme.rule_sets.get(number=1)
    [sent] = walk.proposals_at(State.ASSIGNED, 1, programme=programme)  # four years of business
    second = enacted(programme, cast.kabid, business={"min_years": 5})
    draft = walk.draft(programme)
    told = judge([sent, draft])
    levels = {pk: next(row.level.value for row in rows if row.code == "business") for pk, rows in told.items()}
    assert levels == {sent.pk: "pass", draft.pk: "fail"}
    with pytest.raises(ValidationError, match="baru 4 tahun; program ini untuk usaha sedikitnya 5 tahun"):
        walk.submitted([draft])
    Proposal.objects.filter(pk=draft.pk).update(business_years=5)
    submit(CoverLetter.objects.get(submitted_at=None), by=cast.alice)
    assert [Proposal.objects.get(pk=row.pk).rule_set for row in (sent, draft)] == [first, second]
    page = sign_in(cast.alice).get(f"/usulan/{sent.ref}/").content.decode()
    assert f'Dinilai dengan <a href="/usulan/program/aturan/{first.ref}/">Aturan versi 1</a>.' in page


def test_which_papers_are_required_is_a_versions_matter(walk, programme, cast, sign_in):
    """Who was sent before a paper was required needs it neither at the desk nor when it comes back; drafts do."""
    photo = programme.requirements.get(code="foto_rumah")
    draft = walk.draft(programme)
    [sent] = walk.proposals_at(State.ASSIGNED, 1, programme=programme, by=cast.bob)
    desk = [item.code for item in items_of(sent)]
    enacted(programme, cast.kabid, papers={"papers": USUAL | {"foto_rumah": "Foto rumah"}})
    sent = Proposal.objects.get(pk=sent.pk)
    rows = {p.pk: [row for row in found if row.code == "papers"] for p, found in (
        (p, judge([p])[p.pk]) for p in (draft, sent)
    )}  # fmt: skip
    assert [(row.level.value, row.sentence) for row in rows[draft.pk]] == [("fail", "Belum diunggah: Foto rumah.")]
    assert [row.level.value for row in rows[sent.pk]] == ["pass"]
    assert [item.code for item in items_of(sent)] == desk
    assert (photo.is_required, Requirement.objects.get(pk=photo.pk).is_required) == (False, True)
    assert faults_of([draft], programme) == {draft.pk: ["Belum diunggah: Foto rumah."]}
    page = sign_in(cast.alice).get(draft.get_absolute_url())
    assert [row["state"] for row in page.context["papers"] if row["label"] == "Foto rumah"] == ["belum ada"]
    page = sign_in(cast.bob).get(sent.get_absolute_url())
    assert [row["state"] for row in page.context["papers"] if row["label"] == "Foto rumah"] == ["boleh kosong"]


def test_where_papers_may_be_excepted_or_only_warn_the_village_can_send(walk, programme, cast):
    draft = walk.draft(programme)
    draft.attachments.filter(requirement__code="sku").update(removed_at=timezone.now(), removed_by=cast.alice)
    assert faults_of([draft], programme) == {draft.pk: ["Belum diunggah: Surat Keterangan Usaha."]}
    enacted(programme, cast.kabid, papers={"may_be_overridden": True})
    ask_exception(draft, by=cast.alice, code="papers", reason="Kepala desa sedang sakit, menyusul.")
    assert faults_of([draft], programme) == {}
    enacted(programme, cast.kabid, papers={"may_be_overridden": False})
    assert faults_of([draft], programme) == {draft.pk: ["Belum diunggah: Surat Keterangan Usaha."]}
    enacted(programme, cast.kabid, papers={"level": "warn"})
    assert faults_of([draft], programme) == {}
    enacted(programme, cast.kabid, papers={"is_on": False})
    assert [row.code for row in judge([draft])[draft.pk] if row.code == "papers"] == []
    assert not programme.requirements.under_the_rules().filter(is_required=True).exists()


def test_a_trial_tells_who_would_drop_out_for_want_of_a_paper(last_year, walk, programme, cast):
    """Nobody drops out for a paper that last year did not know at all."""
    [one] = walk.proposals_at(State.SUBMITTED, 1, programme=last_year)
    papers = USUAL | {"foto_rumah": "Foto rumah", "berkas_baru": "Berkas baru"}
    found = trial(version_of(drafted(programme, cast.kabid, papers={"papers": papers})), [one], last_year)
    assert found == Trial(1, {one.pk: ["Belum diunggah: Foto rumah."]}, {}, [("Berkas wajib", 1, 0)])


def test_what_comes_back_for_mending_is_judged_by_its_old_version(walk, programme, cast):
    returned = walk.proposals_at(State.RETURNED, 1, programme=programme)[0]
    enacted(programme, cast.kabid, business={"min_years": 5})
    assert faults_of([returned], programme) == {}


# Trial -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def last_year(walk):
    year = timezone.localdate().year - 1
    return walk.programme(year=year, age_on=date(year, 6, 30))


@pytest.fixture
def four(walk, last_year, cast):
    """Three of Alice's and one of Bob's, sent last year, with so many years of business: 1, 4, 6 and 9."""
    rows = [walk.draft(last_year, business_years=years) for years in (1, 4, 6)]
    walk.submitted(rows)
    rows += walk.proposals_at(State.SUBMITTED, 1, programme=last_year, by=cast.bob, business_years=9)
    walk.draft(last_year)  # was never sent
    return [Proposal.objects.get(pk=row.pk) for row in rows]


def against(years: int, least: int) -> str:
    return f"Usaha: Warung sembako, baru {years} tahun; program ini untuk usaha sedikitnya {least} tahun."


def test_a_trial_says_who_drops_out_and_who_comes_in(four, last_year, programme, cast):
    one, middle, six, nine = four
    settings = RuleSetting.objects.filter(rule_set=last_year.rule_sets.get(), code="business")
    settings.update(parameters={"min_years": 2})  # the first one was against the rules then
    age = last_year.year - 1985  # on 30 June of last year; everyone is a year older by this year's rules
    rule_set = drafted(programme, cast.kabid, business={"min_years": 5}, age={"max_age": age})
    rows = sent_in(last_year, cast.kabid)
    assert trial(version_of(rule_set), rows, last_year) == Trial(
        judged=4, out={middle.pk: [against(4, 5)]}, into={}, rules=[("Usaha", 1, 0)]
    )
    gentle = given(rule_set, business={"min_years": 0}, age={"min_age": age + 1, "max_age": 99})
    edit_rules(rule_set, by=cast.kabid, rules=gentle, note="", seen=fingerprint(rule_set))
    too_young = f"Umur {age} tahun pada 30 Juni {last_year.year}; program ini untuk umur {age + 1} sampai 99 tahun."
    rule_set = RuleSet.objects.get(pk=rule_set.pk)
    assert trial(version_of(rule_set), rows, last_year) == Trial(
        judged=4,
        out={row.pk: [too_young] for row in (middle, six, nine)},
        into={},
        rules=[("Umur", 3, 0)],
    )
    both = given(rule_set, age={"min_age": 18, "max_age": 99})
    edit_rules(rule_set, by=cast.kabid, rules=both, note="", seen=fingerprint(rule_set))
    rule_set = RuleSet.objects.get(pk=rule_set.pk)
    assert trial(version_of(rule_set), rows, last_year) == Trial(
        judged=4, out={}, into={one.pk: [against(1, 2)]}, rules=[("Usaha", 0, 1)]
    )


def test_the_trial_shows_names_in_ones_scope_and_costs_the_same_for_many(
    walk, four, last_year, programme, cast, sign_in
):
    rule_set = drafted(programme, cast.kabid, business={"min_years": 5})
    url = address("proposals.try_rules", rule_set)

    def seen(who, **query):
        page = sign_in(getattr(cast, who)).get(url, query)
        return page.context["tried"], page.context["found"].judged, [row.pk for row in page.context["page"]]

    assert seen("kabid") == (last_year, 4, [row.pk for row in four[:2]])
    assert seen("outsider") == (last_year, 0, [])
    assert seen("kabid", lihat="masuk") == (last_year, 4, [])
    assert seen("kabid", program=programme.ref) == (programme, 0, [])
    assert sign_in(cast.kabid).get(url, {"program": "tidak-ada"}).status_code == 404
    client = sign_in(cast.kabid)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    walk.proposals_at(State.SUBMITTED, 3, programme=last_year)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).context["found"].judged == 8  # the draft goes along with their letter
    assert (len(few), len(many)) == (18, 18)


def test_nothing_is_changed_by_a_trial(four, programme, cast, sign_in):
    rule_set = drafted(programme, cast.kabid, business={"min_years": 5})
    before = list(Proposal.objects.order_by("pk").values())
    sign_in(cast.kabid).get(address("proposals.try_rules", rule_set))
    assert list(Proposal.objects.order_by("pk").values()) == before
    assert RuleSet.objects.get(pk=rule_set.pk).stage == "draft"
