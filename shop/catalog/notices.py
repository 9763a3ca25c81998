"""The product information notice (상품정보제공고시): which fields each class must fill in before a listing may be sold.

Source: 공정거래위원회 고시 「전자상거래 등에서의 상품 등의 정보제공에 관한 고시」; 소비기한 replaced 유통기한 on 2023-01-01.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from shop.catalog.models import NoticeClass
from shop.kernel import korean


class NoticeField(NamedTuple):
    """One row of the notice: key, label in both languages, whether it must be filled, and how it is typed."""

    key: str
    label: str
    label_en: str
    required: bool = True
    kind: str = "text"  # text | long | phone


_CONTACT = NoticeField("contact", "소비자 상담 전화", "Customer contact", kind="phone")
_CAUTION = NoticeField("caution", "소비자 안전을 위한 주의사항", "Safety notes", kind="long")

FIELDS: dict[NoticeClass, list[NoticeField]] = {
    NoticeClass.FRESH_FOOD: [
        NoticeField("item", "품목 또는 명칭", "Item"),
        NoticeField("amount", "포장단위별 내용물의 용량(중량)·수량·크기", "Net amount per pack"),
        NoticeField("producer", "생산자(수입품은 수입자)", "Producer"),
        NoticeField("origin", "원산지", "Origin"),
        NoticeField("dates", "제조연월일(포장일·생산연도), 소비기한", "Made or packed on, use by"),
        NoticeField("legal_marks", "관련법상 표시사항(등급·이력·유전자변형·지리적표시)", "Marks required by law", required=False),
        NoticeField("contents", "상품 구성", "What is in the pack"),
        NoticeField("storage", "보관방법 또는 취급방법", "Storage"),
        _CAUTION, _CONTACT,
    ],
    NoticeClass.PROCESSED_FOOD: [
        NoticeField("item", "제품명", "Product name"),
        NoticeField("food_type", "식품의 유형", "Type of food"),
        NoticeField("producer", "생산자 및 소재지", "Producer and place"),
        NoticeField("dates", "제조연월일, 소비기한 또는 품질유지기한", "Made on, use by or best before"),
        NoticeField("amount", "포장단위별 내용물의 용량(중량)·수량", "Net amount per pack"),
        NoticeField("ingredients", "원재료명 및 함량(원산지 포함)", "Ingredients with origin", kind="long"),
        NoticeField("nutrition", "영양성분(표시 대상 식품)", "Nutrition facts", required=False, kind="long"),
        NoticeField("gmo", "유전자변형식품 표시", "Genetically modified food", required=False),
        _CAUTION,
        NoticeField("import_note", "수입식품 문구", "Import notice", required=False),
        _CONTACT,
    ],
    NoticeClass.GOODS: [
        NoticeField("item", "품명 및 모델명", "Name and model"),
        NoticeField("material", "재질 또는 구성", "Material", required=False),
        NoticeField("size", "크기·무게", "Size and weight", required=False),
        NoticeField("approval", "법에 따른 인증·허가 사항(없으면 '해당 없음')", "Certification or approval by law (or “none”)"),
        NoticeField("origin", "제조국 또는 원산지", "Made in"),
        NoticeField("maker", "제조자(수입품은 수입자)", "Maker"),
        NoticeField("contact", "A/S 책임자와 전화 또는 소비자 상담 전화", "Repair or customer contact", kind="phone"),
    ],
    NoticeClass.BOOK: [
        NoticeField("title", "도서명", "Title"),
        NoticeField("author", "저자, 출판사", "Author and publisher"),
        NoticeField("size", "크기", "Size"),
        NoticeField("pages", "쪽수", "Pages"),
        NoticeField("contents", "제품 구성(전집·세트)", "What is in the set", required=False),
        NoticeField("published_on", "출간일", "Published on"),
        NoticeField("description", "목차 또는 책 소개", "Contents or description", kind="long"),
    ],
    NoticeClass.SERVICE: [
        NoticeField("provider", "서비스 제공 사업자", "Provider"),
        NoticeField("terms", "이용 조건(시간·장소·인원)", "Time, place and number of people", kind="long"),
        NoticeField("approval", "법에 따른 인증·허가 사항(없으면 '해당 없음')", "Certification or approval by law (or “none”)"),
        NoticeField("cancellation", "취소·중도해지·환불 기준", "Cancellation and refund", kind="long"),
        _CONTACT,
    ],
}

_EVASIVE = re.compile(r"상세\s*(페이지|설명|정보)?\s*(에\s*)?(참조|참고|표시)|see (the )?(details?|description)", re.IGNORECASE)


def find_problems(notice_class: NoticeClass, notice: Mapping[str, str]) -> dict[str, str]:
    """What keeps a notice from being complete: field key → missing, evasive or not_a_phone."""
    problems = {}
    for field in FIELDS[notice_class]:
        text = notice.get(field.key, "").strip()
        if not text:
            if field.required:
                problems[field.key] = "missing"
        elif _EVASIVE.search(text):
            problems[field.key] = "evasive"
        elif field.kind == "phone" and not _has_phone(text):
            problems[field.key] = "not_a_phone"
    return problems


def clean(notice_class: NoticeClass, notice: Mapping[str, str]) -> dict[str, str]:
    """Only the fields of the class, trimmed, empty ones left out, in the order of the notice."""
    kept = {field.key: notice.get(field.key, "").strip()[:1000] for field in FIELDS[notice_class]}
    return {key: text for key, text in kept.items() if text}


def _has_phone(text: str) -> bool:
    return any(korean.phone(number) for number in re.findall(r"\+?\d[\d\-.\s()]{6,}\d", text))
