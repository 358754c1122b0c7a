"""onbuka (BUKA): the platform under /v3; its pages have no sendCode."""

from providers.contract.abilities import Ability

from .._platform import BrandFacts, build_gateway

FACTS = BrandFacts(
    slug="onbuka",
    name="onbuka (BUKA)",
    website="https://www.onbuka.com",
    base_url="https://api.onbuka.com/v3",
    documents={
        Ability.VOICE_FILE: "https://onbuka.com/voice-api6",
        Ability.SMS: "https://www.onbuka.com/sms-api1/",
    },
    files_document="https://onbuka.com/voice-api1",
)

gateway = build_gateway(FACTS)
