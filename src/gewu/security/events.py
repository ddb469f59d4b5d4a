"""What happens to accounts, to identities and to what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class AccountEvent(Event):
    subject = "account"
    audit = "account"


@dataclass(frozen=True, kw_only=True)
class AccountOpened(AccountEvent):
    sentence = say("{actor}开通了账号")
    first = True


@dataclass(frozen=True, kw_only=True)
class AccountClosed(AccountEvent):
    sentence = say("{actor}停用了账号")


@dataclass(frozen=True, kw_only=True)
class PasswordReset(AccountEvent):
    sentence = say("{actor}重置了密码")


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(AccountEvent):
    sentence = say("本人修改了密码")


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(AccountEvent):
    sentence = say("本人结束了其他登录")
    audit = "sign_in"


@dataclass(frozen=True, kw_only=True)
class RoleGiven(AccountEvent):
    sentence = say("{actor}授予角色“{role}”")
    audit = "role"
    role: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleEnded(AccountEvent):
    sentence = say("{actor}结束角色“{role}”")
    audit = "role"
    role: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class SignedIn(AccountEvent):
    sentence = say("登录")
    audit = "sign_in"


@dataclass(frozen=True, kw_only=True)
class PasswordAccepted(AccountEvent):
    sentence = say("密码正确，等待第二验证")
    audit = "sign_in"


@dataclass(frozen=True, kw_only=True)
class SignInFailed(AccountEvent):
    sentence = say("登录失败第 {failures} 次")
    audit = "sign_in"
    failures: int


@dataclass(frozen=True, kw_only=True)
class AccountLocked(AccountEvent):
    sentence = say("连续登录失败，账号已锁定")
    audit = "sign_in"


class AccessKeyEvent(Event):
    subject = "access_key"
    audit = "connector"


@dataclass(frozen=True, kw_only=True)
class AccessKeyIssued(AccessKeyEvent):
    sentence = say("{actor}签发了接入密钥")
    first = True
    purpose: str


@dataclass(frozen=True, kw_only=True)
class AccessKeyWithdrawn(AccessKeyEvent):
    sentence = say("{actor}收回了接入密钥")
    purpose: str


@dataclass(frozen=True, kw_only=True)
class TokenIssued(AccountEvent):
    sentence = say("签发了接口令牌")
    audit = "sign_in"
    token: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class SecondFactorSet(AccountEvent):
    sentence = say("绑定了身份验证器")


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(AccountEvent):
    sentence = say("{actor}解除了身份验证器")


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(AccountEvent):
    sentence = say("用恢复码登录，还剩 {left} 个")
    left: int


class RevealEvent(Event):
    subject = "reveal"
    audit = "reveal"


@dataclass(frozen=True, kw_only=True)
class RevealAsked(RevealEvent):
    sentence = say("{actor}申请查看反映人身份（{number}）")
    first = True
    about: str
    number: str


@dataclass(frozen=True, kw_only=True)
class RevealGranted(RevealEvent):
    sentence = say("{actor}同意查看反映人身份（{number}）")
    about: str
    number: str


@dataclass(frozen=True, kw_only=True)
class RevealDeclined(RevealEvent):
    sentence = say("{actor}不同意查看反映人身份（{number}）")
    about: str
    number: str


@dataclass(frozen=True, kw_only=True)
class IdentityRevealed(RevealEvent):
    sentence = say("{actor}查看了反映人身份（{number}）")
    about: str
    number: str


@dataclass(frozen=True, kw_only=True)
class RevealAlarmRaised(RevealEvent):
    sentence = say("{actor}一小时内查看身份达 {count} 次")
    first = True
    account: UUID
    count: int


class ExportRequestEvent(Event):
    subject = "export_request"
    audit = "export"


@dataclass(frozen=True, kw_only=True)
class ExportAsked(ExportRequestEvent):
    sentence = say("{actor}申请一次导出 {rows} 行")
    first = True
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportGranted(ExportRequestEvent):
    sentence = say("{actor}同意一次导出 {rows} 行")
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportDeclined(ExportRequestEvent):
    sentence = say("{actor}不同意一次导出 {rows} 行")
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportBegun(ExportRequestEvent):
    """A file of no more rows than one may take out alone is wanted."""

    sentence = say("{actor}要求制作导出文件（{rows} 行，在本人权限内）")
    first = True
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportWanted(ExportRequestEvent):
    """The file to which a second person has agreed is wanted."""

    sentence = say("{actor}要求制作已获同意的导出文件（{rows} 行）")
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportMade(ExportRequestEvent):
    sentence = say("导出文件已做成（{rows} 行）")
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportFailed(ExportRequestEvent):
    sentence = say("导出文件未能做成（{rows} 行）")
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportRemoved(ExportRequestEvent):
    sentence = say("导出文件已从平台删除（{rows} 行）")
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportTaken(ExportRequestEvent):
    """The file was taken without a consent to use up, or once more within the hour."""

    sentence = say("{actor}下载了导出文件（{rows} 行）")
    rows: int


@dataclass(frozen=True, kw_only=True)
class ExportUsed(ExportRequestEvent):
    sentence = say("{actor}经同意一次导出 {rows} 行")
    rows: int


@dataclass(frozen=True, kw_only=True)
class RowsExported(Event):
    """A list left the platform as a file."""

    subject = "export"
    sentence = say("{actor}导出{kind} {rows} 行")
    first = True
    audit = "export"
    kind: str
    rows: int
    filters: str = ""


class KeptEvent(Event):
    subject = "retention"
    audit = "retention"


@dataclass(frozen=True, kw_only=True)
class RetentionSet(KeptEvent):
    sentence = say("{actor}把“{code}”的保存期改为 {days} 天")
    first = True
    code: str
    days: int


@dataclass(frozen=True, kw_only=True)
class HoldSet(KeptEvent):
    sentence = say("{actor}对 {number} 采取保全")
    first = True
    number: str


@dataclass(frozen=True, kw_only=True)
class HoldEnded(KeptEvent):
    sentence = say("{actor}解除了保全")


@dataclass(frozen=True, kw_only=True)
class DataDeleted(KeptEvent):
    sentence = say("按期限删除“{code}” {count} 条（满 {days} 天）")
    first = True
    code: str
    days: int
    count: int
    digest: str


class KeyEvent(Event):
    subject = "key"
    audit = "key"


@dataclass(frozen=True, kw_only=True)
class KeyAdded(KeyEvent):
    sentence = say("{actor}启用新密钥 {key}")
    first = True
    key: str


@dataclass(frozen=True, kw_only=True)
class KeyRetired(KeyEvent):
    sentence = say("{actor}停用旧密钥 {key}")
    first = True
    key: str


class ProviderEvent(Event):
    subject = "identity_provider"
    audit = "connector"


@dataclass(frozen=True, kw_only=True)
class ProviderSet(ProviderEvent):
    sentence = say("{actor}设置统一认证“{code}”")
    first = True
    code: str
    on: bool


@dataclass(frozen=True, kw_only=True)
class ClaimMapped(ProviderEvent):
    sentence = say("{actor}规定统一认证“{code}”的一项声明对应角色“{role}”，自 {since} 起")
    audit = "role"
    first = True
    code: str
    role: str
    since: str


@dataclass(frozen=True, kw_only=True)
class ClaimMappingEnded(ProviderEvent):
    sentence = say("{actor}结束统一认证的一项角色对应，{until} 起不再适用")
    audit = "role"
    until: str


@dataclass(frozen=True, kw_only=True)
class VouchedFor(AccountEvent):
    sentence = say("经统一认证“{provider}”登录")
    audit = "sign_in"
    provider: str


@dataclass(frozen=True, kw_only=True)
class SubjectLinked(AccountEvent):
    sentence = say("{actor}将账号与统一认证“{provider}”的身份绑定")
    provider: str
