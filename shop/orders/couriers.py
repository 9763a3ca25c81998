"""The parcel services that vendors here use: what their numbers look like and where a parcel is followed. Pure.

Source: number lengths and tracking pages as each service publishes them, read 2026-11.
"""

import re
from dataclasses import dataclass

from shop.kernel.errors import Invalid


class TrackingNumberRefused(Invalid):
    """No parcel of this service can have this number; `courier` names the service."""


@dataclass(frozen=True)
class Courier:
    """A parcel service; `lengths` are the numbers of digits it uses, none where it gives no number."""

    code: str
    name: str
    name_en: str
    lengths: tuple[int, ...]
    page: str = ""


COURIERS = {courier.code: courier for courier in (
    Courier("cj", "CJ대한통운", "CJ Logistics", (10, 12), "https://trace.cjlogistics.com/next/tracking.html?wblNo="),
    Courier("epost", "우체국택배", "Korea Post", (13,), "https://service.epost.go.kr/trace.RetrieveDomRigiTraceList.comm?sid1="),
    Courier("hanjin", "한진택배", "Hanjin", (10, 12),
            "https://www.hanjin.com/kor/CMS/DeliveryMgr/WaybillResult.do?mCode=MN038&schLang=KR&wblnumText2="),
    Courier("lotte", "롯데택배", "Lotte Global Logistics", (12, 13),
            "https://www.lotteglogis.com/home/reservation/tracking/linkView?InvNo="),
    Courier("logen", "로젠택배", "Logen", (11,), "https://www.ilogen.com/web/personal/trace/"),
    Courier("kdexp", "경동택배", "Kyungdong", (10, 11, 12, 13, 14, 15, 16), "https://kdexp.com/service/delivery/etc/delivery.do?barcode="),
    Courier("cvsnet", "GS25 편의점택배", "GS Postbox", (10, 12, 13), "https://www.cvsnet.co.kr/invoice/tracking.do?invoice_no="),
    Courier("own", "직접 배달", "Delivered by the maker", ()),
)}


def read_tracking_number(courier_code: str, typed: str) -> str | None:
    """The digits of a tracking number, or None where the service gives none.

    Raises:
        TrackingNumberRefused: the service is unknown or does not use such a number.
    """
    courier = COURIERS.get(courier_code)
    if courier is None:
        raise TrackingNumberRefused(courier=courier_code)
    if not courier.lengths:
        return None
    digits = re.sub(r"[\s\-]", "", typed)
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in courier.lengths:
        raise TrackingNumberRefused(courier=courier.name)
    return digits


def tracking_page(courier_code: str | None, number: str | None) -> str | None:
    """Where a parcel can be followed."""
    courier = COURIERS.get(courier_code or "")
    return f"{courier.page}{number}" if courier and courier.page and number else None
