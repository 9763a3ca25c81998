"""The people of the demo: staff, vendors' owners and a shopper, who sign in; and guests who only buy."""

from dataclasses import dataclass

from shop.people.models import StaffRole

PASSWORD = "ongoeul-demo"  # printed on the demo's first page; production has no demo accounts

STAFF = {
    "manager": ("정다온", (StaffRole.MANAGER,)),
    "accountant": ("오세은", (StaffRole.ACCOUNTANT,)),
    "merchandiser": ("한보라", (StaffRole.MERCHANDISER,)),
    "cashier": ("문가람", (StaffRole.CASHIER,)),
    "auditor": ("신우재", (StaffRole.AUDITOR,)),
}
SHOPPER = ("shopper@example.com", "김하늘")


@dataclass(frozen=True)
class Guest:
    """A guest as the checkout knows one."""

    name: str
    phone: str
    postcode: str
    address: str

    @property
    def email(self) -> str:
        return f"guest{self.phone[-4:]}@example.com"


_STREETS = ["전주시 완산구 전주객사길 {n}", "전주시 덕진구 건지로 {n}", "전주시 완산구 은행로 {n}", "전주시 완산구 홍산로 {n}",
            "전주시 덕진구 세병로 {n}", "완주군 이서면 갈산로 {n}", "익산시 무왕로 {n}", "서울특별시 마포구 성미산로 {n}",
            "광주광역시 남구 사직길 {n}", "군산시 대학로 {n}"]
_NAMES = ["김하늘", "이모레", "박은솔", "최바다", "정가을", "강누리", "조아라", "윤슬기",
          "장한결", "임보람", "오새봄", "한여름", "신나래", "서이든", "권도담",
          "황미르", "안다솜", "송하람", "류가온", "전초롱", "홍예슬",
          "고운비", "문시내", "양해솔", "손다올", "배라온", "백단비", "허아름", "남윤서", "심지우"]

GUESTS = [
    Guest(name, f"010-9000-{1000 + 37 * n:04d}", f"{54900 + 13 * n:05d}",
          _STREETS[n % len(_STREETS)].format(n=12 + 7 * n) + " (가상)")
    for n, name in enumerate(_NAMES)
]
