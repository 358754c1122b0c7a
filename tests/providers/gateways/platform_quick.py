"""What the platform answers when it takes everybody, at the least cost: for the bench, where nothing is checked."""

import json
import time
from itertools import count

_serial = count(int(time.time()) * 1_000_000)

_CALL = '{"voiceId":"%d","callee":"%s","terminationCode":"0","terminationReason":"success"}'
_MESSAGE = '{"msgId":"%d","number":"%s","orderId":"%s"}'


def answer(path: str, body: bytes) -> tuple[bytes, int]:
    """The answer to the request below a brand's address, and how many callees it takes."""
    request = json.loads(body)
    if path.endswith("/sendGroup"):
        numbers = request["callee"].split(",")
        calls = ",".join([_CALL % (next(_serial), number) for number in numbers])
        return f'{{"status":"0","reason":"success","data":[{calls}]}}'.encode(), len(numbers)
    if path.endswith("/sendCode"):
        return b'{"status":"0","reason":"success","data":"%d"}' % next(_serial), 1
    pairs = [
        pair
        for item in request["array"]
        for pair in zip(item["numbers"].split(","), item["orderId"].split(","), strict=True)
    ]
    rows = ",".join([_MESSAGE % (next(_serial), *pair) for pair in pairs])
    head = f'"status":"0","reason":"success","success":"{len(pairs)}","fail":"0"'
    return f'{{{head},"array":[{rows}]}}'.encode(), len(pairs)
