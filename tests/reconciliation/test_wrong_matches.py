"""Three hundred synthetic lines against orders whose payers share names, amounts and codes: no automatic match may be wrong."""

import random
from datetime import timedelta

from sqlalchemy import select

from shop.orders.models import Order
from shop.reconciliation.matching import match_automatically
from shop.reconciliation.models import Match, MatchTarget
from tests.conftest import NOON
from tests.reconciliation.builders import bring_lines, make_awaited

SURNAMES, GIVEN = "김이박최정", ["하늘", "바다", "모래", "하능", "솔", "민준"]
STRANGERS = ["윤하늘", "윤바다", "한모래", "홈쇼핑", "CMS", "월급", "모바일이체"]
AMOUNTS = [9_000, 12_000, 14_500, 24_600, 31_000]


def describe(rng, payer, number):
    """What a payer writes: mostly the own name, at times the code, a relative's name, or nothing of use."""
    kind = rng.random()
    tail = number.split("-")[1]
    if kind < 0.55:
        return rng.choice([payer, " ".join(payer), f"({payer})"])
    if kind < 0.75:
        return rng.choice([f"{payer}{tail}", number, f"어머니{tail}"])
    return rng.choice(STRANGERS)


def test_no_automatic_match_is_wrong_on_three_hundred_lines(unit, cast):
    rng = random.Random(20261118)
    truth, lines = [], []
    with unit() as session:
        for number in range(300):
            at = NOON + timedelta(minutes=number)
            if number % 4 == 3:  # money that is for no order at all, by people who also order
                known = rng.choice(SURNAMES) + rng.choice(GIVEN)
                lines.append(
                    (
                        at + timedelta(seconds=30),
                        *rng.choice([(rng.choice(AMOUNTS) + 100, known), (rng.choice(AMOUNTS), rng.choice(STRANGERS))]),
                    )
                )
                truth.append(None)
                continue
            payer = rng.choice(SURNAMES) + rng.choice(GIVEN)
            payment = make_awaited(
                session, cast.vendor, won=rng.choice(AMOUNTS) + rng.choice([0, 0, 0, 10, 20]), payer=payer, at=at
            )
            order_number = session.scalar(select(Order.number).where(Order.id == payment.order_id))
            lines.append((at + timedelta(seconds=30), payment.amount_won, describe(rng, payer, order_number)))
            truth.append(payment.id)
        ids = bring_lines(session, lines, now=NOON + timedelta(days=1))
        expected = dict(zip(ids, truth, strict=True))
        done = match_automatically(session, now=NOON + timedelta(days=1))
        made = {
            m.bank_line_id: m.target_id for m in session.scalars(select(Match).where(Match.target_kind == MatchTarget.PAYMENT))
        }
        assert {line: target for line, target in made.items() if expected[line] != target} == {}
        assert len(done) == len(made) >= 60
