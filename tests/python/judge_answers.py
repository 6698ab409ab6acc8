"""Judges answers of the API by openapi.json: FOLDER/openapi.json, FOLDER/answers.json. Nothing may be there that the
document does not tell: every object is closed for the test."""
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker


def closed(schema):
    """The schema with unknown members refused, wherever members are listed."""
    if isinstance(schema, list):
        return [closed(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {name: closed(value) for name, value in schema.items()}
    if shut.get("type") == "object" and "properties" in shut and "additionalProperties" not in shut:
        shut["additionalProperties"] = False
    return shut


def main(folder: Path) -> int:
    document = json.loads((folder / "openapi.json").read_text())
    answers = json.loads((folder / "answers.json").read_text())
    components = closed(document["components"])
    wrong = 0
    for answer in answers:
        operation = document["paths"][answer["path"]][answer["method"]]
        response = operation["responses"].get(str(answer["status"]))
        if response is None:
            response = document["components"]["responses"]["Problem"]
        # A paper may also be asked for as a file; what is judged is the JSON.
        content = next(content for kind, content in response["content"].items() if kind.endswith("json"))
        schema = {**closed(content["schema"]), "components": components}
        Draft202012Validator.check_schema(schema)
        for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(answer["body"]):
            wrong += 1
            print(answer["method"], answer["path"], answer["status"], error.json_path, error.message)
    if not wrong:
        print(len(answers), "answers fit")
    return 1 if wrong else 0


sys.exit(main(Path(sys.argv[1])))
