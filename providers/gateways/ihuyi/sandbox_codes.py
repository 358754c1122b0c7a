"""Codes of the ihuyi voice notification API with the document's own words, for the sandbox."""

from providers.contract.magic import Outcome

SUBMIT = {
    "0": "提交失败",
    "2": "提交成功",
    "400": "非法ip访问",
    "401": "帐号不能为空",
    "402": "密码不能为空",
    "403": "手机号码不能为空",
    "4030": "手机号码已被列入黑名单",
    "404": "语音内容不能为空",
    "405": "用户名或密码不正确",
    "4050": "账号被冻结",
    "40505": "没有签定合同",
    "4051": "剩余条数不足",
    "4052": "访问 ip 与备案 ip 不符",
    "406": "手机格式不正确",
    "407": "短信内容含有敏感字符",
    "4071": "没有提交备案模板",
    "4072": "提交的语音内容必须与报备过的模板格式相匹配",
    "40722": "变量内容超过指定的长度",
    "4077": "发送内容未在运营商报备",
    "408": "您的帐户疑被恶意利用,已被自动冻结,如有疑问请与客服联系",
    "4080": "同一手机号码同一秒钟之内发送频率不能超过1条",
    "4081": "同一手机号一分钟之内发送超过3条",
    "4082": "超出同一手机号一天之内10条短信限制",
}
ACCOUNT = {"400": "非法ip访问", "402": "密码不能为空", "405": "用户名或密码不正确", "4050": "账号被冻结"}
GET_NUM = {**ACCOUNT, "2": "查询成功", "401": "帐号不能为空"}
ADD_TEMPLATE = {
    **ACCOUNT,
    "2": "添加成功",
    "401": "用户名不能为空",
    "404": "模板内容不能为空",
    "407": "模板内容含有敏感字符",
    "408": "模板己存在",
}
DEL_TEMPLATE = {**ACCOUNT, "2": "删除成功", "401": "用户名不能为空", "404": "模板ID不能为空或模板ID不存在"}
WORDS = {"Submit": SUBMIT, "GetNum": GET_NUM, "AddTemplate": ADD_TEMPLATE, "DelTemplate": DEL_TEMPLATE}

RECEIPTS = {
    "2": "成功",
    "0": "未知错误",
    "-1": "关机",
    "-2": "停机",
    "-3": "暂时无法接通",
    "-4": "正在通话",
    "-5": "空号",
    "-6": "无人接听",
    "-8": "呼入限制",
    "-9": "网络忙",
    "-10": "呼出限制",
    "-11": "线路忙",
    "-12": "用户拒接",
}
UNKNOWN_RECEIPT = "-99"

# The three digits follow the code where three digits can.
STATUS_DIGITS = {
    "0": "499",
    "4030": "430",
    "4050": "450",
    "40505": "455",
    "4051": "451",
    "4052": "452",
    "4071": "471",
    "4072": "472",
    "40722": "473",
    "4077": "477",
    "4080": "480",
    "4081": "481",
    "4082": "482",
}
RECEIPT_DIGITS = {"2": "222"}

OUTCOMES: tuple[Outcome, ...] = (
    *(
        Outcome(STATUS_DIGITS.get(code, code), f"status_{code}", f"Refused with {code} {words}.", status=code)
        for code, words in SUBMIT.items()
        if code != "2"
    ),
    *(
        Outcome(
            RECEIPT_DIGITS.get(code, f"2{-int(code):02d}"),
            f"receipt_{code.replace('-', 'minus_')}",
            f"Receipt {code} {words}.",
            receipt_code=code,
        )
        for code, words in RECEIPTS.items()
    ),
)
