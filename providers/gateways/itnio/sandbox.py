"""This brand in the sandbox."""

from providers.gateways._platform.sandbox import PlatformRehearsal

rehearsal = PlatformRehearsal("itnio", "/itnio", sms_prefix="/sms", success="200", network_key="mcn")
