"""Every kind of result that a run can leave follows docs/result-schema.json."""
import json
import subprocess
import sys
import tempfile

import jsonschema

program, schema_path, data = sys.argv[1:]
with open(schema_path, encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft7Validator.check_schema(schema)

mischief = [data + "/mischief.slave", "--scenarios", data + "/mischief.scenario"]
runs = [
    [data + "/good.slave", "--filter", "[as]*", "--quick"],
    [data + "/good.slave", "--filter", "abt.*", "--master", "all", "--seed", "7"],
    mischief + ["--filter", "mischief.*/v=0x8[02345CDE]"],
]
for run in runs:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [program, "run", *run, "--out", folder], stdout=subprocess.DEVNULL, check=False
        )
        assert done.returncode in (0, 1), (run, done.returncode)
        with open(folder + "/result.json", encoding="utf-8") as file:
            result = json.load(file)
    jsonschema.validate(result, schema)
    summary = result["summary"]
    counts = [summary[name] for name in schema["properties"]["cases"]["items"]["properties"]
              ["verdict"]["enum"]]
    assert sum(counts) == summary["cases"] == len(result["cases"]) > 0, run
    assert summary["exit"] == done.returncode
    assert len({case["id"] for case in result["cases"]}) == len(result["cases"])
