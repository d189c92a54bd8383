"""The formats: what each shows, what goes with what, and what a profile's habits do."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cloud import KEY_SECRET, PASSWORD, running_cloud
from tests.command import ISO, User
from tests.shown import as_rows
from zsiso import mock_node
from zsiso.api.json_rows import parse_body
from zsiso.config.secrets import Secret
from zsiso.inventory.columns import VM_INSTANCES
from zsiso.inventory.record import Record
from zsiso.inventory.sorting import SortOrder, sort_records
from zsiso.mock_node.cloud import Accepts
from zsiso.output.options import OutputFormat, OutputSettings

INVENTORY = json.loads(mock_node.example_inventory())["inventories"]


def out(user: User, *more: str) -> str:
    result = user.runs("candidates", "--mock", *more)
    assert (result.code, result.err) == (0, "")
    return result.out


class TestRows:
    def test_csv(self, user: User) -> None:
        assert out(user, "-o", "csv") == (
            "name,uuid,state,cdrom,cpuNum,memorySize,ips,platform\n"
            "rescue,4f5c9a6db1de427cfaa5b6d7e8f90a1b,Stopped,none,1,536870912,,Other\n"
            "Test-VM,f95bdc72e9963a05b8f19b8817f09d9d,Stopped,?,1,8589934592,192.168.1.10,Linux\n"
            "web-2,0b1e5c2f7d9a4e38b6c1d2f3a4b5c6d7,Running,free,4,17179869184,10.0.8.12,Linux\n"
            'web-10,1c2f6d3a8eab4f49c7d2e3a4b5c6d7e8,Running,full,8,34359738368,"10.0.8.20,192.168.20.20,fd00::8:20",Linux\n'
            "win-build,3e4b8f5ca0cd416be9f4a5c6d7e8f90a,Stopped,already,2,1610612736,10.0.8.77,Windows\n"
            '数据库-主节点,2d3a7e4b9fbc405ad8e3f4b5c6d7e8f9,Running,free,16,68719476736,"10.0.9.5,10.1.9.5",Linux\n'
            ",5a6dab7ec2ef438dabb6c7e8f90a1b2c,Stopped,?,,,,\n"
        )

    def test_tsv_of_chosen_columns(self, user: User) -> None:
        columns = "name,rootSize,vmNics.mac,allVolumes.size,createDate,cpuNum"
        assert out(user, "-o", "tsv", "-c", columns, "--sort", "rootSize:desc").splitlines()[:4] == [
            columns.replace(",", "\t"),
            "数据库-主节点\t214748364800\tfa:16:3e:71:00:01,fa:16:3e:72:00:01\t214748364800,1099511627776\tMar 3, 2025 9:12:44 AM\t16",
            "Test-VM\t107374182400\t00:0c:29:bd:99:fc\t107374182400\tNov 14, 2017 10:20:57 PM\t1",
            "web-2\t107374182400\tfa:16:3e:51:00:01\t107374182400,53687091200\tMar 3, 2025 9:12:44 AM\t4",
        ]

    def test_a_head_alone_for_an_empty_list(self, user: User) -> None:
        nobody = ["--user-tag", "nobody", "--verify-tags"]
        assert out(user, "-o", "csv", "-c", "uuid,name", *nobody) == "uuid,name\n"
        assert out(user, "-o", "tsv", "-c", "uuid,name", *nobody) == "uuid\tname\n"
        assert out(user, "-o", "csv", "--no-header", *nobody) == ""
        for output in ("jsonl", "uuid", "name"):
            assert out(user, "-o", output, *nobody) == ""

    def test_jsonl_is_each_vm_s_own_text(self, user: User) -> None:
        lines = out(user, "-o", "jsonl", "--sort", "uuid").splitlines()
        assert [json.loads(line) for line in lines] == sorted(INVENTORY, key=lambda row: row["uuid"])
        body = mock_node.example_inventory().decode()
        assert all(line in body for line in lines)

    def test_uuids_and_names(self, user: User) -> None:
        assert out(user, "-o", "uuid", "--sort", "uuid").splitlines() == sorted(row["uuid"] for row in INVENTORY)
        assert out(user, "-o", "name", "--sort", "memorySize") == (
            "rescue\nwin-build\nTest-VM\nweb-2\nweb-10\n数据库-主节点\n"
        )
        assert out(user, "-o", "name", "--print0", "--attachable", "-q") == "Test-VM\0web-2\0数据库-主节点\0"

    def test_wide_has_every_column_of_use(self, user: User) -> None:
        head = out(user, "-o", "wide").splitlines()[0]
        assert re.split(r"  +", head) == [
            *("NAME", "UUID", "STATE", "CDROM", "CPUS", "MEMORY", "ROOT SIZE", "IP ADDRESSES", "PLATFORM", "GUEST OS"),
            *("ARCH", "HYPERVISOR", "HOST", "CLUSTER", "ZONE", "CREATED", "LAST CHANGE"),
        ]

    def test_a_table_of_chosen_columns(self, user: User) -> None:
        assert out(user, "-c", "name,rootSize,vmCdRoms.isoUuid", "--sort", "rootSize").splitlines()[:4] == [
            "NAME           ROOT SIZE  vmCdRoms.isoUuid",
            "──────────────────────────────────────────────────────────",
            "rescue            20 GiB  -",
            "win-build         80 GiB  3e5e142462c54736b1880b43d49edeba",
        ]


class TestTree:
    def test_shows_each_vm_in_full(self, user: User) -> None:
        shown = out(user, "-o", "tree")
        first = shown[: shown.index("\nTest-VM\n")]
        assert first.splitlines()[:3] == ["rescue", "├── cdrom: none", "├── uuid: 4f5c9a6db1de427cfaa5b6d7e8f90a1b"]
        assert "├── memorySize: 0.5 GiB\n" in first
        assert "├── allVolumes: 1\n│   └── ROOT-for-rescue\n│       ├── uuid: " in first
        assert "│       ├── size: 20 GiB\n" in first
        assert first.endswith("└── vmCdRoms: none")
        assert re.findall(r"── (vm-cdrom-\d)\n", shown) == ["vm-cdrom-0"] * 2 + ["vm-cdrom-0", "vm-cdrom-1"] * 2

    def test_fits_a_terminal(self, user: User) -> None:
        result = user.sees("candidates", "--mock", "-o", "tree", columns=60, env={"NO_COLOR": "1"})
        assert max(map(len, result.out.splitlines())) <= 60

    def test_in_ascii(self, user: User) -> None:
        result = user.runs("candidates", "--mock", "-o", "tree", env={"PYTHONIOENCODING": "ascii"})
        assert result.out.isascii()
        assert "+-- cdrom: none\n" in result.out


class TestUsage:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--json", "-o", "csv"], "--json does not go with --output csv\n"),
            (["-c", "name", "-o", "json"], "--columns does not go with --output json\n"),
            (["-c", "name", "--json"], "--columns does not go with --output json\n"),
            (["-c", "name", "-o", "tree"], "--columns does not go with --output tree\n"),
            (["-c", "name", "-o", "uuid"], "--columns does not go with --output uuid\n"),
            (["--print0", "-o", "csv"], "--print0 does not go with --output csv\n"),
            (["--print0"], "--print0 does not go with --output table\n"),
            (["--no-header", "-o", "jsonl"], "--no-header does not go with --output jsonl\n"),
            (["--sort", "name", "--json"], "--sort does not go with --output json\n"),
            (["--check", "x", "-o", "csv"], "--check does not go with options about how a list is shown\n"),
            (["--check", "x", "--json"], "--check does not go with options about how a list is shown\n"),
            (["--curl", "--json"], "--curl does not go with options about an answer\n"),
            (["--curl", "--mock"], "--curl does not go with --mock, whose node ends with the command\n"),
            (["--curl", "--attachable"], "--curl does not go with --attachable or --verify-tags\n"),
            (["-c", "nmae"], '--columns: "nmae" is no column of VM instances; did you mean "name"?\n'),
            (["-c", "name,,uuid"], '--columns: "" is no column of VM instances\n'),
            (["-c", "vmNics.ipp"], '--columns: "vmNics.ipp" is no column of VM instances; did you mean "vmNics.ip"'),
            (["--sort", "nmae"], '--sort: "nmae" is no column of VM instances; did you mean "name"?\n'),
            (["--sort", "name:up"], '--sort: "name:up" must end in :asc, in :desc, or in neither\n'),
        ],
    )
    def test_what_does_not_go_together_is_not_sent(self, user: User, options: list[str], said: str) -> None:
        user.writes_config('[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "some-session"\n')
        result = user.runs("candidates", ISO, *options)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"zsiso: {said}")

    def test_an_unknown_format(self, user: User) -> None:
        result = user.runs("candidates", "--mock", "-o", "xml")
        assert (result.code, result.out) == (2, "")
        assert (
            "'xml' is not one of 'table', 'wide', 'tree', 'json', 'jsonl', 'csv', 'tsv', 'uuid', 'name'" in result.err
        )

    def test_json_twice_is_json(self, user: User) -> None:
        assert out(user, "--json", "-o", "json") == out(user, "--json")

    def test_the_help_names_the_columns(self, user: User) -> None:
        told = " ".join(user.runs("candidates", "--help").out.split())
        for name in ("ips", "cdrom", "rootSize", "vmNics.ip", "allVolumes.size"):
            assert name in told


class TestHabits:
    PROFILE = '[profiles.a]\nurl = "http://a"\n'

    def test_are_the_profile_s_and_an_option_wins(self, user: User) -> None:
        user.writes_config(
            f'{self.PROFILE}output = "csv"\ncolumns = ["name", "cdrom"]\nsort = "name:desc"\nattachable = true\n'
        )
        mine = user.runs("candidates", "--mock", "-q").out
        assert mine == "name,cdrom\n数据库-主节点,free\nweb-2,free\nTest-VM,?\n,?\n"
        assert user.runs("candidates", "--mock", "-q", "--no-attachable").out.count("\n") == 8
        assert user.runs("candidates", "--mock", "-q", "-c", "name").out.startswith("name\n数据库")
        assert user.runs("candidates", "--mock", "-q", "--sort", "name").out.startswith("name,cdrom\nTest-VM,?\n")
        assert user.runs("candidates", "--mock", "-q", "-o", "table").out.startswith("NAME           CDROM\n")
        assert user.runs("candidates", "--mock", "-q", "-o", "name").out == "数据库-主节点\nweb-2\nTest-VM\n"
        assert (
            user.runs("candidates", "--mock", "-q", "--json", "--no-attachable").out
            == mock_node.example_inventory().decode()
        )

    @pytest.mark.parametrize(
        ("habit", "said"),
        [
            ('output = "xml"', 'profiles.a.output is no format: "xml"\nhint: formats: table, wide, '),
            ('output = "tabel"', 'profiles.a.output is no format: "tabel"\nhint: did you mean "table"?\n'),
            (
                'columns = ["nmae"]',
                'profiles.a.columns can\'t be: "nmae" is no column of VM instances; did you mean "name"?\n',
            ),
            ('columns = "name"', "profiles.a.columns must be a list of strings\n"),
            ('sort = "name:up"', "profiles.a.sort can't be: must end in :asc, in :desc, or in neither\n"),
            ('attachable = "yes"', "profiles.a.attachable must be true or false, not a string\n"),
            ("verify_tags = 1", "profiles.a.verify_tags must be true or false, not a number\n"),
        ],
    )
    def test_that_can_t_be(self, user: User, habit: str, said: str) -> None:
        user.writes_config(f"{self.PROFILE}{habit}\n")
        result = user.runs("candidates", "--mock")
        assert (result.code, result.out) == (3, "")
        assert said in result.err


def test_sorting_puts_numbers_by_value_and_the_missing_last() -> None:
    records = [Record({"cpuNum": value}, "") for value in (10, 9.5, "many", None, 2, "few", 2.0)]
    ordered = [record.fields["cpuNum"] for record in sort_records(records, SortOrder("cpuNum"), VM_INSTANCES)]
    assert ordered == [2, 2.0, 9.5, 10, "few", "many", None]
    ordered = [
        record.fields["cpuNum"] for record in sort_records(records, SortOrder("cpuNum", descending=True), VM_INSTANCES)
    ]
    assert ordered == ["many", "few", 10, 9.5, 2, 2.0, None]


anything = st.text(st.characters(exclude_categories=()), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.sampled_from(["uuid", "name", "vmNics", "state"]), json_values), max_size=4))
def test_no_value_forges_a_row(vms: list[dict[str, object]]) -> None:
    records = [Record(fields, json.dumps(fields), {"cdrom": "?"}) for fields in vms]

    def drawn(output: OutputFormat) -> str:
        view = OutputSettings(output, ("name", "vmNics", "state"), SortOrder("name"), header=False, print0=False)
        return as_rows(records, view)

    tsv = drawn(OutputFormat.TSV).split("\n")
    assert tsv.pop() == ""
    assert len(tsv) == len(vms)
    assert all(line.count("\t") == 2 for line in tsv)
    assert list(csv.reader(io.StringIO(drawn(OutputFormat.CSV)))) == [line.split("\t") for line in tsv]
    names = sum(name is not None for name in VM_INSTANCES.reader("name")(records))
    assert drawn(OutputFormat.NAME).count("\n") == names


spaces = st.text(st.sampled_from(" \t\n\r"), max_size=2)


@given(st.lists(st.dictionaries(anything, json_values, max_size=3), max_size=4), spaces, st.booleans())
def test_a_row_s_own_text_is_found(vms: list[dict[str, object]], space: str, ascii_only: bool) -> None:
    texts = [json.dumps(vm, ensure_ascii=ascii_only, indent=len(space) or None) for vm in vms]
    body = (
        f'{space}{{{space}"x"{space}:1,"inventories":{space}[{space}'
        + f"{space},{space}".join(texts)
        + f"{space}]{space}}}{space}"
    )
    decoded = parse_body(body.encode("utf-8", "surrogatepass"))
    try:
        body.encode()
    except UnicodeEncodeError:
        assert decoded.flaw is not None
        return
    assert decoded.flaw is None
    assert decoded.texts == tuple(texts)
    assert decoded.document == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"{",
            b"{}",
            b"[]",
            b"null",
            b"1 2",
            b'{"a"}',
            b'{"a":}',
            b'{"a":1,}',
            b"{1:2}",
            b'{,"a":1}',
            b"{]",
            b'{"a":1]',
        ),
        *(b'{"inventories":[}', b'{"inventories":[1,]}', b'{"inventories":[1 2]}', b'{"inventories":[,1]}', b"{} x"),
        *(
            b"\xef\xbb\xbf{}",
            b'"\\ud800"',
        ),
        *(
            b'{"inventories":["\t"]}',
            b'{"inventories":[01]}',
            b"{'a':1}",
            b'{"a":1}\x00',
            b'{"a":-}',
            b'{"inventories" [1]}',
        ),
    ],
)
def test_the_verdict_is_that_of_the_json_library(body: bytes) -> None:
    try:
        expected = json.loads(body.decode())
    except ValueError:
        expected = None
    decoded = parse_body(body)
    assert decoded.document == expected
    assert (decoded.flaw is None) == (expected is not None or body == b"null")


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="curl or openssl is not installed")
class TestCurl:
    def test_the_command_of_a_session(self, user: User) -> None:
        user.writes_config('[profiles.a]\nurl = "http://[::1]:80/x"\nsession = { env = "NOT_SET" }\ntimeout = 9\n')
        result = user.runs("candidates", ISO, "--curl", "--user-tag", "it's 100% &", "--system-tag", "ephemeral::x")
        assert (result.code, result.err) == (0, "")
        assert result.out == (
            "curl --silent --show-error --globoff --max-time 9 "
            f"'http://[::1]:80/x/v1/images/iso/{ISO}/vm-candidates?systemTags=ephemeral%3A%3Ax&userTags=it%27s%20100%25%20%26' "
            '-H "Authorization: OAuth $ZSISO_SESSION"\n'
        )

    @pytest.mark.parametrize(
        ("keys", "said"),
        [
            ("insecure = true", "--insecure"),
            ('ca_file = "/a b/ca.pem"', "--cacert '/a b/ca.pem'"),
            ("proxy = false", "--noproxy '*'"),
            ('proxy = "http://proxy:3128"', "--noproxy '' --proxy http://proxy:3128"),
            ('proxy = "http://job:hunter22@proxy:3128"', "--noproxy '' --proxy \"$ZSISO_PROXY\""),
        ],
    )
    def test_the_way_to_the_node(self, user: User, keys: str, said: str) -> None:
        user.writes_config(f'[profiles.a]\nurl = "https://h"\nsession = {{ env = "NOT_SET" }}\n{keys}\n')
        result = user.runs("candidates", ISO, "--curl")
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith(f"curl --silent --show-error --globoff --max-time 30 {said} https://h/zstack/v1/")

    @pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Sao_Paulo"])
    @pytest.mark.parametrize("kind", ["session", "account", "key"])
    def test_runs_as_pasted_and_asks_the_same(self, user: User, kind: str, zone: str) -> None:
        account = """o"hara's \\ $HOME"""
        accepts = Accepts(
            account, Secret(PASSWORD), Secret("the-session"), "key-id", Secret(KEY_SECRET), ZoneInfo(zone)
        )
        keys = {
            "session": 'session = { env = "ZSISO_SESSION" }',
            "account": f"account = '''{account}'''",
            "key": f'access_key_id = "key-id"\naccess_key_secret = {{ env = "ZSISO_ACCESS_KEY_SECRET" }}\ntimezone = "{zone}"',
        }[kind]
        with running_cloud(accepts) as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\n{keys}\n')
            command = user.runs("candidates", ISO, "--curl", "--user-tag", "a&b=c 100% +1").out
            assert cloud.asked == []
            secrets = {
                "ZSISO_SESSION": "the-session",
                "ZSISO_PASSWORD": PASSWORD,
                "ZSISO_ACCESS_KEY_SECRET": KEY_SECRET,
            }
            done = subprocess.run(
                ["sh", "-c", command], env={**user.environ, **secrets}, capture_output=True, check=True, timeout=60
            )
            assert (done.stdout, done.stderr) == (mock_node.example_inventory(), b"")
            mine = cloud.asked[-1]
            user.runs("candidates", ISO, "-q", "--user-tag", "a&b=c 100% +1", env=secrets)
            assert (mine.method, mine.path) == (cloud.asked[-1].method, cloud.asked[-1].path)

    @pytest.mark.parametrize("iso", ["rescue-disk", "3e5e"])
    def test_a_name_would_have_to_be_asked_for(self, user: User, iso: str) -> None:
        user.writes_config('[profiles.a]\nurl = "http://127.0.0.1:1"\nsession = "some-session"\n')
        result = user.runs("candidates", iso, "--curl")
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("zsiso: --curl wants the ISO's UUID")


