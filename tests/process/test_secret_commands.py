"""Commands that print a secret, and the processes that they start."""

from __future__ import annotations

import os

import pytest

from tests.helpers.processes import CHILDREN, watch_children
from tests.helpers.runner import ISO, SESSION, User
from tests.helpers.scripted_node import ScriptedNode


@pytest.mark.usefixtures("unmeasured")
class TestSecretCommand:
    def test_timed_out_secret_command_is_killed_with_its_children(self, user: User, node: ScriptedNode) -> None:
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "sh -c \'{CHILDREN}\'" }}\n')
        with watch_children(user) as children:
            process = user.start_without_terminal("candidates", ISO, "--timeout", "1")
            children.wait_for()
            out, err = process.communicate(timeout=20)
            assert (process.returncode, out) == (7, "")
            assert "waiting for the command" in err
            assert children.are_gone()

    def test_successful_secret_command_may_leave_background_process(self, user: User, node: ScriptedNode) -> None:
        node.respond('{"inventories": []}')
        command = f"sh -c '(echo >alive; read x <wait) >/dev/null 2>&1 & echo {SESSION}'"
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "{command}" }}\n')
        os.mkfifo(user.home / "wait")
        with watch_children(user) as children:
            process = user.start_without_terminal("candidates", ISO, "--json")
            assert process.communicate(timeout=20) == ('{"inventories": []}\n', "")
            children.wait_for()
            # Opening the pipe blocks unless the background process still reads it.
            (user.home / "wait").write_text("x\n")

    def test_secret_command_prompts_on_terminal(self, user: User, node: ScriptedNode) -> None:
        node.respond('{"inventories": []}')
        self.write_prompting_command(user, node)
        code, terminal_output = user.answer_prompt("candidates", ISO, "--json", prompt="PIN: ", keys=f"{SESSION}\n")
        assert (code, terminal_output.endswith('{"inventories": []}\r\n')) == (0, True)
        assert node.requests[0].headers["authorization"] == f"OAuth {SESSION}"

    def test_interrupt_at_prompt_of_secret_command_exits_130(self, user: User, node: ScriptedNode) -> None:
        self.write_prompting_command(user, node)
        code, terminal_output = user.answer_prompt("candidates", ISO, prompt="PIN: ", keys="\x03")
        assert (code, "Traceback" in terminal_output, node.requests) == (130, False, [])

    @staticmethod
    def write_prompting_command(user: User, node: ScriptedNode) -> None:
        script = user.home / "pin"
        script.write_text('#!/bin/sh\nprintf "PIN: " >/dev/tty\nread -r pin </dev/tty\nprintf "%s\\n" "$pin"\n')
        script.chmod(0o700)
        user.write_config(f'[profiles.a]\nurl = "{node.url}"\nsession = {{ command = "{script}" }}\n')
