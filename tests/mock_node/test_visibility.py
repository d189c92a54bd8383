"""Who sees, uses and changes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mock_node.client import NO_UUID, RECORDED_CLOUD, changed_cloud, run_cloud

if TYPE_CHECKING:
    from tests.mock_node.client import NodeClient

TENANT = "ef7122b886624ce0bd5bbee9cabc65cb"
UBUNTU, CENTOS = "0d464138a62332553fc1ea36f17fd374", "c6a5387777330bdbd7210dff076ce2ef"
WEB_1, WEB_2 = "de11cc9dea959c212e9c82b1478c281d", "2a9eba0cdf561d802a759159fb7ff337"
SHARED = [WEB_2, UBUNTU]


class TestQueries:
    def test_tenant_sees_what_is_shared(self, tenant: NodeClient) -> None:
        assert tenant.query("images").column("uuid") == [UBUNTU]
        assert tenant.query("vm-instances").column("uuid") == [WEB_2]
        assert tenant.query("vm-instances/cdroms").column("vmInstanceUuid") == [WEB_2]

    def test_tenant_sees_what_it_owns(self) -> None:
        with run_cloud(changed_cloud(owners={CENTOS: TENANT, WEB_1.upper(): TENANT}, shared=[])) as running:
            tenant, admin = running.tenant(), running.admin()
            assert tenant.query("images").column("uuid") == [CENTOS]
            assert tenant.query("vm-instances").column("uuid") == [WEB_1]
            assert len(admin.query("images").column("uuid")) == 6

    def test_others_are_left_out_by_uuid_and_in_counts_too(self, tenant: NodeClient) -> None:
        assert tenant.get(f"/v1/images/{CENTOS}").column("uuid") == []
        assert tenant.get(f"/v1/vm-instances/{WEB_1}").column("uuid") == []
        assert tenant.query("images", count="true").json["total"] == 1

    @pytest.mark.parametrize("resource", ["zones", "clusters", "hosts", "primary-storage", "backup-storage"])
    def test_any_account_may_query_where_vms_run(self, admin: NodeClient, tenant: NodeClient, resource: str) -> None:
        assert tenant.query(resource).json == admin.query(resource).json

    @pytest.mark.parametrize(
        ("target", "api"),
        [
            ("/v1/management-nodes", "org.zstack.header.managementnode.APIQueryManagementNodeMsg"),
            (f"/v1/management-nodes/{NO_UUID}", "org.zstack.header.managementnode.APIQueryManagementNodeMsg"),
            ("/v1/accounts", "org.zstack.header.identity.APIQueryAccountMsg"),
            ("/v1/management-nodes/platform-timezone", "org.zstack.header.managementnode.APIGetPlatformTimeZoneMsg"),
        ],
    )
    def test_some_calls_are_the_admin_s(self, admin: NodeClient, tenant: NodeClient, target: str, api: str) -> None:
        assert admin.get(target).status == 200
        error = tenant.get(target).error
        assert error["code"] == "ID.1002"
        assert error["details"] == f"request api[name: {api}] is admin only, can not be executed by current user"


class TestCandidates:
    def test_no_account_is_looked_at(self, admin: NodeClient, tenant: NodeClient) -> None:
        for target in (f"/v1/images/iso/{CENTOS}/vm-candidates", f"/v1/vm-instances/{WEB_1}/iso-candidates"):
            assert tenant.get(target).json == admin.get(target).json


class TestAttach:
    def test_another_s_iso_is_refused_before_another_s_vm(self, tenant: NodeClient) -> None:
        error = tenant.job("POST", f"/v1/vm-instances/{WEB_1}/iso/{CENTOS}").error
        assert error["details"] == (
            f"the account[uuid:{TENANT}] has no access to the resources[uuid:[{CENTOS}], type:ImageVO]"
        )

    def test_a_vm_shared_for_reading_is_not_the_account_s(self, tenant: NodeClient) -> None:
        denied = (
            f"permission denied, the account[uuid:{TENANT}] is not the owner"
            f" of the resource[uuid:{WEB_2}, type:VmInstanceVO]"
        )
        for method, target in (("POST", f"/iso/{UBUNTU}"), ("DELETE", f"/iso?isoUuid={UBUNTU}")):
            error = tenant.job(method, f"/v1/vm-instances/{WEB_2}{target}").error
            assert (error["code"], error["details"]) == ("SYS.1006", denied)

    def test_own_vm_and_shared_iso_are_attached(self) -> None:
        with run_cloud(changed_cloud(owners={WEB_2: TENANT}, shared=[UBUNTU])) as running:
            assert running.tenant().job("POST", f"/v1/vm-instances/{WEB_2}/iso/{UBUNTU}").status == 200

    def test_in_chinese(self) -> None:
        with run_cloud(changed_cloud(locale="zh_CN")) as running:
            tenant = running.tenant()
            assert "无法使用资源" in tenant.job("POST", f"/v1/vm-instances/{WEB_1}/iso/{CENTOS}").error["details"]
            assert "的所有者" in tenant.job("POST", f"/v1/vm-instances/{WEB_1}/iso/{UBUNTU}").error["details"]


class TestAccounts:
    def test_a_second_admin_sees_everything(self) -> None:
        other = {"uuid": NO_UUID, "name": "ops", "type": "SystemAdmin", "password": "secret"}
        with run_cloud(changed_cloud(accounts=[*RECORDED_CLOUD["accounts"], other])) as running:
            ops = running.client().log_in("ops", "secret")
            assert len(ops.query("images").column("uuid")) == 6
            assert ops.query("accounts").column("name") == ["ops", "admin", "tenant"]

    def test_without_accounts_anyone_is_the_admin(self) -> None:
        without = {key: value for key, value in RECORDED_CLOUD.items() if key != "accounts"}
        with run_cloud(without) as running:
            client = running.client().log_in("whoever", "whatever")
            assert len(client.query("images").column("uuid")) == 6
            client.authorization = "OAuth any"
            assert client.query("accounts").column("name") == ["admin"]