class TestVerbose:
    def test_tells_what_is_sent_and_answered(self, user: User) -> None:
        with running_cloud() as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            result = user.runs("candidates", ISO, "-v", "--json")
        assert result.code == 0
        first, _, rest = result.err.partition(" bytes")
        assert re.fullmatch(r"(?s)> PUT .*\n< 200, 2\d\d", first)
        shown = re.sub(
            r"\d+\.\d ms", "N ms", re.sub(r"[0-9a-f]{32}$", "JOB", f"{first[:-3]}N bytes{rest}", flags=re.MULTILINE)
        )
        shown = shown.replace(cloud.url, "NODE").replace(cloud.url.rpartition(":")[2], "PORT")
        assert shown == (
            "> PUT NODE/zstack/v1/accounts/login\n"
            "> User-Agent: zsiso/0.1.0\n> Accept-Encoding: identity\n> X-Job-UUID: JOB\n"
            "< 200, N bytes from 127.0.0.1 port PORT\n* connect N ms, wait N ms, body N ms\n"
            f"> GET NODE/zstack/v1/images/iso/{ISO}/vm-candidates\n"
            "> User-Agent: zsiso/0.1.0\n> Accept-Encoding: identity\n> X-Job-UUID: JOB\n> Authorization: OAuth ***\n"
            f"< 200, {len(mock_node.example_inventory())} bytes from 127.0.0.1 port PORT\n* connect N ms, wait N ms, body N ms\n"
        )

    def test_masks_a_signature(self, user: User) -> None:
        user.writes_config(
            '[profiles.a]\nurl = "http://a"\naccess_key_id = "key-id"\naccess_key_secret = "some-secret"\n'
        )
        assert "> Authorization: ZStack key-id:***\n" in user.runs("candidates", "--mock", "-v").err

    def test_shows_no_session_that_is_ended(self, user: User) -> None:
        with running_cloud() as cloud:
            user.writes_config(f'[profiles.a]\nurl = "{cloud.url}"\naccount = "admin"\npassword = "{PASSWORD}"\n')
            user.runs("login")
            result = user.runs("logout", "-v")
        assert "/zstack/v1/accounts/sessions/***\n" in result.err
