import base64
import multiprocessing
import stat

import pytest

from uep import env, secrets_store

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(32, 64))).decode()


@pytest.fixture(autouse=True)
def no_secret_around(monkeypatch):
    for name in ("UEP_S", "UEP_S_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_secret_is_made_once_for_development_and_only_its_owner_reads_it(tmp_path):
    first = secrets_store.secret("UEP_S", tmp_path, production=False)

    assert first == secrets_store.secret("UEP_S", tmp_path, production=False)
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secrets" / "UEP_S").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_secret_of_the_environment_wins_and_is_not_written_down(monkeypatch, tmp_path):
    monkeypatch.setenv("UEP_S", "given")

    assert secrets_store.secret("UEP_S", tmp_path, production=False) == "given"
    assert not (tmp_path / "secrets").exists()


def test_secret_is_never_invented_in_production(tmp_path):
    secrets_store.secret("UEP_S", tmp_path, production=False)  # one from a trial on the same machine

    with pytest.raises(env.Missing, match=r"^UEP_S is not set\. Make one: "):
        secrets_store.secret("UEP_S", tmp_path, production=True)


def test_secret_is_the_same_for_processes_that_start_together(tmp_path):
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        made = pool.starmap(secrets_store._kept, [("UEP_S", tmp_path, f"secret of process {n}") for n in range(40)])

    assert len(set(made)) == 1
    assert made[0].startswith("secret of process ")


def test_keys_keep_the_order_in_which_they_are_written(monkeypatch, tmp_path):
    monkeypatch.setenv("UEP_S", f"k2:{OTHER}, k1:{KEY}")

    ring = secrets_store.keys("UEP_S", tmp_path, production=True)

    assert list(ring.items()) == [("k2", bytes(range(32, 64))), ("k1", bytes(range(32)))]


@pytest.mark.parametrize(
    "written",
    ["k1", "k1:", ":" + KEY, f"k1:{KEY[:-4]}", "k1:not base64!", f"k1:{KEY},", f"k1:{KEY},k1:{OTHER}", KEY],
)
def test_keys_refuse_what_could_not_decrypt(monkeypatch, tmp_path, written):
    monkeypatch.setenv("UEP_S", written)

    with pytest.raises(env.Missing, match=r"^UEP_S .*Make one: "):
        secrets_store.keys("UEP_S", tmp_path, production=True)
