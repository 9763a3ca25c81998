"""Listings: written, sent in complete or not at all, published or sent back, withdrawn before their words change."""

import pytest
from sqlalchemy import func, select

from shop.catalog import drafts, listing, notices, prices
from shop.catalog.drafts import Draft, VariantDraft
from shop.catalog.models import Category, ListingState, NoticeClass, ProductSearch, TaxClass, Variant, Zone
from shop.kernel.states import MoveRefused, unreachable
from shop.messages.models import Message
from shop.people.models import AuditEvent, StaffRole
from shop.vendors.models import VendorState
from shop.vendors.onboarding import NoteMissing, OwnReview
from tests import factories

NOTICE = {
    "item": "수제노트",
    "approval": "해당 없음",
    "origin": "대한민국",
    "maker": "한땀공방",
    "contact": "박만든 063-123-4567",
}


@pytest.fixture
def vendor(session):
    return factories.make_vendor(session, "한땀공방")


@pytest.fixture
def merchandiser(session):
    return factories.make_user(session, "심사", roles=(StaffRole.MERCHANDISER,))


def draft(session, **fields):
    category = session.scalar(select(Category.id).where(Category.slug == fields.pop("category", "stationery")))
    return Draft(
        **{
            "name": "전주한지 수제노트",
            "category_id": category,
            "tax_class": TaxClass.TAXABLE,
            "notice_class": NoticeClass.GOODS,
            "variants": [VariantDraft(price_won=12000)],
            "summary": "실로 묶은 공책",
            "description": "닥종이 마흔 장",
            "origin": "국산(전주)",
            "notice": NOTICE,
            **fields,
        }
    )


def create(session, vendor, now, **fields):
    return listing.create_product(session, vendor_id=vendor.id, draft=draft(session, **fields), actor_id=None, now=now)


def submit(session, vendor, product, now):
    return listing.submit_product(session, vendor_id=vendor.id, product_id=product.id, actor_id=None, now=now)


def publish(session, vendor, merchandiser, now, **fields):
    product = submit(session, vendor, create(session, vendor, now, **fields), now)
    return listing.publish_product(session, product_id=product.id, actor_id=merchandiser.id, now=now)


def variants(session, product):
    return session.execute(
        select(Variant.label, Variant.price_won, Variant.is_active)
        .where(Variant.product_id == product.id)
        .order_by(Variant.position, Variant.id)
    ).all()


def test_every_listing_state_is_reached():
    assert unreachable(listing.LISTING_TRANSITIONS, ListingState.DRAFT) == set()


def test_a_draft_takes_its_zone_from_its_category_and_makes_its_own_code_and_skus(session, vendor, now):
    product = create(
        session,
        vendor,
        now,
        name_en="Hanji Notebook, hand-sewn",
        option_name="크기",
        category="soap",
        variants=[VariantDraft(price_won=15000, label="큰 것"), VariantDraft(price_won=9000, label="작은 것")],
    )
    assert (product.state, product.zone, product.min_price_won) == (ListingState.DRAFT, Zone.LIVING, 9000)
    assert product.code == f"hanji-notebook-hand-sewn-{product.id}"
    assert session.scalars(select(Variant.sku).order_by(Variant.id)).all() == [f"{product.code}-1", f"{product.code}-2"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"variants": []}, "none"),
        ({"variants": [VariantDraft(price_won=0)]}, "price"),
        ({"variants": [VariantDraft(price_won=1000, label=str(n)) for n in range(11)], "option_name": "수"}, "too_many"),
        ({"variants": [VariantDraft(price_won=1000), VariantDraft(price_won=2000)], "option_name": "수"}, "label_missing"),
        (
            {"variants": [VariantDraft(price_won=1, label="가"), VariantDraft(price_won=2, label="가")], "option_name": "수"},
            "label_twice",
        ),
        ({"variants": [VariantDraft(price_won=1, label="가"), VariantDraft(price_won=2, label="나")]}, "option_name_missing"),
    ],
)
def test_variants_that_cannot_be_sold_are_refused(session, vendor, now, fields, problem):
    with pytest.raises(drafts.VariantsWrong) as refusal:
        create(session, vendor, now, **fields)
    assert refusal.value.data["problem"] == problem


def test_an_unknown_category_is_refused(session, vendor, now):
    with pytest.raises(drafts.CategoryUnknown):
        create(session, vendor, now, category_id=999)


