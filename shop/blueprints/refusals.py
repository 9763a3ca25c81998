"""The sentence of every refusal code, in the words of a person at the counter. `%(name)s` is filled from the refusal's data."""

from flask_babel import gettext as _

from shop.kernel.errors import ShopError
from shop.translating import lazy as _l

SENTENCES = {
    # kernel
    "move_refused": _l("지금 상태에서는 할 수 없는 일입니다."),
    # ledger
    "unbalanced_entry": _l("차변과 대변이 %(off_by_won)s원 어긋나 적지 않았습니다."),
    "empty_entry": _l("적을 금액이 없습니다."),
    "entry_reference_reused": _l("%(reference)s 번호로 다른 금액이 이미 장부에 있습니다. 적힌 것은 바뀌지 않았습니다."),
    "period_closed": _l("%(month)s은 마감한 달이라 적을 수 없습니다. 오늘 날짜로 정정을 적거나, 기한을 둔 예외를 먼저 열어 "
        "주세요."),
    "payable_overdrawn": _l("줄 돈보다 %(over_won)s원이 많아 적지 않았습니다. 넘는 돈은 받을 돈으로 적어야 합니다."),
    "entry_not_found": _l("%(reference)s 번호로 적힌 것이 장부에 없습니다."),
    "not_reversible": _l("되돌림은 다시 되돌리지 않습니다. 바른 것을 새로 적어 주세요."),
    "append_only": _l("장부에 적힌 것은 고치거나 지울 수 없습니다."),
    "month_not_over": _l("%(month)s은 아직 끝나지 않아 마감할 수 없습니다."),
    "no_such_exception": _l("예외는 잠정 마감한 달에만, 앞으로의 기한과 까닭을 적어 열 수 있습니다."),
    # people
    "email_taken": _l("이 이메일로 만든 계정이 이미 있습니다."),
    "account_missing": _l("그런 계정이 없습니다."),
    "own_account": _l("자기 역할과 2단계 인증은 스스로 바꾸거나 풀 수 없습니다. 다른 책임자에게 부탁해 주세요."),
    "password_refused": _l("이 비밀번호는 쓸 수 없습니다. 8자 이상으로, 흔하지 않은 것으로 정해 주세요."),
    "phone_refused": _l("전화번호를 다시 보아 주세요."),
    "name_refused": _l("이름은 1자에서 80자까지 적을 수 있습니다."),
    "recovery_code_used": _l("방금 쓴 복구 코드입니다. 다른 코드를 써 주세요."),
    "message_missing": _l("그런 편지가 없습니다."),
    # vendors
    "brn_wrong": _l("사업자등록번호가 맞지 않습니다. 등록증의 열 자리를 다시 보아 주세요."),
    "brn_taken": _l("이 사업자등록번호로 이미 신청했거나 입점한 단체가 있습니다. 그 단체의 대표에게 초대를 부탁하거나 센터에 "
        "물어봐 주세요."),
    "note_missing": _l("돌려보낼 때는 무엇을 고쳐야 하는지 적어 주세요."),
    "own_review": _l("자기가 속한 단체는 심사할 수 없습니다. 다른 사람에게 부탁해 주세요."),
    "same_person_bank": _l("계좌를 적은 사람이나 그 단체 사람은 확인할 수 없습니다. "
        "%(name)s 님이 아닌 다른 사람이 확인해 주세요."),
    "bank_detail_settled": _l("이미 확인했거나 다른 계좌로 바뀐 계좌입니다."),
    "certification_settled": _l("이미 확인한 인증입니다."),
    "certification_expired": _l("유효 기간이 지난 인증은 확인할 수 없습니다: %(title)s"),
    "dates_wrong": _l("끝나는 날이 시작하는 날보다 앞섭니다."),
    "person_unknown": _l("%(email)s 로 가입한 사람이 없습니다. 먼저 가입하게 한 뒤 다시 초대해 주세요."),
    "already_member": _l("%(email)s 님은 이미 함께 일하고 있습니다."),
    "last_owner": _l("대표는 적어도 한 사람 있어야 합니다. 다른 사람을 대표로 정한 뒤에 해 주세요."),
    "parcel_fee_wrong": _l("택배비는 0원 이상, 무료 기준은 1원 이상이어야 합니다."),
    "agreement_settled": _l("이미 결정된 약정입니다."),
    "same_person_agreement": _l("약정을 제안한 %(name)s 님은 승인할 수 없습니다. 다른 사람이 승인해 주세요."),
    "agreement_retroactive": _l("약정은 지난 판매에 걸 수 없습니다. 시작하는 날을 내일이나 그 뒤로 정해 주세요."),
    "scope_broken": _l("약정이 가리키는 단체나 판매 경로가 없습니다. 없는 범위를 넓혀 읽지 않습니다."),
    "rate_wrong": _l("수수료율은 0%%에서 50%%까지입니다."),
    "agreements_broken": _l("이대로는 약정 목록을 쓸 수 없습니다. 모든 판매에 걸리는 약정이 하나뿐이고 맨 끝에 있어야 하며, 같은 "
        "범위의 약정이 겹치지 않아야 합니다."),
    # carts
    "goods_gone": _l("지금은 팔지 않는 물건입니다."),
    "cart_gone": _l("장바구니에 그 물건이 없습니다. 화면을 새로 고쳐 주세요."),
    "cart_ordered": _l("이 장바구니는 이미 주문이 되었습니다."),
    "quantity_refused": _l("한 번에 1개에서 99개까지 담을 수 있습니다."),
    "way_refused": _l("이 물건은 그 방법으로 받을 수 없습니다."),
    # orders
    "price_changed": _l("값이 바뀌어 모두 %(total_won)s원이 되었습니다. 주문은 아직 되지 않았습니다."),
    "cart_empty": _l("장바구니가 비어 있습니다."),
    "lines_gone": _l("이제 팔지 않는 물건이 있습니다: %(names)s. 장바구니에서 빼 주세요."),
    "address_missing": _l("택배로 받을 주소를 적어 주세요."),
    "order_gone": _l("그런 주문이 없습니다."),
    "vendor_order_gone": _l("그런 주문이 없습니다."),
    "way_mismatch": _l("택배 주문은 보내고, 찾아가는 주문은 건네는 것입니다."),
    "tracking_number_refused": _l("송장 번호가 맞지 않습니다. 택배사와 번호를 다시 보아 주세요."),
    # payments
    "not_payable": _l("이 주문은 돈을 기다리고 있지 않습니다."),
    "card_too_small": _l("카드로는 %(least_won)s원부터 낼 수 있습니다. 다른 방법을 골라 주세요."),
    "payment_gone": _l("그런 결제가 없습니다."),
    "over_refund": _l("돌려드릴 수 있는 것은 %(left)s개까지입니다."),
    "nothing_to_refund": _l("내신 돈이 없어 돌려드릴 것이 없습니다."),
    "refund_gone": _l("그런 환불이 없습니다."),
    "line_gone": _l("그런 주문이 없습니다."),
    "provider_unavailable": _l("카드사가 지금 답하지 않습니다. 저장된 것은 그대로이니 조금 뒤에 다시 해 주세요."),
    "provider_rejected": _l("카드사가 받아들이지 않았습니다. 다른 방법으로 해 주세요."),
    # listings
    "listing_not_editable": _l("팔고 있거나 심사 중인 물건의 글·고시·과세 구분은 바로 고칠 수 없습니다. 먼저 물건을 내린 뒤 "
        "고쳐서 다시 심사를 받아 주세요. 값과 재고는 그대로 바꿀 수 있습니다."),
    "listing_incomplete": _l("빠진 것이 있어 심사에 보낼 수 없습니다. 표시한 칸을 채워 주세요."),
    "variants_wrong": _l("선택지를 다시 보아 주세요."),
    "vendor_not_approved": _l("입점 심사가 끝난 단체의 물건만 심사에 보낼 수 있습니다."),
    "picture_refused": _l("이 사진은 받을 수 없습니다."),
    "too_many_pictures": _l("사진은 물건마다 여덟 장까지입니다. 하나를 지우고 다시 올려 주세요."),
    # stock
    "out_of_stock": _l("그사이 다 팔렸거나 남은 수가 모자랍니다."),
    "level_too_low": _l("옮기거나 덜어 낼 수 있는 것은 %(available)s개까지입니다. 주문에 잡힌 물건은 뺄 수 없습니다."),
    "quantity_wrong": _l("수량은 1개에서 100만 개까지, 보내는 곳과 받는 곳은 서로 달라야 합니다."),
    "reason_missing": _l("왜 바꾸는지 적어 주세요."),
    "reference_reused": _l("같은 번호로 다른 움직임이 이미 적혀 있습니다. 이전 화면을 새로 고쳐 주세요."),
    # money: settlement, bank, processor, cases
    "statement_not_found": _l("그런 정산서가 없습니다."),
    "objection_window_open": _l("만든 이가 %(until)s까지 이의를 말할 수 있습니다. 그 전에 승인하려면 까닭을 적어 주세요."),
    "objection_window_closed": _l("이의를 말할 수 있는 기간이 끝났습니다. 센터에 바로 말씀해 주세요."),
    "objection_empty": _l("무엇이 다른지 적어 주세요."),
    "statement_in_payout": _l("이 정산서는 지급에 담겨 있습니다. 지급을 먼저 취소해 주세요."),
    "payout_not_found": _l("그런 지급이 없습니다."),
    "same_person": _l("준비한 사람은 승인할 수 없습니다. 다른 사람이 승인해 주세요."),
    "bank_detail_unverified": _l(
        "%(number)s: 만든 이의 새 계좌가 아직 확인되지 않아 기다립니다. 심사에서 계좌를 먼저 확인해 주세요."),
    "payable_too_small": _l("%(number)s: 준비한 뒤 환불이 있어 줄 돈이 지급보다 적습니다. 취소하고 다시 준비해 주세요."),
    "nothing_to_send": _l("은행 파일에 넣을 승인된 지급이 없습니다."),
    "not_in_charset": _l("은행이 읽지 못하는 글자가 예금주에 있습니다: %(letter)s"),
    "payout_file_not_found": _l("그런 은행 파일이 없습니다."),
    "not_a_statement": _l("거래내역의 열 이름을 찾지 못했습니다. 아는 은행: %(banks)s. 다른 은행이면 열 이름을 적어 주세요. "
        "아무것도 넣지 않았습니다."),
    "workbook_not_read": _l("엑셀 통합문서는 읽지 못합니다. 엑셀에서 CSV로 저장해 올려 주세요."),
    "lettering_unknown": _l("파일의 글자를 읽지 못했습니다. UTF-8이나 CP949(EUC-KR) CSV로 올려 주세요."),
    "row_unreadable": _l("%(row)s행의 ‘%(cell)s’을 읽지 못했습니다. 아무것도 넣지 않았습니다."),
    "balance_broken": _l("%(row)s행의 잔액이 앞 줄과 이어지지 않습니다. 빠지거나 고쳐진 줄이 있는지 보아 주세요. 아무것도 넣지 "
        "않았습니다."),
    "totals_differ": _l("%(row)s행의 합계가 줄의 합과 다릅니다. 아무것도 넣지 않았습니다."),
    "statement_empty": _l("거래가 한 줄도 없는 파일입니다."),
    "mapping_incomplete": _l("날짜·잔액과, 입금·출금(또는 금액)의 열 이름이 있어야 합니다."),
    "bank_account_not_found": _l("그런 계좌가 없습니다."),
    "wrong_account": _l("이 파일은 다른 계좌(끝 %(named)s)의 거래내역입니다. 고른 계좌는 끝 %(own)s입니다."),
    "bank_line_not_found": _l("그런 은행 줄이 없습니다."),
    "line_explained": _l("이미 맞춘 줄입니다."),
    "lines_differ": _l("함께 맞추는 줄은 같은 계좌의 같은 방향(입금끼리, 출금끼리)이어야 합니다."),
    "amounts_differ": _l("합이 맞지 않습니다. 줄의 합 %(lines_won)s원, 고른 것의 합 %(targets_won)s원입니다."),
    "target_taken": _l("그사이 다른 줄과 맞춰졌거나 더 기다리지 않는 것입니다."),
    "target_unknown": _l("무엇과 맞출지 골라 주세요."),
    "nothing_to_undo": _l("되돌릴 맞춤이 없습니다."),
    "cannot_undo": _l("이미 뒤의 일이 이어져 되돌릴 수 없습니다. 사건을 열어 밝혀 주세요."),
    "already_under_way": _l("%(number)s: 물건이 나갔거나 돈을 돌려준 주문이라 되돌릴 수 없습니다. 사건을 열어 밝혀 주세요."),
    "case_not_found": _l("그런 사건이 없습니다."),
    "explanation_empty": _l("무슨 일이었는지 적고 옮길 곳을 골라 주세요."),
    "proposed_by_same": _l("설명한 사람은 닫을 수 없습니다. 다른 사람이 확인해 주세요."),
    "no_money_side": _l("은행 줄이나 카드사 줄이 없는 사건은 여기에서 장부에 적을 수 없습니다."),
}


def sentence(error: ShopError) -> str:
    """What to tell the reader about a refusal; an unknown code gets a plain general sentence."""
    text = SENTENCES.get(error.code)
    if text is None:
        return _("할 수 없는 일입니다. (%(code)s)", code=error.code)
    data = {key: value for key, value in error.data.items() if isinstance(value, str | int)}
    return str(text) % data if data else str(text)
