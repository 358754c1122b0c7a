"""A process of its own: all that a sending worker does with the campaigns that run, in whatever installation this is.

Prints one JSON object: how many campaigns run and people wait, whether the credentials can be read, whether it is held.
"""

import json

import django


def main() -> None:
    django.setup()
    from campaigns.counters.selectors import tallies_of
    from campaigns.models import Campaign
    from campaigns.models.held import is_held
    from campaigns.sending.dispatcher import dispatch

    campaigns = list(Campaign.objects.filter(state="running").select_related("account"))
    for campaign in campaigns:
        dispatch(campaign.pk)
    waiting = sum(tallies_of([campaign.pk])[campaign.pk].get("pending", 0) for campaign in campaigns)
    keys = all(bool(campaign.account.credentials) for campaign in campaigns)
    print(json.dumps({"campaigns": len(campaigns), "waiting": waiting, "keys": keys, "held": is_held()}))


if __name__ == "__main__":
    main()
