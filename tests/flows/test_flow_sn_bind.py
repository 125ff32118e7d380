"""FLOW-SN-BIND: binding a family member in Suining (亲情账户)."""

from tests.resolvers.opened import BIND, OpenedWorld

HOLDER = "suining-employee"
FAMILY = """
{
  viewer {
    person {
      familyBindings(where: {status: {eq: ACTIVE}}) { edges { node { relation member { id name idNumber } } } }
    }
  }
}
"""


async def test_flow_sn_bind(opened: OpenedWorld) -> None:
    # 1–2. 四川医保公共服务平台 → 我的 → 账号登录
    assert (await opened.data("{ viewer { role } }", persona=HOLDER))["viewer"] == {"role": "CITIZEN"}
    # 3–4. 首页 → 特色服务 → 亲情账户 → 添加家庭成员: nobody yet.
    assert (await opened.data(FAMILY, persona=HOLDER))["viewer"]["person"]["familyBindings"]["edges"] == []
    # 5. 已阅读个人承诺书: without 我已阅读并同意 nothing is bound.
    refused = await opened.mutate(BIND, HOLDER, **opened.member(HOLDER, pledgeAccepted=False))
    assert refused["__typename"] == "PledgeNotAccepted"
    # 6. 姓名、证件类型、证件号码、出生日期、性别、关系 → 添加账户
    bound = await opened.mutate(BIND, HOLDER, **opened.member(HOLDER))
    # 7. 绑定成功 → 查看家庭成员
    assert bound["__typename"] == "FamilyMemberBound"
    [edge] = (await opened.data(FAMILY, persona=HOLDER))["viewer"]["person"]["familyBindings"]["edges"]
    assert edge["node"]["relation"] == "PARENT"
    assert edge["node"]["member"]["id"] == opened.relative(HOLDER)
    # Another's name and number are masked, however close the relative.
    assert "*" in edge["node"]["member"]["name"]
    assert "*" in edge["node"]["member"]["idNumber"]