def test_labels_may_be_exchanged_and_a_row_left_out_is_laid_aside(session, vendor, now):
    product = create(
        session,
        vendor,
        now,
        option_name="색",
        variants=[
            VariantDraft(price_won=1000, label="쪽"),
            VariantDraft(price_won=2000, label="치자"),
            VariantDraft(price_won=500, label="먹"),
        ],
    )
    first, second, _third = session.scalars(select(Variant).order_by(Variant.id)).all()
    listing.update_product(
        session,
        vendor_id=vendor.id,
        product_id=product.id,
        actor_id=None,
        now=now,
        draft=draft(
            session,
            option_name="색",
            variants=[
                VariantDraft(price_won=1000, label="치자", id=first.id),
                VariantDraft(price_won=2000, label="쪽", id=second.id),
            ],
        ),
    )
    session.expire_all()
    assert (first.label, second.label) == ("치자", "쪽")
    assert variants(session, product)[-1] == ("먹", 500, False) or ("먹", 500, False) in variants(session, product)
    assert product.min_price_won == 1000


def test_a_variant_of_another_listing_is_not_written(session, vendor, now):
    product, other = create(session, vendor, now), create(session, vendor, now)
    foreign = session.scalar(select(Variant.id).where(Variant.product_id == other.id))
    with pytest.raises(drafts.ProductUnknown):
        listing.update_product(
            session,
            vendor_id=vendor.id,
            product_id=product.id,
            actor_id=None,
            now=now,
            draft=draft(session, variants=[VariantDraft(price_won=1, id=foreign)]),
        )


def test_another_vendors_listing_is_unknown_here(session, vendor, now):
    product, rival = create(session, vendor, now), factories.make_vendor(session, "다른 곳")
    for attempt in (
        lambda: listing.update_product(
            session, vendor_id=rival.id, product_id=product.id, draft=draft(session), actor_id=None, now=now
        ),
        lambda: submit(session, rival, product, now),
        lambda: listing.withdraw_product(session, vendor_id=rival.id, product_id=product.id, actor_id=None, now=now),
        lambda: prices.change_prices(session, vendor_id=rival.id, product_id=product.id, prices={}, actor_id=None, now=now),
    ):
        with pytest.raises(drafts.ProductUnknown):
            attempt()


def test_a_complete_listing_is_sent_in_and_published_into_the_index_and_its_maker_told(session, vendor, merchandiser, now):
    product = publish(session, vendor, merchandiser, now)
    assert (product.state, product.published_at) == (ListingState.PUBLISHED, now)
    assert session.get(ProductSearch, product.id) is not None
    message = session.scalars(select(Message)).one()
    assert (message.template, message.context["product_code"]) == ("listing_published", product.code)
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == ["listing.created", "listing.submitted", "listing.published"]


def test_what_is_missing_is_named_field_by_field_and_nothing_is_sent(session, vendor, now):
    product = create(
        session,
        vendor,
        now,
        summary="",
        by_parcel=False,
        by_pickup=False,
        notice={**NOTICE, "maker": "", "origin": "상세페이지 참조", "contact": "홈페이지 문의"},
    )
    with pytest.raises(drafts.ListingIncomplete) as refusal:
        submit(session, vendor, product, now)
    assert refusal.value.data["fields"] == {"summary": "missing", "by_parcel": "missing"}
    assert refusal.value.data["notice"] == {"maker": "missing", "origin": "evasive", "contact": "not_a_phone"}
    assert product.state is ListingState.DRAFT


def test_a_vendor_not_let_in_yet_writes_but_does_not_send_in(session, vendor, now):
    vendor.state = VendorState.APPLIED
    product = create(session, vendor, now)
    with pytest.raises(drafts.VendorNotApproved):
        submit(session, vendor, product, now)
    assert product.state is ListingState.DRAFT


def test_a_listing_is_sent_back_with_a_note_mended_and_sent_in_again(session, vendor, merchandiser, now):
    product = submit(session, vendor, create(session, vendor, now), now)
    with pytest.raises(NoteMissing):
        listing.return_product(session, product_id=product.id, actor_id=merchandiser.id, note="", now=now)
    listing.return_product(session, product_id=product.id, actor_id=merchandiser.id, note="크기를 적어 주세요", now=now)
    assert (product.state, product.review_note) == (ListingState.RETURNED, "크기를 적어 주세요")
    assert session.scalars(select(Message)).one().context["reason"] == "크기를 적어 주세요"
    listing.update_product(
        session, vendor_id=vendor.id, product_id=product.id, draft=draft(session, name="새 이름"), actor_id=None, now=now
    )
    assert submit(session, vendor, product, now).state is ListingState.SUBMITTED


