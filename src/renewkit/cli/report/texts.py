"""The words of the report, in every language that it is written in."""

from __future__ import annotations

from typing import Final

import attrs

__all__ = ["TEXTS", "Texts"]


@attrs.frozen(kw_only=True)
class Texts:
    """Every sentence of the page; braces hold what is filled in."""

    title: str
    as_of: str
    contracts: str
    invoices: str
    rate: str
    open: str
    renewals: str
    renewals_why: str
    money: str
    money_why: str
    on_time: str
    recovered: str
    lost: str
    still_open: str
    paid: str
    reasons: str
    reasons_why: str
    later: str
    declines: str
    ageing: str
    ageing_why: str
    ages: tuple[str, ...]
    forecast: str
    forecast_why: str
    expected: str
    expected_sum: str
    scheduled: str
    trades: str
    trade: str
    statuses: dict[str, str]
    trade_names: dict[str, str]
    excess: str
    excess_why: str
    invoice: str
    payment: str
    amount: str
    month: str
    currency: str
    reason: str
    numbers: str
    nothing: str
    made: str
    reason_names: dict[str, str]


_EN: Final = Texts(
    title="Renewals report",
    as_of="Book {book}, as of {date}",
    contracts="live contracts",
    invoices="invoices issued",
    rate="of decided renewals paid",
    open="invoices still open",
    renewals="Renewals by month",
    renewals_why=(
        "Each column is a month; its renewals are paid, lost or still open. Where some were lost, the figure above is "
        "the share that was paid of those that are decided."
    ),
    money="Money recovered and lost",
    money_why=(
        "Per currency: what came in at the first attempt or by the due date, what was recovered later, what was lost, "
        "and what is still open."
    ),
    on_time="on time",
    recovered="recovered",
    lost="lost",
    still_open="open",
    paid="paid",
    reasons="Why payments failed",
    reasons_why="Declines by reason. The darker part stands for invoices that were paid later all the same.",
    later="{paid} of {invoices} invoices paid later",
    declines="{count} declines",
    ageing="Open invoices by age",
    ageing_why="What is owed today, by the days since it fell due.",
    ages=("not due yet", "1–30 days", "31–60 days", "61–90 days", "over 90 days"),
    forecast="Expected income, next 12 months",
    forecast_why=(
        "What today's contracts will bring: dark what is expected from experience, pale the rest of what will be "
        "invoiced."
    ),
    expected="expected",
    expected_sum="In all, {amount} is expected.",
    scheduled="invoiced in full",
    trades="Contracts by trade",
    trade="trade",
    statuses={
        "draft": "not begun",
        "trialing": "on trial",
        "active": "active",
        "past_due": "overdue, still served",
        "suspended": "suspended",
        "ended": "ended",
    },
    trade_names={"insurance": "insurance", "software": "software", "streaming": "streaming", "other": "other"},
    excess="Paid twice or too much",
    excess_why="Kept aside for refund or review; nothing of it was booked as income.",
    invoice="invoice",
    payment="payment",
    amount="amount",
    month="month",
    currency="currency",
    reason="reason",
    numbers="the numbers",
    nothing="Nothing to show.",
    made="Made by renewkit from the books alone; every figure can be traced to invoices and payments.",
    reason_names={
        "insufficient_funds": "insufficient funds",
        "do_not_honor": "refused by the bank without a reason",
        "expired_card": "card expired",
        "lost_card": "card reported lost",
        "stolen_card": "card reported stolen",
        "processing_error": "processing error",
        "card_declined": "card declined",
    },
)

_ZH_TW: Final = Texts(
    title="續約報告",
    as_of="帳冊 {book}，截至 {date}",
    contracts="有效合約",
    invoices="已開立帳單",
    rate="已定案續約的繳款率",
    open="尚未收款帳單",
    renewals="每月續約",
    renewals_why="每一柱代表一個月：已繳、流失或尚未收款的續約。柱上數字為已定案續約中的繳款比率，全部繳清時不標示。",
    money="收回與流失金額",
    money_why="依幣別：首次扣款成功或到期日前入帳、事後收回、已流失，以及尚未收款的金額。",
    on_time="準時",
    recovered="收回",
    lost="流失",
    still_open="未收",
    paid="已繳",
    reasons="付款失敗原因",
    reasons_why="依原因統計的失敗次數。較深的部分為後來仍然付清的帳單。",
    later="{invoices} 張帳單中有 {paid} 張後來付清",
    declines="失敗 {count} 次",
    ageing="未收帳單帳齡",
    ageing_why="目前應收未收的金額，依到期後天數分組。",
    ages=("未到期", "1–30 天", "31–60 天", "61–90 天", "超過 90 天"),
    forecast="未來 12 個月預估收入",
    forecast_why="現有合約將帶來的收入：實心為依經驗可望收到的金額，其上為其餘將開立帳單的金額。",
    expected="預估",
    expected_sum="合計預估 {amount}。",
    scheduled="全額開立",
    trades="各業別合約",
    trade="業別",
    statuses={
        "draft": "尚未開始",
        "trialing": "試用中",
        "active": "有效",
        "past_due": "逾期（寬限中）",
        "suspended": "暫停",
        "ended": "已結束",
    },
    trade_names={"insurance": "保險", "software": "軟體", "streaming": "串流影音", "other": "其他"},
    excess="重複或溢繳款項",
    excess_why="另行保留，待退款或覆核；未列入收入。",
    invoice="帳單",
    payment="款項",
    amount="金額",
    month="月份",
    currency="幣別",
    reason="原因",
    numbers="數字明細",
    nothing="沒有資料。",
    made="由 renewkit 僅依帳冊產生；每個數字都能追溯到帳單與款項。",
    reason_names={
        "insufficient_funds": "餘額不足",
        "do_not_honor": "銀行拒絕，未說明原因",
        "expired_card": "卡片已過期",
        "lost_card": "卡片已掛失",
        "stolen_card": "卡片失竊",
        "processing_error": "處理錯誤",
        "card_declined": "卡片被拒",
    },
)

TEXTS: Final[dict[str, Texts]] = {"en": _EN, "zh-TW": _ZH_TW}
"""The texts by locale."""
