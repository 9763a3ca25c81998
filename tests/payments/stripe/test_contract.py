"""The contract check itself: it catches planted faults, and the whole adapter has been held against it."""

import ast
import inspect
from datetime import timedelta
from pathlib import Path

import pytest
import stripe
from stripe._api_version import _ApiVersion

from shop.dev import stripe_double
from shop.payments import providers
from shop.payments.providers import CardProvider
from shop.payments.providers import stripe as adapter
from tests.payments.stripe.contract import Contract, ContractBreach, operations
from tests.payments.stripe.running import AT, SECRET_KEY

GOODS = {"currency": "krw", "unit_amount": 15_000, "product_data": {"name": "한지 공책"}}
SESSION = {
    "mode": "payment",
    "success_url": "http://127.0.0.1:9/back",
    "line_items": [{"quantity": 1, "price_data": GOODS}],
}


@pytest.fixture
def client(stripe_double):
    """The bare SDK, without the adapter's care."""
    http = stripe.RequestsClient()
    yield stripe.StripeClient(SECRET_KEY, base_addresses={"api": stripe_double.base_url}, http_client=http).v1
    http.close()


def test_a_good_call_passes(client, stripe_contract):
    client.checkout.sessions.create(SESSION)
    assert [operation.path for operation in stripe_contract.seen] == ["/v1/checkout/sessions"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types: unknown"),
        ({"line_items": [{"quantity": 1, "price_data": {**GOODS, "unit_amount": 15000.5}}]}, "'15000.5' is not int"),
        ({"line_items": [{"quantity": 1, "price_data": {**GOODS, "unit_amount": True}}]}, "is not int"),
        ({"line_items": [{"quantity": 1, "price_data": {**GOODS, "colour": "red"}}]}, r"price_data\]\[colour\]: unknown"),
        (
            {"line_items": [{"quantity": 1, "price_data": {"currency": "krw", "product_data": {"description": "한지"}}}]},
            r"\[name\]: missing",
        ),
        ({"line_items": [{"quantity": 1, "price_data": {**GOODS, "unit_amount": 99}}]}, "less than 100 won"),
        ({"line_items": [{"quantity": 1}]}, "exactly one of price"),
        ({"locale": "kr"}, "locale: 'kr' is not one of"),
        ({"customer_email": "buyer@example.com"}, "personal data"),
    ],
)
def test_a_planted_fault_is_caught(client, stripe_contract, changes, fault):
    with pytest.raises(ContractBreach, match=fault):
        client.checkout.sessions.create({**SESSION, **changes})
    stripe_contract.faults.clear()


def test_a_misspelt_word_of_an_open_enumeration_is_caught(client, stripe_contract):
    with pytest.raises(ContractBreach, match="'changed_mind' is not one of"):
        client.refunds.create({"payment_intent": "pi_1", "reason": "changed_mind"})
    stripe_contract.faults.clear()


def test_a_wrong_path_is_caught():
    with pytest.raises(ContractBreach, match="no such operation"):
        Contract().check("POST", "http://x/v1/refund", {"Stripe-Version": adapter.API_VERSION, "Idempotency-Key": "k"}, "")


@pytest.mark.parametrize(
    ("headers", "fault"),
    [
        ({"Stripe-Version": adapter.API_VERSION}, "Idempotency-Key"),
        ({"Stripe-Version": adapter.API_VERSION, "Idempotency-Key": "k" * 256}, "Idempotency-Key"),
        ({"Stripe-Version": "2020-08-27", "Idempotency-Key": "k"}, "Stripe-Version"),
        ({"Stripe-Version": adapter.API_VERSION, "Idempotency-Key": "k", "X-Stripe-Client-Telemetry": "{}"}, "telemetry"),
    ],
)
def test_a_wrong_header_is_caught(headers, fault):
    with pytest.raises(ContractBreach, match=fault):
        Contract().check("POST", "http://x/v1/refunds", headers, "payment_intent=pi_1&amount=100")


def test_the_table_is_read_from_the_whole_sdk():
    assert len(operations()) > 500
    assert {operation.params for operation in operations() if operation.path == "/v1/refunds"} == {
        "RefundListParams",
        "RefundCreateParams",
    }


def test_every_operation_has_a_parameter_class_that_can_be_read():
    assert [operation for operation in operations() if not hasattr(operation.shape, "__required_keys__")] == []


def test_the_pinned_version_is_the_sdks_and_the_stand_ins():
    """An SDK of another API version must be a conscious act: read its changelog, then raise both constants."""
    assert _ApiVersion.CURRENT == adapter.API_VERSION == stripe_double.API_VERSION


def test_every_method_of_the_protocol_was_held_against_the_contract(stripe_double, provider, stripe_contract):
    called = _call_everything(stripe_double, provider)
    protocol = {name for name, _ in inspect.getmembers(CardProvider, inspect.isfunction) if not name.startswith("_")}
    assert called | {"parse_webhook"} == protocol
    seen = {(operation.verb, operation.path) for operation in stripe_contract.seen}
    assert seen == {_operation_of(chain) for chain in _chains_of_adapter()}


def _call_everything(double, provider) -> set[str]:
    started = provider.start_checkout(
        order_number="OG-1",
        amount_won=30_000,
        idempotency_key="checkout:1",
        success_url="http://127.0.0.1:9/back",
        cancel_url="http://127.0.0.1:9/cart",
        expires_at=AT + timedelta(minutes=40),
        locale="ko",
        description="온고을장터 주문 OG-1",
    )
    double.act(started.session_id)
    intent = provider.get_checkout(started.session_id).intent_id
    refund = provider.refund(intent_id=intent, amount_won=1_000, idempotency_key="refund:1", reason="requested_by_customer")
    double.control("payout", settle=True)
    provider.get_refund(refund.refund_id)
    provider.expire_checkout(started.session_id)
    for listing in (
        provider.list_refunds(intent),
        provider.list_balance_rows(),
        provider.list_payouts(),
        provider.list_events(since=AT),
    ):
        assert list(listing)
    provider.balance()
    return {
        "start_checkout", "get_checkout", "refund", "get_refund", "expire_checkout", "list_refunds", "list_balance_rows",
        "list_payouts", "list_events", "balance",
    }  # fmt: skip


def _chains_of_adapter() -> set[tuple[str, ...]]:
    """Every `self._v1.a.b(...)` in the adapter's source, as ("a", "b")."""
    chains = set()
    for node in ast.walk(ast.parse(Path(adapter.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Call):
            names, part = [], node.func
            while isinstance(part, ast.Attribute):
                names.append(part.attr)
                part = part.value
            if "_v1" in names:
                chains.add(tuple(reversed(names[: names.index("_v1")])))
    return chains


def _operation_of(chain: tuple[str, ...]) -> tuple[str, str]:
    service = stripe.StripeClient(SECRET_KEY).v1
    for name in chain[:-1]:
        service = getattr(service, name)
    wanted = f"{type(service).__module__}.{type(service).__name__}.{chain[-1]}"
    (found,) = (one for one in operations() if one.name == wanted)
    return found.verb, found.path


def test_the_seam_names_no_provider():
    assert "stripe" not in Path(providers.__file__).read_text("utf-8").lower()
