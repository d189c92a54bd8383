"""``zsiso profiles``."""

from __future__ import annotations

from tests.helpers.runner import SESSION, User


class TestProfiles:
    def test_profiles_table_lists_url_and_credentials(self, user: User) -> None:
        user.write_config(
            'default_profile = "b"\n'
            f'[profiles.a]\nurl = "http://a.example:8080"\nsession = "{SESSION}"\n'
            '[profiles.b]\nurl = "https://b.example/cloud"\n'
        )
        assert user.run("profiles").out.splitlines() == [
            "NAME  DEFAULT  URL                           CREDENTIALS",
            "────────────────────────────────────────────────────────",
            "a              http://a.example:8080/zstack  session",
            "b     yes      https://b.example/cloud       -",
        ]

    def test_profiles_table_fits_the_terminal(self, user: User) -> None:
        urls = ", ".join(f'"https://node-{number}.management.cloud.example.com:8443"' for number in range(3))
        user.write_config(
            f'[profiles.production-of-the-accounting-department]\nurl = [{urls}]\nsession = "{SESSION}"\n'
            f'[profiles.production-of-the-engineering-department]\nurl = "http://192.168.56.10:8080"\n'
        )
        result = user.run_on_terminal("profiles", columns=80, env={"NO_COLOR": "1"})
        assert (result.code, result.err) == (0, "")
        assert result.out.splitlines() == [
            "NAME                          DEFAULT  URL                           CREDENTIALS",
            "────────────────────────────────────────────────────────────────────────────────",
            "production-of-…ng-department           https://node-0…443/zstack +2  session",
            "production-of-…ng-department           http://192.168…0:8080/zstack  -",
        ]

    def test_profiles_json_lists_profiles(self, user: User) -> None:
        user.write_config(f'[profiles."ä b"]\nurl = "http://a.example:8080"\nsession = "{SESSION}"\n')
        result = user.run("profiles", "--json")
        assert (result.code, result.err) == (0, "")
        assert result.out == (
            '[\n  {\n    "name": "ä b",\n    "default": true,\n    "urls": [\n      "http://a.example:8080/zstack"\n    ],\n'
            '    "credentials": "session"\n  }\n]\n'
        )

    def test_profiles_of_empty_file_prints_a_note(self, user: User) -> None:
        path = user.write_config("")
        result = user.run("profiles")
        assert (result.code, result.out) == (0, "")
        assert result.err == f"{path} has no profile; add a [profiles.NAME] table with a url and credentials.\n"
        assert user.run("profiles", "--json").out == "[]\n"

    def test_profiles_without_configuration_file_exits_3(self, user: User) -> None:
        result = user.run("profiles")
        assert (result.code, result.out) == (3, "")
        assert "`zsiso init`" in result.err

    def test_profiles_with_unknown_default_profile_exits_3(self, user: User) -> None:
        user.write_config('default_profile = "prdo"\n[profiles.prod]\nurl = "http://a"\n')
        result = user.run("profiles")
        assert (result.code, result.out) == (3, "")
        assert 'default_profile names an unknown profile: "prdo"\nhint: did you mean "prod"?\n' in result.err

    def test_profiles_with_invalid_url_exits_3_without_showing_its_password(self, user: User) -> None:
        user.write_config('[profiles.a]\nurl = "http://u:hunter2@h"')
        result = user.run("profiles")
        assert (result.code, result.out) == (3, "")
        assert "hunter2" not in result.err
