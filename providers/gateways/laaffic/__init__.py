"""Laaffic: the platform under /v3."""

from providers.contract.abilities import Ability

from .._platform import BrandFacts, build_gateway

FACTS = BrandFacts(
    slug="laaffic",
    name="Laaffic",
    website="https://www.laaffic.com",
    base_url="https://api.laaffic.com/v3",
    documents={
        Ability.VOICE_FILE: "https://laaffic.com/zh/api",
        Ability.VOICE_TEXT: "https://www.laaffic.com/api/voice/sendCode/",
        Ability.SMS: "https://www.laaffic.com/api/sms/sendSmsBatch/",
    },
    files_document="https://www.laaffic.com/zh/api/voice/fileUpload/",
    rehearsed=frozenset({Ability.VOICE_FILE, Ability.SMS}),
)

gateway = build_gateway(FACTS)
