from .layout import Layout

class FormHelper:
    form_tag: bool
    disable_csrf: bool
    include_media: bool
    use_custom_control: bool
    layout: Layout
