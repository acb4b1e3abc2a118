import pytest

from uep import env


def test_text_prefers_the_file_that_a_container_mounts(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("UEP_X", "from the environment")
    monkeypatch.setenv("UEP_X_FILE", str(tmp_path / "key"))

    assert env.text("UEP_X") == "from the file"


def test_text_says_which_file_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("UEP_X_FILE", str(tmp_path / "gone"))

    with pytest.raises(env.Missing) as missing:
        env.text("UEP_X")

    assert str(missing.value) == f"UEP_X_FILE: {tmp_path}/gone cannot be read (No such file or directory)."


@pytest.mark.parametrize(
    ("written", "default", "meant"),
    [("1", False, True), ("TRUE", False, True), ("yes", False, True), ("0", True, False), ("no", True, False),
     ("", True, True), ("", False, False), (" ", True, True)],
)  # fmt: skip
def test_flag(monkeypatch, written, default, meant):
    monkeypatch.setenv("UEP_X", written)

    assert env.flag("UEP_X", default=default) is meant


def test_flag_refuses_what_is_neither(monkeypatch):
    monkeypatch.setenv("UEP_X", "of")  # a slip that must not mean "on"

    with pytest.raises(env.Missing) as missing:
        env.flag("UEP_X")

    assert str(missing.value) == "UEP_X is 'of'; write 1 or 0."


def test_number_reads_digits_and_falls_back(monkeypatch):
    monkeypatch.setenv("UEP_X", " 42 ")
    monkeypatch.delenv("UEP_Y", raising=False)

    assert [env.number("UEP_X", 7), env.number("UEP_Y", 7)] == [42, 7]


@pytest.mark.parametrize("written", ["-1", "4.5", "many", "²"])
def test_number_refuses_what_is_no_whole_number(monkeypatch, written):
    monkeypatch.setenv("UEP_X", written)

    with pytest.raises(env.Missing) as missing:
        env.number("UEP_X", 7)

    assert str(missing.value) == f"UEP_X is '{written}'; write a whole number."


def test_words_drops_empty_items(monkeypatch):
    monkeypatch.setenv("UEP_X", " uep.lamandaukab.go.id, ,10.0.0.5,")

    assert env.words("UEP_X") == ["uep.lamandaukab.go.id", "10.0.0.5"]


def test_secret_has_no_default(monkeypatch):
    monkeypatch.delenv("UEP_X", raising=False)

    with pytest.raises(env.Missing) as missing:
        env.secret("UEP_X", hint="Make one so.")

    assert str(missing.value) == "UEP_X is not set. Make one so."
