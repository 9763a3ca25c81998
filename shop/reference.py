"""Facts every hall starts with: roles, dongs, categories, the hall's shelf, the centre's bank account, the catch-all agreement.

Safe to run again: it adds what is missing and changes nothing.
"""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.catalog.models import Category, Zone
from shop.ledger.models import ChainHead
from shop.people.models import Role, StaffRole
from shop.reconciliation.models import BankAccount
from shop.stock.models import Location, LocationKind
from shop.vendors.models import AgreementState, CommissionAgreement, Dong

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

# 행정동 of Jeonju since 2025-03-10 (34), codes of 전북특별자치도. Source: 행정안전부 code list, 45→52 rule of 2024-01-18.
WANSAN = ("완산구", "52111", "중앙동 510 Jungang-dong,풍남동 530 Pungnam-dong,노송동 605 Nosong-dong,완산동 635 Wansan-dong,"
          "동서학동 650 Dongseohak-dong,서서학동 660 Seoseohak-dong,중화산1동 671 Junghwasan 1-dong,"
          "중화산2동 672 Junghwasan 2-dong,서신동 680 Seosin-dong,평화1동 691 Pyeonghwa 1-dong,평화2동 692 Pyeonghwa 2-dong,"
          "삼천1동 701 Samcheon 1-dong,삼천2동 702 Samcheon 2-dong,삼천3동 703 Samcheon 3-dong,효자1동 711 Hyoja 1-dong,"
          "효자2동 712 Hyoja 2-dong,효자3동 713 Hyoja 3-dong,효자4동 714 Hyoja 4-dong,효자5동 730 Hyoja 5-dong")
DEOKJIN = ("덕진구", "52113", "진북동 525 Jinbuk-dong,인후1동 540 Inhu 1-dong,인후2동 550 Inhu 2-dong,인후3동 560 Inhu 3-dong,"
           "덕진동 570 Deokjin-dong,금암동 575 Geumam-dong,팔복동 600 Palbok-dong,우아1동 611 Ua 1-dong,우아2동 612 Ua 2-dong,"
           "호성동 620 Hoseong-dong,송천1동 641 Songcheon 1-dong,송천2동 642 Songcheon 2-dong,조촌동 650 Jochon-dong,"
           "여의동 665 Yeoui-dong,혁신동 670 Hyeoksin-dong")

CATEGORIES = [
    ("hanji-paper", Zone.HANJI, "한지", "Hanji paper"), ("fans", Zone.HANJI, "부채", "Fans"),
    ("lamps", Zone.HANJI, "등·조명", "Lamps"), ("pottery", Zone.HANJI, "도자", "Pottery"),
    ("wood-textile", Zone.HANJI, "나무·천 공예", "Wood and textile craft"),
    ("fresh", Zone.FOOD, "채소·과일", "Vegetables and fruit"), ("sides", Zone.FOOD, "반찬·장", "Side dishes and sauces"),
    ("meal-kits", Zone.FOOD, "한 끼 꾸러미", "Meal kits"), ("sweets", Zone.FOOD, "떡·과자·빵", "Sweets and bread"),
    ("drinks", Zone.FOOD, "차·마실 것", "Tea and drinks"),
    ("soap", Zone.LIVING, "비누·세제", "Soap and cleaning"), ("home", Zone.LIVING, "살림", "Household"),
    ("wear", Zone.LIVING, "입을 것", "Things to wear"), ("care", Zone.LIVING, "향·돌봄", "Scent and care"),
    ("books", Zone.BOOKS, "책", "Books"), ("stationery", Zone.BOOKS, "문구", "Stationery"),
    ("gift-sets", Zone.GIFTS, "선물 꾸러미", "Gift sets"), ("classes", Zone.GIFTS, "체험", "Classes"),
]


def add_reference(session: Session) -> None:
    """Add the missing reference rows."""
    if session.get(ChainHead, 1) is None:
        session.add(ChainHead(id=1))
    have = set(session.scalars(select(Role.name)))
    session.add_all(Role(name=role.value) for role in StaffRole if role not in have)
    known = set(session.scalars(select(Dong.code)))
    for gu, prefix, names in (WANSAN, DEOKJIN):
        for name, number, english in (entry.split(" ", 2) for entry in names.split(",")):
            code = f"{prefix}{number}00"
            if code not in known:
                session.add(Dong(code=code, gu=gu, name=name, name_en=english))
    slugs = set(session.scalars(select(Category.slug)))
    for position, (slug, zone, name, english) in enumerate(CATEGORIES):
        if slug not in slugs:
            session.add(Category(slug=slug, zone=zone, name=name, name_en=english, position=position))
    if session.scalar(select(Location.id).where(Location.kind == LocationKind.HALL)) is None:
        session.add(Location(kind=LocationKind.HALL, name="판매장"))
    if session.scalar(select(BankAccount.id)) is None:
        session.add(BankAccount(code="jb1", bank="전북은행", number="999-01-0000001", holder="전주시사회적경제지원센터"))
    if session.scalar(select(CommissionAgreement.id)) is None:
        session.add(CommissionAgreement(rank=1000, bps=1000, title="기본 수수료 10%", valid_from=EPOCH,
                                        state=AgreementState.APPROVED, approved_at=EPOCH))
    session.flush()
