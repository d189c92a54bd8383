"""The session store: damaged session files, and sessions that cannot be saved."""

from __future__ import annotations

import json
import os

import pytest

from tests.helpers.mock_cloud import MockCloud
from tests.helpers.runner import User
from tests.helpers.sessions import run_candidates, session_file, state_folder


class TestSessionStore:
    @pytest.mark.parametrize(
        "content",
        [b"", b"\xff\x00", b"{", b"[]", b"null", b'{"session": "x"}', b'{"session": 5}', b"[" * 100_000],
    )
    def test_damaged_session_file_causes_new_login(self, admin: User, cloud: MockCloud, content: bytes) -> None:
        run_candidates(admin)
        session_file(admin).write_bytes(content)
        cloud.pop_methods()
        assert [run_candidates(admin), run_candidates(admin)] == [0, 0]
        assert cloud.pop_methods() == "PGG"

    def test_named_pipe_as_session_file_causes_new_login(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        path = session_file(admin)
        path.unlink()
        os.mkfifo(path)
        cloud.pop_methods()
        assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PG"

    @pytest.mark.parametrize("key", ["urls", "account"])
    def test_session_file_of_other_cloud_or_account_causes_new_login(
        self, admin: User, cloud: MockCloud, key: str
    ) -> None:
        run_candidates(admin)
        content = json.loads(session_file(admin).read_text())
        content[key] = ["http://elsewhere"] if key == "urls" else "else"
        session_file(admin).write_text(json.dumps(content))
        cloud.pop_methods()
        assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PG"

    def test_saved_session_with_invalid_characters_causes_new_login(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        content = json.loads(session_file(admin).read_text())
        session_file(admin).write_text(json.dumps({**content, "session": "a\r\nX-Evil: 1"}))
        cloud.pop_methods()
        assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PG"

    def test_session_is_logged_out_when_state_folder_cannot_be_created(self, admin: User, cloud: MockCloud) -> None:
        state_folder(admin).parent.mkdir(parents=True)
        state_folder(admin).write_text("a file where the folder should be")
        assert [run_candidates(admin), run_candidates(admin)] == [0, 0]
        assert cloud.pop_methods() == "PGDPGD"
        assert cloud.cloud.count_live_sessions() == 0

    def test_session_is_logged_out_when_session_file_cannot_be_written(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        path = session_file(admin)
        path.unlink()
        path.mkdir()
        (path / "in-the-way").touch()
        cloud.pop_methods()
        assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PGD"
        assert [path.name for path in state_folder(admin).iterdir() if path.name.startswith("new-")] == []

    def test_unsaved_session_is_logged_out_when_request_fails(self, admin: User, cloud: MockCloud) -> None:
        state_folder(admin).parent.mkdir(parents=True)
        state_folder(admin).write_text("")
        result = admin.run("candidates", "0" * 32)
        assert (result.code, cloud.pop_methods(), cloud.cloud.count_live_sessions()) == (5, "PGD", 0)

    def test_session_of_mock_node_is_not_saved(self, admin: User, cloud: MockCloud) -> None:
        assert run_candidates(admin, "--mock") == 0
        assert cloud.pop_methods() == ""
        assert not state_folder(admin).exists()