def test_nobody_publishes_a_listing_of_their_own_team(session, vendor, merchandiser, now):
    from shop.vendors.models import Membership, TeamRole

    product = submit(session, vendor, create(session, vendor, now), now)
    session.add(Membership(vendor_id=vendor.id, user_id=merchandiser.id, role=TeamRole.VIEWER))
    session.flush()
    with pytest.raises(OwnReview):
        listing.publish_product(session, product_id=product.id, actor_id=merchandiser.id, now=now)
    assert product.state is ListingState.SUBMITTED


def test_only_a_listing_that_was_sent_in_is_published(session, vendor, merchandiser, now):
    product = create(session, vendor, now)
    with pytest.raises(MoveRefused):
        listing.publish_product(session, product_id=product.id, actor_id=merchandiser.id, now=now)


def test_a_live_listings_words_change_only_after_it_is_withdrawn(session, vendor, merchandiser, now):
    product = publish(session, vendor, merchandiser, now)
    with pytest.raises(drafts.ListingNotEditable):
        listing.update_product(
            session, vendor_id=vendor.id, product_id=product.id, draft=draft(session, name="바뀐 이름"), actor_id=None, now=now
        )
    assert product.name == "전주한지 수제노트"
    listing.withdraw_product(session, vendor_id=vendor.id, product_id=product.id, actor_id=None, now=now)
    listing.update_product(
        session, vendor_id=vendor.id, product_id=product.id, draft=draft(session, name="바뀐 이름"), actor_id=None, now=now
    )
    assert (product.name, product.state) == ("바뀐 이름", ListingState.WITHDRAWN)
    assert session.get(ProductSearch, product.id) is None


def test_prices_of_a_live_listing_change_at_once_and_leave_what_they_were(session, vendor, merchandiser, now):
    product = publish(
        session,
        vendor,
        merchandiser,
        now,
        option_name="크기",
        variants=[VariantDraft(price_won=9000, label="작은 것"), VariantDraft(price_won=15000, label="큰 것")],
    )
    small, large = session.scalars(select(Variant.id).order_by(Variant.id)).all()
    prices.change_prices(
        session,
        vendor_id=vendor.id,
        product_id=product.id,
        actor_id=None,
        now=now,
        prices={small: prices.Price(9500, False), large: prices.Price(14000, True)},
    )
    assert (product.min_price_won, product.state) == (14000, ListingState.PUBLISHED)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "prices.changed")).one()
    assert event.before == {str(small): [9000, True], str(large): [15000, True]}


def test_a_live_listing_keeps_something_to_sell_and_prices_within_bounds(session, vendor, merchandiser, now):
    product = publish(session, vendor, merchandiser, now)
    variant = session.scalars(select(Variant.id)).one()
    for price, problem in ((prices.Price(12000, False), "none"), (prices.Price(0, True), "price")):
        with pytest.raises(drafts.VariantsWrong) as refusal, session.begin_nested():
            prices.change_prices(
                session, vendor_id=vendor.id, product_id=product.id, prices={variant: price}, actor_id=None, now=now
            )
        assert refusal.value.data["problem"] == problem
    session.expire_all()
    assert variants(session, product) == [("", 12000, True)]
    assert session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "prices.changed")) == 0


@pytest.mark.parametrize("notice_class", NoticeClass)
def test_every_notice_class_has_required_fields_in_both_languages(notice_class):
    rows = notices.FIELDS[notice_class]
    assert len({row.key for row in rows}) == len(rows) >= 5
    assert all(row.label and row.label_en for row in rows)
    assert set(notices.find_problems(notice_class, {})) == {row.key for row in rows if row.required}


@pytest.mark.parametrize("text", ["상세페이지 참조", "상세 설명 참고", "상세정보에 표시", "See details", "see the description"])
def test_pointing_elsewhere_is_not_an_answer(text):
    assert notices.find_problems(NoticeClass.GOODS, {**NOTICE, "item": text}) == {"item": "evasive"}


def test_a_notice_keeps_only_the_fields_of_its_class():
    assert list(notices.clean(NoticeClass.GOODS, {"maker": " 한땀 ", "item": "공책", "nutrition": "없음", "size": " "})) == [
        "item",
        "maker",
    ]
