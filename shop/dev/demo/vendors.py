"""Sixteen fictional organisations of the demo, as plain data; the opener turns them into rows.

Nothing here is real: business numbers carry tax office 999, which does not exist, telephones 063-000-, mail @example.com.
"""

from dataclasses import dataclass
from datetime import date

from shop.vendors.models import VatKind, VendorKind


@dataclass(frozen=True, kw_only=True)
class DemoVendor:
    """One organisation as the opener needs it; `dong` is the Korean name of an administrative dong."""

    code: str
    name: str
    name_en: str
    kind: VendorKind
    brn: str
    representative: str
    dong: str
    address: str
    tagline: str
    tagline_en: str
    story: str
    story_en: str
    tint: str
    phone: str
    certification: str
    certification_en: str
    certificate_no: str
    certified_on: date
    vat_kind: VatKind = VatKind.GENERAL
    mail_order_no: str = ""
    parcel_fee_won: int = 3000
    free_parcel_from_won: int | None = None
    is_fictional: bool = True

    @property
    def email(self) -> str:
        return f"{self.code}@example.com"


VENDORS = [
    DemoVendor(
        code="handdam", name="한땀공방", name_en="Handdam Bindery", kind=VendorKind.PRE_SOCIAL_ENTERPRISE, brn="999-81-20118",
        representative="박한솔", dong="풍남동", address="전주시 완산구 풍남동 골목 (가상 주소)", phone="063-000-0101", tint="indigo",
        tagline="세 사람이 풍남동 골목에서 한지를 꿰맵니다",
        tagline_en="Three people stitch hanji by hand in an alley of Pungnam-dong",
        story="한땀공방은 경력이 끊긴 세 사람이 2021년에 연 제본 공방입니다. 남은 한지 조각을 버리기 아까워 노트로 묶은 것이 첫 물건이었습니다. "
              "종이는 결을 맞추어 접고, 표지는 천연 염색 한지를 두 겹으로 바르며, 실은 밀랍을 먹여 꿰맵니다. 하루에 스무 권을 넘기지 않습니다. "
              "한 권을 다 쓰면 속지만 갈아 끼울 수 있게 등을 열어 둡니다.",
        story_en="Handdam is a bindery opened in 2021 by three people returning to work after years at home. Its first notebook was made from offcuts "
                 "nobody wanted to throw away. Sheets are folded along the grain, covers are two layers of dyed hanji, thread is waxed before it is "
                 "sewn. They bind no more than twenty books a day. The spine stays open so that a full book can be refilled.",
        certification="예비사회적기업 지정 (가상)", certification_en="Designated pre-certified social enterprise (fictional)",
        certificate_no="가상-예비-2025-017", certified_on=date(2025, 3, 14), mail_order_no="2025-가상-0101", free_parcel_from_won=30000,
    ),
    DemoVendor(
        code="jongibit", name="종이빛협동조합", name_en="Jongibit Paper Light Co-op", kind=VendorKind.COOP, brn="999-81-20189",
        representative="서은재", dong="서서학동", address="전주시 완산구 서서학동 천변 (가상 주소)", phone="063-000-0102", tint="gardenia",
        tagline="한지로 빛을 거르는 다섯 사람의 등 공방", tagline_en="Five makers who filter light through hanji",
        story="전시 조명을 하던 두 사람과 한지를 뜨던 세 사람이 2019년에 협동조합을 만들었습니다. 등 하나에 한지 세 겹을 바르는데, 겹마다 두께를 달리해 눈이 "
              "부시지 않게 합니다. 뼈대는 전주 근교에서 벤 대나무와 소나무입니다. 갓이 찢어지면 보내 주세요. 종이값만 받고 다시 발라 드립니다.",
        story_en="Two exhibition lighters and three papermakers formed this co-operative in 2019. Every lamp wears three layers of hanji, each of a "
                 "different weight, so that the light never dazzles. Frames are bamboo and pine cut near Jeonju. If a shade tears, send it back: it is "
                 "papered again for the price of the paper.",
        certification="협동조합 설립신고 (가상)", certification_en="Registered co-operative (fictional)", certificate_no="가상-협동-2019-044",
        certified_on=date(2019, 6, 3), mail_order_no="2019-가상-0102", parcel_fee_won=4000, free_parcel_from_won=80000,
    ),
    DemoVendor(
        code="baramson", name="바람손", name_en="Baramson Fans", kind=VendorKind.YOUTH_STARTUP, brn="999-01-20678",
        representative="이바람", dong="동서학동", address="전주시 완산구 동서학동 언덕 (가상 주소)", phone="063-000-0103", tint="celadon",
        tagline="선자장 어른께 배운 두 청년의 부채", tagline_en="Fans by two young makers taught by an old master",
        story="바람손의 두 사람은 스물여섯에 부채를 배우기 시작했습니다. 대를 쪼개는 데 한 해, 종이를 바르는 데 한 해가 걸렸습니다. 요즘 방에 어울리는 빛깔과 "
              "그림을 얹되 살의 수와 풀은 배운 그대로 씁니다. 부채살이 부러지면 한 번은 그냥 고쳐 드립니다.",
        story_en="Both makers began to learn fans at twenty-six. Splitting bamboo took one year, papering another. Colours and pictures suit the rooms of "
                 "today; the number of ribs and the paste are as they were taught. A broken rib is mended once for nothing.",
        certification="청년창업 지원팀 선정 (가상)", certification_en="Selected youth start-up (fictional)", certificate_no="가상-청년-2024-008",
        certified_on=date(2024, 4, 22), mail_order_no="2024-가상-0103", free_parcel_from_won=50000,
    ),
    DemoVendor(
        code="heukbulson", name="흙불손", name_en="Heukbulson Pottery", kind=VendorKind.YOUTH_STARTUP, brn="999-01-20815",
        representative="정다온", dong="노송동", address="전주시 완산구 노송동 (가상 주소)", phone="063-000-0104", tint="clay",
        tagline="노송동 빈집에서 매일 쓰는 그릇을 굽습니다", tagline_en="Everyday bowls fired in a once-empty house of Nosong-dong",
        story="비어 있던 집의 부엌을 작업실로, 광을 가마방으로 고쳤습니다. 손에 쥐었을 때 무겁지 않고 설거지하기 쉬운 그릇만 만듭니다. 유약은 콩대와 볏짚을 태운 "
              "재로 짓습니다. 같은 틀에서 나와도 재에 따라 빛깔이 조금씩 다릅니다. 금 간 그릇은 값을 반으로 낮추어 작업실에서만 팝니다.",
        story_en="The kitchen of an empty house became the workshop, its shed the kiln room. They make only bowls that sit light in the hand and wash easily. "
                 "Glazes are mixed from the ash of bean stalks and rice straw, so no two batches share a colour. Cracked pieces are sold at half price, "
                 "and only at the workshop.",
        certification="청년창업 지원팀 선정 (가상)", certification_en="Selected youth start-up (fictional)", certificate_no="가상-청년-2025-003",
        certified_on=date(2025, 4, 21), mail_order_no="2025-가상-0104", parcel_fee_won=4000, free_parcel_from_won=70000,
    ),
    DemoVendor(
        code="gyeolmok", name="결목공방", name_en="Gyeolmok Woodshop", kind=VendorKind.SELF_SUPPORT, brn="999-01-20886",
        representative="문재호", dong="팔복동", address="전주시 덕진구 팔복동 공단 (가상 주소)", phone="063-000-0105", tint="persimmon",
        tagline="팔복동 목수들이 버려질 나무에서 살림을 깎습니다", tagline_en="Woodworkers of Palbok-dong carve household things from timber headed for waste",
        story="자활근로에서 목공을 배운 여섯 사람이 독립해 세운 작업장입니다. 가로수를 베거나 한옥을 고칠 때 나오는 나무를 받아 말려 씁니다. 나무마다 어디서 왔는지 "
              "바닥에 불도장으로 적습니다. 칠은 들기름과 밀랍뿐이어서 입에 닿아도 됩니다. 해마다 한 번 사포질과 기름칠을 무료로 해 드립니다.",
        story_en="Six people who learned joinery in a self-support programme set up on their own here. They season wood from felled street trees and repaired "
                 "hanok houses, and brand under each piece where it stood. The only finish is perilla oil and beeswax. Once a year they sand and oil your "
                 "board for nothing.",
        certification="자활기업 인정 (가상)", certification_en="Recognised self-support enterprise (fictional)", certificate_no="가상-자활-2022-012",
        certified_on=date(2022, 9, 5), mail_order_no="2022-가상-0105", parcel_fee_won=3500, free_parcel_from_won=50000,
    ),
    DemoVendor(
        code="jjokbit", name="쪽빛누리", name_en="Jjokbit Natural Dye", kind=VendorKind.SOCIAL_ENTERPRISE, brn="999-81-20398",
        representative="한소영", dong="덕진동", address="전주시 덕진구 덕진동 연못가 (가상 주소)", phone="063-000-0106", tint="indigo",
        tagline="심은 쪽으로 물들이고, 바람에 말립니다", tagline_en="We dye with the indigo we plant, and dry it in the wind",
        story="텃밭 삼백 평에 쪽과 치자, 홍화를 심고 거둡니다. 일하는 열한 사람 가운데 일곱 사람이 결혼으로 전주에 온 분들입니다. 여름에는 쪽 항아리를 하루 세 번 "
              "저으며 빛깔을 봅니다. 천은 물들인 날과 사람의 이름을 실로 적어 내보냅니다. 물이 빠지면 한 번 더 들여 드립니다.",
        story_en="Indigo, gardenia and safflower grow on our thousand square metres. Seven of the eleven people who work here came to Jeonju by marriage. In "
                 "summer the indigo jar is stirred three times a day. Each cloth leaves with the date and the dyer's name in thread. When it fades, we dye "
                 "it once more.",
        certification="사회적기업 인증 (가상)", certification_en="Certified social enterprise (fictional)", certificate_no="가상-사회-2020-151",
        certified_on=date(2020, 11, 27), mail_order_no="2020-가상-0106", free_parcel_from_won=50000,
    ),
    DemoVendor(
        code="baneulbeot", name="바늘벗", name_en="Baneulbeot Sewing Circle", kind=VendorKind.COMMUNITY_TEAM, brn="999-05-21092",
        representative="오정님", dong="진북동", address="전주시 덕진구 진북동 주민공간 (가상 주소)", phone="063-000-0107", tint="plum",
        tagline="진북동 이웃 아홉 명이 화요일마다 바느질합니다", tagline_en="Nine neighbours of Jinbuk-dong sew every Tuesday", vat_kind=VatKind.SIMPLIFIED,
        story="마을공동체 모임에서 만난 아홉 사람이 시장 한복집에서 나온 자투리 천을 얻어 꿰맵니다. 가장 나이 많은 분은 일흔여덟, 가장 어린 분은 서른하나입니다. "
              "한 사람이 처음부터 끝까지 짓고 안쪽에 자기 이름을 적습니다. 주문이 몰려도 화요일을 늘리지 않습니다.",
        story_en="Nine people who met in a neighbourhood group sew scraps given by the hanbok shops of the market. The eldest is seventy-eight, the youngest "
                 "thirty-one. One person makes a piece from start to end and signs it inside. However many orders come, Tuesdays stay Tuesdays.",
        certification="마을공동체 공모 선정팀 (가상)", certification_en="Selected community team (fictional)", certificate_no="가상-공동체-2025-031",
        certified_on=date(2025, 5, 12), mail_order_no="2025-가상-0107",
    ),
    DemoVendor(
        code="kongbat", name="교동콩밭", name_en="Gyodong Bean Field Co-op", kind=VendorKind.COOP, brn="999-81-20461",
        representative="이콩심", dong="풍남동", address="전주시 완산구 풍남동 교동 (가상 주소)", phone="063-000-0108", tint="gardenia",
        tagline="새벽 네 시, 우물물로 콩나물을 기릅니다", tagline_en="Bean sprouts watered from a well at four every morning",
        story="전주천 건너에서 콩을 짓는 농가 여덟 집과 콩나물집 한 집이 모인 협동조합입니다. 작은 쥐눈이콩을 써서 콩나물이 가늘고 오래 아삭합니다. 물은 네 시간마다 "
              "한 번, 밤에도 줍니다. 그날 아침에 뽑은 것만 판매장에 내고 남은 것은 거두어 사료로 씁니다. 두부는 화요일과 금요일에만 누릅니다.",
        story_en="Eight bean farms across the Jeonju stream and one sprout house make up this co-operative. Small black-eyed beans give thin sprouts that stay "
                 "crisp. They are watered every four hours, at night as well. Only what was pulled this morning reaches the hall; the rest goes to feed. "
                 "Tofu is pressed on Tuesdays and Fridays.",
        certification="협동조합 설립신고 (가상)", certification_en="Registered co-operative (fictional)", certificate_no="가상-협동-2018-029",
        certified_on=date(2018, 3, 19), mail_order_no="2018-가상-0108", parcel_fee_won=3500, free_parcel_from_won=40000,
    ),
    DemoVendor(
        code="boksunggol", name="복숭아골두레", name_en="Peach Valley Dure", kind=VendorKind.VILLAGE_ENTERPRISE, brn="999-81-20743",
        representative="최도화", dong="호성동", address="전주시 덕진구 호성동 과수원길 (가상 주소)", phone="063-000-0109", tint="persimmon",
        tagline="호성동 과수원 열두 집이 함께 고르고 함께 보냅니다", tagline_en="Twelve orchards of Hoseong-dong sort and ship together",
        story="혼자 내다 팔면 값을 못 받던 과수원 열두 집이 선별장을 하나 지었습니다. 당도를 재서 낮은 것은 청과 잼으로 돌리고, 무른 것은 그날 마을에서 나눕니다. "
              "겨울에는 감을 깎아 처마에 답니다. 번 돈의 십분의 일은 마을 어르신 점심에 씁니다.",
        story_en="Twelve orchards that got poor prices alone built one sorting shed. Fruit below the sugar mark becomes syrup, soft fruit is shared in the "
                 "village the same day. In winter they peel persimmons and hang them under the eaves. A tenth of the income pays for the elders' lunches.",
        certification="마을기업 지정 (가상)", certification_en="Designated village enterprise (fictional)", certificate_no="가상-마을-2021-006",
        certified_on=date(2021, 5, 31), mail_order_no="2021-가상-0109", parcel_fee_won=4000, free_parcel_from_won=60000,
    ),
    DemoVendor(
        code="moraenae", name="모래내밥상", name_en="Moraenae Table", kind=VendorKind.VILLAGE_ENTERPRISE, brn="999-81-20952",
        representative="김순례", dong="인후2동", address="전주시 덕진구 인후2동 시장 안 (가상 주소)", phone="063-000-0110", tint="mugwort",
        tagline="시장에서 사서 시장에서 무친 나물", tagline_en="Greens bought in the market, dressed in the market",
        story="모래내 가까운 시장에서 삼십 년 나물을 판 세 분이 꾸러미 집을 열었습니다. 재료의 아홉 가지 가운데 일곱 가지를 걸어서 오 분 안에서 삽니다. 나물은 새벽에 "
              "무쳐 낮에 보내고, 남으면 저녁에 동네 무료 밥상에 올립니다. 양념은 간장과 마늘, 깨, 참기름까지가 전부입니다.",
        story_en="Three women who sold greens at the market for thirty years opened a kitchen beside it. Seven of nine ingredients come from within five minutes' "
                 "walk. Greens are dressed at dawn and leave by noon; what remains feeds the neighbourhood's free supper. The seasoning is soy sauce, garlic, "
                 "sesame and its oil, and nothing else.",
        certification="마을기업 지정 (가상)", certification_en="Designated village enterprise (fictional)", certificate_no="가상-마을-2023-002",
        certified_on=date(2023, 6, 9), mail_order_no="2023-가상-0110", parcel_fee_won=4000, free_parcel_from_won=50000,
    ),
    DemoVendor(
        code="hanmaeul", name="한마을살림", name_en="Hanmaeul Larder", kind=VendorKind.SELF_SUPPORT, brn="999-82-20605",
        representative="강순덕", dong="삼천3동", address="전주시 완산구 삼천3동 (가상 주소)", phone="063-000-0111", tint="clay",
        tagline="삼천동 들의 생강과 매실을 졸이고 말립니다", tagline_en="Ginger and plums of the Samcheon fields, simmered and dried",
        story="지역자활센터 반찬사업단에서 일하던 열네 사람이 2020년에 세운 자활기업입니다. 봄에는 매실, 가을에는 생강, 겨울에는 김을 만집니다. 설탕은 과일 무게를 넘지 "
              "않게 넣고 얼마를 넣었는지 병에 적습니다. 병을 열 개 모아 오시면 한 병을 채워 드립니다.",
        story_en="Fourteen people from a self-support side-dish project founded this company in 2020. Spring is for plums, autumn for ginger, winter for seaweed. "
                 "Sugar never outweighs the fruit, and the label says how much went in. Bring back ten jars and we fill one for you.",
        certification="자활기업 인정 (가상)", certification_en="Recognised self-support enterprise (fictional)", certificate_no="가상-자활-2020-007",
        certified_on=date(2020, 7, 6), mail_order_no="2020-가상-0111", free_parcel_from_won=40000,
    ),
    DemoVendor(
        code="onbit", name="온빛제과", name_en="Onbit Bakery", kind=VendorKind.SOCIAL_ENTERPRISE, brn="999-82-20532",
        representative="유진아", dong="중앙동", address="전주시 완산구 중앙동 (가상 주소)", phone="063-000-0112", tint="plum",
        tagline="느린 제빵사들이 정확하게 굽습니다", tagline_en="Slow bakers, exact ovens",
        story="발달장애가 있는 제빵사 아홉 명과 돕는 사람 네 명이 함께 굽습니다. 저울과 타이머가 일의 순서를 정해 주기 때문에 맛이 날마다 같습니다. 앙금과 잼을 직접 "
              "졸이고 밀은 전북에서 거둔 것을 씁니다. 빵은 오전 열한 시와 오후 네 시에 나옵니다.",
        story_en="Nine bakers with developmental disabilities and four colleagues bake together. Scales and timers set the order of work, so the taste is the same "
                 "every day. They cook their own bean paste and jam and use wheat grown in Jeonbuk. Bread comes out at eleven and at four.",
        certification="사회적기업 인증 (가상)", certification_en="Certified social enterprise (fictional)", certificate_no="가상-사회-2017-088",
        certified_on=date(2017, 12, 15), mail_order_no="2017-가상-0112", free_parcel_from_won=30000,
    ),
    DemoVendor(
        code="ieum", name="이음찻집사회적협동조합", name_en="Ieum Tea House Social Co-op", kind=VendorKind.SOCIAL_COOP, brn="999-82-20250",
        representative="노하진", dong="서신동", address="전주시 완산구 서신동 도서관 옆 (가상 주소)", phone="063-000-0113", tint="mugwort",
        tagline="청소년이 볶고 어르신이 덖습니다", tagline_en="Young people roast, elders parch",
        story="학교 밖 청소년과 은퇴한 어르신이 한 부엌에서 일합니다. 커피는 청소년이 일주일에 두 번 볶고, 쑥차와 감잎차는 어르신들이 손으로 덖습니다. 볶은 날을 봉투에 "
              "손으로 적고 두 주가 지나면 팔지 않습니다. 남은 원두는 도서관 무료 커피가 됩니다.",
        story_en="Young people out of school and retired neighbours share one kitchen. Coffee is roasted twice a week by the young, mugwort and persimmon-leaf tea "
                 "is parched by the old. The roasting day is written on the bag by hand and nothing is sold after two weeks; it becomes free coffee at the "
                 "library.",
        certification="사회적협동조합 설립인가 (가상)", certification_en="Authorised social co-operative (fictional)", certificate_no="가상-사협-2019-013",
        certified_on=date(2019, 10, 2), mail_order_no="2019-가상-0113", free_parcel_from_won=30000,
    ),
    DemoVendor(
        code="ssuktteum", name="쑥뜸마을사회적협동조합", name_en="Ssuktteum Village Social Co-op", kind=VendorKind.SOCIAL_COOP, brn="999-82-20323",
        representative="배인숙", dong="평화1동", address="전주시 완산구 평화1동 (가상 주소)", phone="063-000-0114", tint="celadon",
        tagline="학산 자락 쑥으로 여섯 주를 말린 비누", tagline_en="Soap of Haksan mugwort, cured for six weeks",
        story="평화동 임대아파트 주민들이 2018년에 만든 사회적협동조합입니다. 봄에 산자락에서 쑥을 뜯어 말리고, 동네 치킨집의 깨끗한 식용유를 받아 세탁비누를 만듭니다. "
              "세숫비누는 새 기름만 씁니다. 여섯 주를 말린 뒤 무게를 다시 재어 적습니다. 수익은 단지 안 돌봄방을 여는 데 씁니다.",
        story_en="Residents of a public housing block founded this social co-operative in 2018. Mugwort is gathered on the hillside in spring; laundry soap uses "
                 "clean frying oil from the local chicken shop, face soap only new oil. Each bar is weighed again after six weeks of curing. The surplus keeps "
                 "the block's day-care room open.",
        certification="사회적협동조합 설립인가 (가상)", certification_en="Authorised social co-operative (fictional)", certificate_no="가상-사협-2018-021",
        certified_on=date(2018, 8, 30), mail_order_no="2018-가상-0114", free_parcel_from_won=30000,
    ),
    DemoVendor(
        code="mulgyeol", name="물결책방", name_en="Mulgyeol Books", kind=VendorKind.COMMUNITY_TEAM, brn="999-05-21165",
        representative="송하늬", dong="완산동", address="전주시 완산구 완산동 언덕길 (가상 주소)", phone="063-000-0115", tint="indigo", vat_kind=VatKind.SIMPLIFIED,
        tagline="완산동 사람들이 쓰고 완산동에서 찍은 책", tagline_en="Books written and printed by the people of Wansan-dong",
        story="동네에서 글을 쓰는 모임이 삼 년 만에 책 다섯 권을 냈습니다. 쓰는 사람과 고치는 사람, 그리는 사람이 모두 이 언덕에 삽니다. 인쇄는 걸어서 십 분 거리 인쇄골목에 "
              "맡깁니다. 한 번에 삼백 부만 찍고, 다 나가면 모여서 다시 찍을지 정합니다.",
        story_en="A neighbourhood writing circle has published five books in three years. Those who write, edit and draw all live on this hill, and the printers' "
                 "lane is ten minutes away on foot. Three hundred copies are printed at a time; when they are gone, the circle meets and decides.",
        certification="마을공동체 공모 선정팀 (가상)", certification_en="Selected community team (fictional)", certificate_no="가상-공동체-2024-019",
        certified_on=date(2024, 5, 8), mail_order_no="2024-가상-0115", free_parcel_from_won=20000,
    ),
    DemoVendor(
        code="kkureomi", name="온고을꾸러미", name_en="Ongoeul Parcel", kind=VendorKind.PRE_SOCIAL_ENTERPRISE, brn="999-82-21021",
        representative="장보람", dong="송천1동", address="전주시 덕진구 송천1동 (가상 주소)", phone="063-000-0116", tint="persimmon",
        tagline="여러 이웃의 물건을 한 상자에 담습니다", tagline_en="The goods of many neighbours in one box",
        story="명절마다 작은 업체들이 따로 보내던 택배를 한 상자로 묶어 보려고 시작했습니다. 담는 일은 송천동에 사는 시간제 일꾼 여덟 명이 합니다. 상자 안에는 누가 무엇을 "
              "만들었고 얼마를 받는지 적은 종이가 한 장 들어갑니다. 완충재는 신문지와 볏짚뿐입니다.",
        story_en="It began as a way to put into one box what small makers used to send apart at every holiday. Eight part-time packers of Songcheon-dong fill the "
                 "boxes. A sheet inside says who made what and how much they receive. The only padding is newspaper and straw.",
        certification="예비사회적기업 지정 (가상)", certification_en="Designated pre-certified social enterprise (fictional)",
        certificate_no="가상-예비-2024-009", certified_on=date(2024, 10, 18), mail_order_no="2024-가상-0116", free_parcel_from_won=50000,
    ),
]
