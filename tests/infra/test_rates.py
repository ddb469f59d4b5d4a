"""How often an address may come, and whose address it is."""

from __future__ import annotations

import pytest

from gewu.infra import rates
from gewu.kernel.refusals import Kind, Refusal


@pytest.fixture(autouse=True)
def _nobody_has_come_before() -> None:
    rates.forget()


def test_one_too_many_is_refused_and_another_address_is_not() -> None:
    for _ in range(3):
        rates.limited("10.0.0.1", "reports", per_hour=3)
    with pytest.raises(Refusal) as refused:
        rates.limited("10.0.0.1", "reports", per_hour=3)
    assert refused.value.kind is Kind.TOO_MANY
    rates.limited("10.0.0.2", "reports", per_hour=3)
    rates.limited("10.0.0.1", "sign-in", per_hour=3)


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address_is_what_the_outermost_trusted_proxy_saw(
    settings: object, proxies: int, told: str, address: str
) -> None:
    settings.PROXIES = proxies  # type: ignore[attr-defined]  # pytest-django's settings
    meta = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": told}
    assert rates.address_of(meta) == address
