"""What `i2cproof sweep --json` writes follows docs/sweep-schema.json."""
import json
import subprocess
import sys

import jsonschema

program, schema_path, slaves = sys.argv[1:]
with open(schema_path, encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft7Validator.check_schema(schema)

usi = slaves + "/tiny_usi/single.slave"
sweeps = [
    ["latency", usi, "--master", "nxt", "--master", "usb100"],
    ["latency", usi, slaves + "/camera_frame/camera_frame.slave", "--master", "standard", "--isr", "T:1us/50us"],
    ["main_stall", slaves + "/polled/polled.slave", "--master", "standard", "--up-to", "20us"],
    ["irq_off", usi, "--master", "arduino@100k"],
    ["speed", usi, "--master", "standard", "--up-to", "20k"],
]
for words in sweeps:
    done = subprocess.run(
        [program, "sweep", *words, "--json", "-"], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, check=False
    )
    assert done.returncode in (0, 1), (words, done.returncode)
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema)
    for sweep in document["sweeps"]:
        windows = sweep["windows"]
        assert windows[0]["first"] == sweep["points"][0]["value"], words
        assert windows[-1]["last"] == sweep["points"][-1]["value"], words
        for low, high in zip(windows, windows[1:]):
            assert low["fails"] != high["fails"] and low["last"] < high["first"], words
            if sweep["resolution"] > 0:
                assert high["first"] - low["last"] <= sweep["resolution"], words
