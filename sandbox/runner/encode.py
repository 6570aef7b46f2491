from marshal import dumps
def encode_result(value, send, iterate=False):
    try: send(0,0,[dumps(value,4)])
    except Exception: send(0,0,[b"\x08\x01\x00\x00\x00?"])
