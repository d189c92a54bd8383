"""Saved sessions that are damaged or can't be saved."""

from __future__ import annotations

import json
import os

import pytest

from tests.helpers.mock_cloud import MockCloud
from tests.helpers.runner import User
from tests.helpers.sessions import run_candidates, session_file, state_folder


class TestSpoilt:
    @pytest.mark.parametrize(
        "content",
        [b"", b"\xff\x00", b"{", b"[]", b"null", b'{"session": "x"}', b'{"session": 5}', b"[" * 100_000],
    )
    def test_a_spoilt_file_is_a_reason_to_log_in(self, admin: User, cloud: MockCloud, content: bytes) -> None:
        run_candidates(admin)
        session_file(admin).write_bytes(content)
        cloud.pop_methods()
        assert [run_candidates(admin), run_candidates(admin)] == [0, 0]
        assert cloud.pop_methods() == "PGG"

    def test_so_is_a_pipe_in_its_place(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        path = session_file(admin)
        path.unlink()
        os.mkfifo(path)
        cloud.pop_methods()
        assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PG"

    @pytest.mark.parametrize("key", ["urls", "account"])
    def test_so_is_one_that_is_somebody_else_s(self, admin: User, cloud: MockCloud, key: str) -> None:
        run_candidates(admin)
        content = json.loads(session_file(admin).read_text())
        content[key] = ["http://elsewhere"] if key == "urls" else "else"
        session_file(admin).write_text(json.dumps(content))
        cloud.pop_methods()
        assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PG"

    def test_so_is_a_session_that_no_header_carries(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        content = json.loads(session_file(admin).read_text())
        session_file(admin).write_text(json.dumps({**content, "session": "a\r\nX-Evil: 1"}))
        cloud.pop_methods()
        assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PG"

    def test_a_session_that_can_t_be_kept_is_ended(self, admin: User, cloud: MockCloud) -> None:
        state_folder(admin).parent.mkdir(parents=True)
        state_folder(admin).write_text("a file where the folder should be")
        assert [run_candidates(admin), run_candidates(admin)] == [0, 0]
        assert cloud.pop_methods() == "PGDPGD"
        assert cloud.cloud.count_live_sessions() == 0

    def test_also_when_the_file_alone_can_t_be_written(self, admin: User, cloud: MockCloud) -> None:
        run_candidates(admin)
        path = session_file(admin)
        path.unlink()
        path.mkdir()
        (path / "in-the-way").touch()
        cloud.pop_methods()
        assert run_candidates(admin) == 0
        assert cloud.pop_methods() == "PGD"
        assert [left.name for left in state_folder(admin).iterdir() if left.name.startswith("new-")] == []

    def test_it_is_ended_when_the_call_fails_too(self, admin: User, cloud: MockCloud) -> None:
        state_folder(admin).parent.mkdir(parents=True)
        state_folder(admin).write_text("")
        result = admin.run("candidates", "0" * 32)
        assert (result.code, cloud.pop_methods(), cloud.cloud.count_live_sessions()) == (5, "PGD", 0)

    def test_the_mock_node_s_session_is_not_kept(self, admin: User, cloud: MockCloud) -> None:
        assert run_candidates(admin, "--mock") == 0
        assert cloud.pop_methods() == ""
        assert not state_folder(admin).exists()
