"""Words for what the trail records."""

from __future__ import annotations

from app.core.text import N_

ACTIONS = {
    "account.created": N_("新建账号"),
    "activity.capacity_changed": N_("改名额"),
    "activity.changed": N_("改活动"),
    "activity.copied": N_("复制活动"),
    "activity.created": N_("新建活动"),
    "attendance.exported": N_("导出到场数据"),
    "bib_block.released": N_("收回号码段"),
    "bib_block.reserved": N_("留出号码段"),
    "device.created": N_("登记设备"),
    "device.join_code": N_("出加入码"),
    "device.revoked": N_("停用设备"),
    "organisation.created": N_("新建单位"),
    "organisation.seeded": N_("录入镇街"),
    "pass.issued": N_("发码"),
    "pass.reissued": N_("换新码"),
    "person.changed": N_("改人员资料"),
    "person.link_proven": N_("核实关系"),
    "person.linked": N_("登记关系"),
    "person.unlinked": N_("解除关系"),
    "privacy_notice.published": N_("发布隐私告知"),
    "registration.cancelled": N_("取消报名"),
    "registration.disclosed": N_("查看个人资料"),
    "registration.exported": N_("导出报名"),
    "registration.insurance_listed": N_("导出保险名单"),
    "registration.registered": N_("报名"),
    "registration.reviewed": N_("审核报名"),
    "route.cleared": N_("删除路线"),
    "route.set": N_("设定路线"),
    "season.changed": N_("改赛季"),
    "season.copied": N_("复制赛季"),
    "season.created": N_("新建赛季"),
    "series.changed": N_("改系列"),
    "series.created": N_("新建系列"),
    "terms.published": N_("发布参加须知"),
    "accounts.change_password": N_("改密码"),
    "accounts.check_code": N_("核对验证码"),
    "accounts.close_dormant": N_("停用久未登录的账号"),
    "accounts.create_staff": N_("新建账号"),
    "accounts.disable_account": N_("停用账号"),
    "accounts.enable_account": N_("启用账号"),
    "accounts.forget_codes": N_("清理验证码"),
    "accounts.grant_role": N_("授予角色"),
    "accounts.issue_key": N_("发接口密钥"),
    "accounts.issue_token": N_("发令牌"),
    "accounts.raise_epoch": N_("结束登录"),
    "accounts.request_login_code": N_("发验证码"),
    "accounts.reset_password": N_("重设密码"),
    "accounts.revoke_key": N_("停用接口密钥"),
    "accounts.revoke_role": N_("收回角色"),
    "accounts.sign_in_staff": N_("工作人员登录"),
    "accounts.sign_in_with_code": N_("市民登录"),
    "accounts.verify_code": N_("核对验证码"),
}
"""What an action is called; one that is not here is shown by its code."""
ROOMS = {
    "accounts": N_("账号"),
    "activities": N_("活动"),
    "audit": N_("审计"),
    "checkins": N_("签到"),
    "dashboards": N_("到场统计"),
    "passes": N_("码"),
    "people": N_("人员"),
    "registrations": N_("报名"),
}
"""Where a refused act stands: the first word of its code."""
ACTORS = {
    "device": N_("设备"),
    "api_key": N_("接口密钥"),
    "system": N_("系统"),
    "anonymous": N_("没有登录的人"),
}
"""Who is no account."""
