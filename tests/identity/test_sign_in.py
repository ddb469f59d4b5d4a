"""Signing in at a real provider: what its claims give, and what they never give."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gewu.infra import openid, sealing, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actions import MappingDraft, ProviderDraft
from gewu.security.models import (
    Account,
    ClaimMapping,
    IdentityProvider,
    KnownSubject,
    Role,
    SecondFactor,
    StandingRow,
)
from tests.identity.provider import CLIENT_ID, SECRET
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, World

pytestmark = pytest.mark.django_db
BASIS = "浦网格办〔2026〕3号"


def sent(browser: Client, code: str = "gov", **more: str) -> str:
    """The address of the provider to which our page sends somebody."""
    answer = browser.get(f"/sign-in/by/{code}", more)
    assert answer.status_code == 303, said(answer)
    return str(answer["Location"])


def vouched(provider: str, name: str, address: str) -> str:
    """The address to which the provider sends somebody back who signs in there."""
    with httpx.Client(trust_env=False) as there:
        assert there.get(f"{provider}/as/{name}").status_code == 200
        answer = there.get(address)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"].removeprefix("http://testserver")


def come(provider: str, name: str, browser: Client | None = None, **more: str) -> tuple[Client, HttpResponse]:
    browser = browser or Client()
    back = vouched(provider, name, sent(browser, **more))
    return browser, browser.get(back)


def newest() -> Account:
    return Account.objects.latest("added_at")


def rights_of(account: Account) -> set[str]:
    actor = accounts.actor_of(account.pk, now=timezone.now())
    return {right for one in actor.standings for right in one.rights} if actor else set()


def test_person_signs_in_at_the_provider_and_has_the_role_and_place_of_the_claims(
    gov: World, provider: str
) -> None:
    browser, answer = come(provider, "zhang", next="/desk/places")
    assert (answer.status_code, answer["Location"]) == (303, "/desk/places")
    assert browser.get("/desk").status_code == 200
    account = newest()
    actor = accounts.actor_of(account.pk, now=timezone.now())
    assert account.display_name == "张主任" and actor is not None
    assert [(one.role, one.place) for one in actor.standings] == [("dispatcher", COUNTY)]
    told = [one.type for one in stream.timeline("account", account.pk)]
    assert told == ["AccountOpened", "SubjectLinked", "RoleGiven", "VouchedFor"]
    assert "张主任" not in str([one.data for one in stream.timeline("account", account.pk)])


def test_second_time_it_is_the_same_account(gov: World, provider: str) -> None:
    come(provider, "zhang")
    count = Account.objects.count()
    come(provider, "zhang")
    assert Account.objects.count() == count and KnownSubject.objects.count() == 1


def test_claim_by_unit_gives_a_desk_in_that_unit(gov: World, provider: str) -> None:
    come(provider, "li")
    actor = accounts.actor_of(newest().pk, now=timezone.now())
    assert actor is not None and actor.holds_for("cases.handle", (f"{COUNTY}-water_supply/",))
    assert not actor.holds_for("cases.handle", (f"{COUNTY}-sanitation/",))


def test_unmapped_claim_opens_no_account_and_gives_no_right(gov: World, provider: str) -> None:
    before = Account.objects.count()
    browser, answer = come(provider, "nobody")
    assert answer.status_code == 403 and "没有对应的角色" in said(answer)
    assert (Account.objects.count(), KnownSubject.objects.count()) == (before, 0)
    assert browser.get("/desk").status_code == 303


def test_request_carries_a_challenge_a_state_and_a_nonce_of_its_own(gov: World) -> None:
    first, second = (parse_qs(urlsplit(sent(Client())).query) for _ in range(2))
    assert first["code_challenge_method"] == ["S256"] and first["response_type"] == ["code"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 43 and first[name] != second[name]


def test_answer_counts_once(gov: World, provider: str) -> None:
    browser = Client()
    back = vouched(provider, "zhang", sent(browser))
    assert browser.get(back).status_code == 303
    assert Client().get(back).status_code == 403, "another browser"
    browser.post("/sign-out")
    assert browser.get(back).status_code == 403, "the same browser once more"


def test_code_taken_already_is_refused_by_the_provider_and_by_us(gov: World, provider: str) -> None:
    """The same code put under a state that is our own: the provider takes a code once."""
    first = Client()
    code = parse_qs(urlsplit(vouched(provider, "zhang", sent(first))).query)["code"][0]
    other = Client()
    state = parse_qs(urlsplit(sent(other)).query)["state"][0]
    assert other.get("/sign-in/by/gov/back", {"code": code, "state": state}).status_code == 403


def test_answer_of_one_provider_is_not_taken_for_another(gov: World, provider: str) -> None:
    draft = ProviderDraft("other", "另一认证", "https://sso.example.gov.cn", "gewu", on=True)
    security.set_provider(draft, actor=gov.actor("fang.an"), now=gov.now)
    browser = Client()
    back = vouched(provider, "zhang", sent(browser))
    assert browser.get(back.replace("/gov/", "/other/")).status_code == 403
    assert not KnownSubject.objects.exists()


def test_sign_in_that_took_too_long_is_refused(gov: World, provider: str) -> None:
    browser = Client()
    back = vouched(provider, "zhang", sent(browser))
    session = browser.session
    kept = session["away"]
    session["away"] = {**kept, "at": (timezone.now() - timedelta(minutes=11)).isoformat()}
    session.save()
    assert browser.get(back).status_code == 403


def test_key_of_the_provider_changes_and_people_still_sign_in(
    gov: World, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert come(provider, "zhang")[1].status_code == 303
    assert httpx.get(f"{provider}/rotate", trust_env=False).status_code == 200
    monkeypatch.setattr(openid, "KEYS_AGAIN_S", 0)
    assert come(provider, "zhang")[1].status_code == 303


def test_mapping_holds_from_its_day_until_its_day(gov: World, provider: str) -> None:
    ClaimMapping.objects.all().delete()
    today = timezone.localdate()
    for since, until in ((today + timedelta(days=1), None), (today - timedelta(days=9), today)):
        mapping = MappingDraft(
            "gov",
            "realm_access.roles",
            "dispatcher",
            "dispatcher",
            BASIS,
            since,
            COUNTY,
            until=until,
        )
        security.map_claim(mapping, actor=gov.actor("fang.an"), now=gov.now)
    assert come(provider, "zhang")[1].status_code == 403
    assert not KnownSubject.objects.exists()


def test_role_ends_with_its_mapping_and_is_not_given_again(gov: World, provider: str) -> None:
    browser, _ = come(provider, "zhang")
    account = newest()
    assert "cases.dispatch" in rights_of(account)
    mapping = ClaimMapping.objects.get(value="dispatcher")
    actor, now = gov.actor("fang.an"), timezone.now()
    security.end_mapping(mapping.pk, timezone.localdate(), actor=actor, now=now)
    assert rights_of(account) == set(), "at once, not only at the next sign-in"
    assert come(provider, "zhang")[1].status_code == 403
    with pytest.raises(Refusal):
        security.end_mapping(mapping.pk, timezone.localdate(), actor=actor, now=now)


def test_claim_that_is_gone_takes_its_role_and_leaves_what_was_given_here(gov: World, provider: str) -> None:
    come(provider, "zhang")
    account = newest()
    security.grant_role(account.pk, "acceptor", actor=gov.actor("fang.an"), now=timezone.now(), place=COUNTY)
    claims: dict[str, Any] = {"sub": _subject(account), "realm_access": {"roles": []}}
    security.sign_in_vouched("gov", claims, now=timezone.now())
    assert "cases.dispatch" not in rights_of(account) and "reports.screen" in rights_of(account)
    assert StandingRow.objects.filter(account=account, source="", until=None).count() == 1


def _subject(account: Account) -> str:
    """The subject under which the provider knows this account: its digest is what is kept here."""
    kept = KnownSubject.objects.select_related("provider").get(account=account)
    made = (sha256(f"{kept.provider.issuer}\n{n}".encode()).hexdigest() for n in range(20))
    return str(list(made).index(kept.digest))


def test_closed_account_stays_closed(gov: World, provider: str) -> None:
    come(provider, "zhang")
    security.close_account(newest().pk, actor=gov.actor("fang.an"), now=timezone.now())
    answer = come(provider, "zhang")[1]
    assert answer.status_code == 403 and "停用" in said(answer)


def test_second_factor_is_asked_for_unless_the_provider_says_that_it_was_shown(
    gov: World, provider: str
) -> None:
    for name in ("zhang", "li"):
        come(provider, name)
    for account in Account.objects.filter(name__startswith="gov."):
        SecondFactor.objects.create(account=account, sealed=b"x", key="k1", confirmed_at=timezone.now())
    _, answer = come(provider, "li")
    assert answer["Location"] == "/sign-in/code", "as long as nothing it says is trusted"
    trusted = ProviderDraft(
        "gov", "政务统一认证", f"{provider}/o", CLIENT_ID, second_factor_values=("mfa",), on=True
    )
    security.set_provider(trusted, actor=gov.actor("fang.an"), now=gov.now)
    assert come(provider, "li")[1]["Location"] == "/desk"
    browser, answer = come(provider, "zhang")
    assert answer["Location"] == "/sign-in/code"
    assert browser.get("/desk").status_code == 303, "there is no session before the code"


def test_role_that_asks_for_a_second_factor_asks_those_who_come_from_elsewhere_too(
    gov: World, provider: str, settings: Any
) -> None:
    settings.SECOND_FACTOR = True
    Role.objects.filter(pk="dispatcher").update(second_factor=True)
    assert come(provider, "zhang")[1]["Location"] == "/sign-in/enrol"


def test_signing_out_here_signs_out_there(gov: World, provider: str) -> None:
    browser, _ = come(provider, "zhang")
    answer = browser.post("/sign-out")
    found = urlsplit(answer["Refresh"].removeprefix("0; url="))
    asked = parse_qs(found.query)
    assert f"{found.scheme}://{found.netloc}" == provider
    assert asked == {"client_id": [CLIENT_ID], "post_logout_redirect_uri": ["http://testserver/sign-in"]}
    assert browser.get("/desk").status_code == 303
    assert signed_in("zhou.min").post("/sign-out")["Location"] == "/sign-in", "nobody else is sent anywhere"


def test_own_account_is_bound_and_then_opened_by_the_provider(gov: World, provider: str) -> None:
    browser = signed_in("chen.guoping")
    _, answer = come(provider, "nobody", browser, bind="1")
    assert answer["Location"] == "/desk/account"
    assert KnownSubject.objects.get().account.name == "chen.guoping"
    fresh, answer = come(provider, "nobody")
    assert answer["Location"] == "/desk" and fresh.get("/desk").status_code == 200
    assert Account.objects.filter(name__startswith="gov.").count() == 0
    again = come(provider, "nobody", signed_in("wu.kai"), bind="1")[1]
    assert again.status_code == 409 and KnownSubject.objects.count() == 1


def test_secret_outlives_a_change_of_the_keys(gov: World) -> None:
    before = sealing.newest_key()
    for _ in security.reseal(actor=gov.actor("fang.an"), now=gov.now):
        pass
    row = IdentityProvider.objects.get(pk="gov")
    assert row.key != before and security.client_of(row).secret == SECRET


def test_provider_that_is_off_is_no_way_in(gov: World, provider: str) -> None:
    assert "政务统一认证" in said(Client().get("/sign-in"))
    browser = Client()
    back = vouched(provider, "zhang", sent(browser))
    off = ProviderDraft("gov", "政务统一认证", f"{provider}/o", CLIENT_ID)
    security.set_provider(off, actor=gov.actor("fang.an"), now=gov.now)
    assert "政务统一认证" not in said(Client().get("/sign-in"))
    assert browser.get(back).status_code == 404
    assert Client().get("/sign-in/by/gov").status_code == 404


def test_provider_that_does_not_answer_leaves_the_password(gov: World) -> None:
    off = ProviderDraft("dead", "停机的认证", "http://127.0.0.1:9/o", "gewu", on=True)
    security.set_provider(off, actor=gov.actor("fang.an"), now=gov.now)
    answer = Client().get("/sign-in/by/dead")
    assert (
        answer.status_code == 409
        and "用账号密码登录" in said(answer)
        and 'name="password"' in answer.content.decode()
    )


@pytest.mark.parametrize("role", ["administrator", "security_administrator", "auditor"])
def test_roles_of_the_three_administrators_are_not_given_from_elsewhere(gov: World, role: str) -> None:
    mapping = MappingDraft("gov", "roles", "root", role, BASIS, date(2026, 1, 1), COUNTY)
    with pytest.raises(Refusal) as refused:
        security.map_claim(mapping, actor=gov.actor("fang.an"), now=gov.now)
    assert refused.value.kind is Kind.FORBIDDEN


@pytest.mark.parametrize(
    ("more", "said_"),
    [
        ({"basis": ""}, "依据"),
        ({"role": "handler", "place": ""}, "指定单位"),
        ({"place": ""}, "指定区域"),
        ({"claim": ""}, "声明"),
        ({"value": " "}, "声明"),
        ({"role": "king"}, "没有这个角色"),
        ({"provider": "none"}, "没有这个角色或这个统一认证"),
        ({"until": date(2026, 1, 1)}, "晚于"),
    ],
)
def test_mapping_that_says_too_little_is_refused(gov: World, more: dict[str, Any], said_: str) -> None:
    usual: dict[str, Any] = {
        "provider": "gov", "claim": "roles", "value": "x", "role": "dispatcher", "basis": BASIS,
        "since": date(2026, 1, 1), "place": COUNTY,
    }  # fmt: skip
    with pytest.raises(Refusal, match=said_):
        security.map_claim(MappingDraft(**{**usual, **more}), actor=gov.actor("fang.an"), now=gov.now)


def test_only_the_security_administrator_sets_providers_and_no_page_shows_the_secret(
    gov: World, provider: str
) -> None:
    for name in ("qian.lei", "zhou.min"):
        with pytest.raises(Refusal):
            security.set_provider(
                ProviderDraft("x", "x", "https://x.example", "x"), actor=gov.actor(name), now=gov.now
            )
        assert signed_in(name).get("/setup/providers").status_code == 403
    page = signed_in("fang.an").get("/setup/providers").content.decode()
    assert f"{provider}/o" in page and SECRET not in page


def test_provider_and_mapping_are_set_on_their_page(world: World, provider: str) -> None:
    admin = signed_in("fang.an")
    form = {
        "code": "gov", "name_zh": "政务统一认证", "issuer": f"{provider}/o", "client_id": CLIENT_ID,
        "secret": SECRET,
        "scopes": "openid profile", "name_claim": "name", "second_factor_values": "mfa", "on": "1",
    }  # fmt: skip
    assert admin.post("/setup/providers/set", form).status_code == 303
    assert "能正常应答" in said(admin.post("/setup/providers/try", {"code": "gov"}))
    mapped = {
        "provider": "gov", "claim": "realm_access.roles", "value": "dispatcher", "role": "dispatcher",
        "place": COUNTY, "since": timezone.localdate().isoformat(), "basis": BASIS,
    }  # fmt: skip
    assert admin.post("/setup/providers/mappings", mapped).status_code == 303
    assert come(provider, "zhang")[1].status_code == 303
    row = ClaimMapping.objects.get()
    ended = admin.post(f"/setup/providers/mappings/{row.pk}/end", {"until": timezone.localdate().isoformat()})
    assert ended.status_code == 303 and "已结束" in said(admin.get("/setup/providers"))
    wrong = admin.post("/setup/providers/set", {**form, "code": "b", "issuer": "http://sso.example"})
    assert wrong.status_code == 422 and "https" in said(wrong)
    handler = {**mapped, "role": "handler", "place": "", "unit": f"{COUNTY}-water_supply"}
    assert admin.post("/setup/providers/mappings", handler).status_code == 303
    assert ClaimMapping.objects.get(role="handler").unit_path == f"{COUNTY}-water_supply/"
