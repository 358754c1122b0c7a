"""What the provider answers when it takes a call, at the least cost: for the bench, where nothing is checked."""

from itertools import count

_serial = count(60_000_000)

_JSON = '{"code":2,"msg":"提交成功","voiceid":"%d"}'
_XML = '<SubmitResult xmlns="http://api.vm.ihuyi.com/"><code>2</code><msg>提交成功</msg><voiceid>%d</voiceid></SubmitResult>'


def answer(path: str, body: bytes) -> tuple[bytes, int]:
    """The answer to a Submit in the form it asks for, and how many callees it takes."""
    form = _JSON if b"format=json" in body else _XML
    return (form % next(_serial)).encode(), 1
