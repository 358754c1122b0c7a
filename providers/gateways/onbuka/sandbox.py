"""This brand in the sandbox."""

from providers.gateways._platform.sandbox import PlatformRehearsal

rehearsal = PlatformRehearsal("onbuka", "/onbuka/v3", sms_prefix="", success="200")
