"""The form fields of the four requests, by their documented names and in the document's order."""

from providers.contract.messages import AccountAccess, Callee

from .facts.fields import DYNAMIC, setting
from .facts.numbers import national
from .signing import balance_password, submit_password

Form = dict[str, str]


def submit_form(callee: Callee, access: AccountAccess, moment: int) -> Form:
    """Submit, section 2.3. *callee* must have passed the check; *moment* is Unix seconds."""
    account, api_key = _login(access)
    mobile = national(callee.number) or ""
    form = {"account": account, "password": api_key, "mobile": mobile, "content": callee.text}
    if _is_dynamic(access):
        form |= {
            "password": submit_password(account, api_key, mobile, callee.text, moment),
            "time": str(moment),
        }
    return form | {"format": setting(access, "answer_format")}


def balance_form(access: AccountAccess, moment: int) -> Form:
    """GetNum, section 3.3. *moment* is Unix seconds."""
    account, api_key = _login(access)
    form = {"account": account, "password": api_key}
    if _is_dynamic(access):
        form |= {"password": balance_password(account, api_key, moment), "time": str(moment)}
    return form | {"format": setting(access, "answer_format")}


# Sections 4.3 and 5.3 allow a dynamic password, but no page gives its formula there, and their tables have neither
# time nor format: the APIKEY itself and nothing more is the only form that the document covers.


def add_template_form(text: str, access: AccountAccess) -> Form:
    """AddTemplate, section 4.3."""
    account, api_key = _login(access)
    return {"account": account, "password": api_key, "content": text}


def delete_template_form(template_id: str, access: AccountAccess) -> Form:
    """DelTemplate, section 5.3."""
    account, api_key = _login(access)
    return {"account": account, "password": api_key, "templateid": template_id}


def _login(access: AccountAccess) -> tuple[str, str]:
    return str(access.credentials["account"]), str(access.credentials["api_key"])


def _is_dynamic(access: AccountAccess) -> bool:
    return bool(setting(access, "password_mode") == DYNAMIC)
