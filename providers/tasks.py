"""Thin doors for the workers: each looks its row up and calls a service. A row that is gone is no error."""

from celery import shared_task

from providers.accounts import services as accounts
from providers.accounts.models import Account
from providers.voicefiles import copysending, fetching
from providers.voicetemplates import handover


@shared_task(name="providers.read_balance")
def read_balance(account_id: int) -> None:
    account = Account.objects.filter(pk=account_id).first()
    if account is not None:
        accounts.check_connection(account)


@shared_task(name="providers.submit_template")
def submit_template(template_id: int) -> None:
    handover.hand_in(template_id)


@shared_task(name="providers.delete_template")
def delete_template(template_id: int) -> None:
    handover.remove(template_id)


@shared_task(name="providers.send_voice_file")
def send_voice_file(copy_id: int) -> None:
    copysending.send(copy_id)


@shared_task(name="providers.fetch_voice_files")
def fetch_voice_files(account_id: int) -> None:
    fetching.fetch(account_id)
