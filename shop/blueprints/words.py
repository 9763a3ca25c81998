"""The words by which states and kinds of the vendor side are shown."""


from shop.catalog.models import ListingState, NoticeClass, TaxClass, Zone
from shop.stock.models import MovementKind
from shop.translating import lazy as _l
from shop.vendors.models import AgreementState, TeamRole, VatKind, VendorKind, VendorState

VENDOR_KINDS = {
    VendorKind.SOCIAL_ENTERPRISE: _l("사회적기업"), VendorKind.PRE_SOCIAL_ENTERPRISE: _l("예비사회적기업"),
    VendorKind.VILLAGE_ENTERPRISE: _l("마을기업"), VendorKind.COOP: _l("협동조합"), VendorKind.SOCIAL_COOP: _l("사회적협동조합"),
    VendorKind.SELF_SUPPORT: _l("자활기업"), VendorKind.YOUTH_STARTUP: _l("청년창업기업"),
    VendorKind.COMMUNITY_TEAM: _l("공동체 팀"), VendorKind.UNREVIEWED: _l("종류 확인 전"),
}
VAT_KINDS = {
    VatKind.GENERAL: _l("일반과세자"), VatKind.SIMPLIFIED: _l("간이과세자"), VatKind.EXEMPT: _l("면세사업자"),
    VatKind.NOT_REGISTERED: _l("고유번호증만 있음"),
}
VENDOR_STATES = {
    VendorState.APPLIED: ("warn", _l("심사 기다림")), VendorState.RETURNED: ("bad", _l("보완 요청")),
    VendorState.APPROVED: ("ok", _l("입점")), VendorState.SUSPENDED: ("bad", _l("판매 멈춤")),
    VendorState.IMPORTED: ("warn", _l("옛 기록에서 옴")),
}
TEAM_ROLES = {TeamRole.OWNER: _l("대표"), TeamRole.EDITOR: _l("담당"), TeamRole.VIEWER: _l("보기만")}
TEAM_ROLE_NOTES = {
    "owner": _l("사람과 계좌까지 모두 다룹니다."), "editor": _l("물건·재고·주문을 다룹니다."), "viewer": _l("보기만 합니다."),
}
LISTING_STATES = {
    ListingState.DRAFT: ("plain", _l("쓰는 중")), ListingState.SUBMITTED: ("warn", _l("심사 기다림")),
    ListingState.RETURNED: ("bad", _l("보완 요청")), ListingState.PUBLISHED: ("ok", _l("파는 중")),
    ListingState.WITHDRAWN: ("line", _l("내림")),
}
TAX_CLASSES = {TaxClass.TAXABLE: _l("과세 (값에 부가세 포함)"), TaxClass.EXEMPT: _l("면세 (쌀·채소·책 등)")}
NOTICE_CLASSES = {
    NoticeClass.FRESH_FOOD: _l("농수축산물"), NoticeClass.PROCESSED_FOOD: _l("가공식품"),
    NoticeClass.GOODS: _l("그 밖의 물건 (공예·생활)"),
    NoticeClass.BOOK: _l("책"), NoticeClass.SERVICE: _l("체험·강좌"),
}
ZONES = {
    Zone.HANJI: _l("한지·공예"), Zone.FOOD: _l("먹거리"), Zone.LIVING: _l("생활"),
    Zone.BOOKS: _l("책·문구"), Zone.GIFTS: _l("선물 꾸러미"),
}
MOVEMENTS = {
    MovementKind.RECEIPT: _l("들어옴"), MovementKind.SALE: _l("팔림"), MovementKind.RETURN: _l("돌아옴"),
    MovementKind.TRANSFER: _l("옮김"), MovementKind.CORRECTION: _l("바로잡음"), MovementKind.LOSS: _l("없어짐"),
}
AGREEMENT_STATES = {
    AgreementState.PROPOSED: ("warn", _l("승인 기다림")), AgreementState.APPROVED: ("ok", _l("승인")),
    AgreementState.REJECTED: ("line", _l("거두어들임")),
}
CHANNELS = {"web": _l("온라인"), "hall": _l("판매장")}
NOTICE_PROBLEMS = {
    "missing": _l("꼭 적어야 하는 칸입니다."),
    "evasive": _l("‘상세페이지 참조’ 대신 내용을 적어 주세요."),
    "not_a_phone": _l("전화번호를 적어 주세요. 예: 063-123-4567"),
}
VARIANT_PROBLEMS = {
    "none": _l("파는 것이 하나는 있어야 합니다."), "too_many": _l("선택지는 열 개까지입니다."),
    "label_missing": _l("선택지가 둘 이상이면 저마다 이름이 있어야 합니다."),
    "label_twice": _l("같은 이름의 선택지가 둘 있습니다."),
    "option_name_missing": _l("선택지가 둘 이상이면 무엇을 고르는지(색, 크기 등) 적어 주세요."),
    "price": _l("값은 1원에서 1억 원까지입니다."),
}
PICTURE_PROBLEMS = {
    "empty": _l("파일이 비어 있습니다. 다시 골라 주세요."),
    "too_big": _l("사진 파일이 8MB를 넘습니다. 크기를 줄여 다시 올려 주세요."),
    "wrong_kind": _l("JPEG, PNG, WebP 사진만 올릴 수 있습니다. 그림 파일 이름만 바꾼 것이나 SVG는 받지 않습니다."),
    "too_many_pixels": _l("사진이 4천만 화소를 넘습니다. 크기를 줄여 다시 올려 주세요."),
    "too_long": _l("한쪽이 다른 쪽보다 네 배 넘게 깁니다. 잘라서 올려 주세요."),
    "too_small": _l("사진이 너무 작습니다. 짧은 쪽이 200화소는 되어야 합니다."),
    "broken": _l("사진 파일이 깨져 있어 읽지 못했습니다. 다른 파일로 다시 올려 주세요."),
}
