from .layout import LayoutObject

class AppendedText(LayoutObject):
    def __init__(self, field: str, text: object) -> None: ...
