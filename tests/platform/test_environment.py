"""What the surroundings say wrongly stops the start, with a message that names the setting."""

import pytest

from concero_desk.environment import Environment, WrongSetting, read_environment


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Environment.model_fields.values():
        monkeypatch.delenv(str(name.validation_alias), raising=False)
    monkeypatch.setitem(Environment.model_config, "env_file", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DESK_MODE", "live"),
        ("DEBUG", "perhaps"),
        ("BASE_URL", "desk.example"),
        ("BASE_URL", "ftp://desk.example"),
        ("BASE_URL", "https://desk.example:https"),
        ("BASE_URL", "https://[desk"),
        ("DATABASE_URL", "mysql://desk@host/desk"),
        ("DATABASE_URL", "postgresql://desk@host:many/desk"),
        ("DATABASE_OWNER_URL", "sqlite:///desk"),
        ("DATABASE_APP_ROLE", "hd_app; DROP"),
        ("REDIS_URL", "http://queue"),
        ("REDIS_URL", "redis://queue:99999"),
        ("EMAIL_URL", "mail.example"),
        ("EMAIL_URL", "smtp://mail.example:smtp"),
        ("EMAIL_URL", "smtp://mail.example?security=maybe"),
        ("ATTACHMENT_LIMIT_MB", "0"),
        ("ATTACHMENT_LIMIT_MB", "much"),
        ("PORT", "65536"),
        ("PORT", "http"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting, match=name):
        read_environment().mail_server()


def test_nothing_set_is_a_try_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "")  # as a compose file gives what is left empty
    found = read_environment()
    assert (found.mode, found.port, found.redis_url) == ("tryout", 8000, "")


def test_production_names_everything_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_MODE", "production")
    with pytest.raises(WrongSetting) as refused:
        read_environment()
    assert all(
        name in str(refused.value) for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")
    )
