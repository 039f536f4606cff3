"""Settings, as those who run Collab give them."""

from io import BytesIO
from pathlib import Path

import pytest

from collab.app import create_app, make_context
from collab.config import SettingError, Settings, load
from collab.upgrade import upgrade
from tests.cast import Client, World, hire


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "collab.toml"
    file.write_text('site_name = "From the file"\nport = 9000\n')
    settings = load({"COLLAB_CONFIG": str(file), "COLLAB_PORT": "9001"})
    assert (settings.site_name, settings.port) == ("From the file", 9001)


@pytest.mark.parametrize(
    ("environment", "named"),
    [({"COLLAB_PORT": "many"}, "COLLAB_PORT"), ({"COLLAB_DEMO": "perhaps"}, "COLLAB_DEMO")],
)
def test_what_cannot_be_used_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        load(environment)


def test_a_mistyped_setting_in_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "collab.toml"
    file.write_text("sitename = 'Collab'\n")
    with pytest.raises(SettingError, match="sitename"):
        load({"COLLAB_CONFIG": str(file)})


def test_the_secret_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.key == Settings(data_dir=tmp_path).key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_files_are_found_under_a_relative_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    context = make_context(Settings(data_dir=Path("data"), secret_key="for tests only"))
    upgrade(context.write.kw["bind"])
    with context.write.begin() as db:
        hire(db)
    app = create_app(context)
    app.test_client_class = Client
    world = World(app, context)
    post = world.post()
    text = {"file": (BytesIO(b"some notes"), "notes.txt")}
    sent = world.as_("author").send(
        f"/entries/{post.public_id}/files", text, headers={"Accept": "application/json"}
    )
    assert sent.status_code == 201
    assert world.as_("member").get(sent.json["url"]).status_code == 200  # type: ignore[index]
