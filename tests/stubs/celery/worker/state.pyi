should_stop: int | bool | None
should_terminate: int | bool | None
