"""This brand in the sandbox."""

from providers.gateways._platform.sandbox import PlatformRehearsal

rehearsal = PlatformRehearsal("laaffic", "/laaffic/v3", sms_prefix="", success="0", order_key="orderId ")
