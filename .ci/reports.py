"""The part of `.ci/reports` that looks into reports.

`spoil GOLDEN TO` lets an energy reading fall; `check FOLDER JSON-SCHEMA JUNIT-SCHEMA` holds every
report in a folder against the schema of its format. The last line printed is `reports: N hold, N do
not`; the exit status is 0 where all do.
"""

import json
import re
import sys
from pathlib import Path


def spoil(golden, target):
    text = Path(golden).read_text(encoding="utf-8")
    readings = list(re.finditer(r'EnergykWh/Reading":([0-9.]+)', text))
    one = readings[len(readings) // 2]
    Path(target).write_text(text[: one.start(1)] + "0.001" + text[one.end(1):], encoding="utf-8")


def json_problems(path, schema):
    import jsonschema

    report = json.loads(path.read_text(encoding="utf-8"))
    # Said apart, so that a problem is told where it is, and not as "neither of both".
    kind = "run" if "report" in report else "validation"
    validator = jsonschema.Draft202012Validator({**schema, "oneOf": [{"$ref": f"#/$defs/{kind}"}]})
    for error in validator.iter_errors(report):
        for inner in error.context or [error]:
            yield f"{'/'.join(map(str, inner.absolute_path))}: {inner.message}"


def sarif_problems(path, _):
    from pydantic import ValidationError
    from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Log

    try:
        log = Log.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        for problem in error.errors():
            yield f"{'/'.join(map(str, problem['loc']))}: {problem['msg']}"
        return
    for run in log.runs:
        known = [rule.id for rule in run.tool.driver.rules or []]
        for result in run.results or []:
            if known[result.ruleIndex] != result.ruleId:
                yield f"{result.ruleId} has the index of {known[result.ruleIndex]}"


def junit_problems(path, schema):
    from lxml import etree

    tree = etree.parse(str(path))
    if not schema.validate(tree):
        yield from (f"{error.line}: {error.message}" for error in schema.error_log)
    for suite in [tree.getroot(), *tree.getroot().iter("testsuite")]:
        cases = list(suite.iter("testcase"))
        found = {
            "tests": len(cases),
            "failures": sum(case.find("failure") is not None for case in cases),
            "errors": sum(case.find("error") is not None for case in cases),
            "skipped": sum(case.find("skipped") is not None for case in cases),
        }
        for name, count in found.items():
            if int(suite.get(name)) != count:
                yield f"{suite.get('name')}: {name} is {suite.get(name)}, and {count} are there"


def html_problems(path, _):
    import html5lib

    parser = html5lib.HTMLParser()
    text = path.read_text(encoding="utf-8")
    parser.parse(text)
    yield from (f"{place[0]}: {code}" for place, code, _ in parser.errors)
    yield from (f"loads {url}" for url in re.findall(r'(?:src|href)="([a-z]+://[^"]*)"', text))


def markdown_problems(path, _):
    text = path.read_text(encoding="utf-8")
    if not text.startswith("#"):
        yield "does not begin with a heading"


def check(folder, json_schema, junit_schema):
    import jsonschema
    from lxml import etree

    schema = json.loads(Path(json_schema).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    readers = {
        "json": (json_problems, schema),
        "sarif": (sarif_problems, None),
        "junit": (junit_problems, etree.RelaxNG(etree.parse(junit_schema))),
        "html": (html_problems, None),
        "markdown": (markdown_problems, None),
    }
    held = broken = 0
    for name in ("passing", "differing", "judged", "validated"):
        for kind, (problems, against) in readers.items():
            path = Path(folder) / f"{name}.{kind}"
            found = list(problems(path, against))
            for problem in found[:10]:
                print(f"{path.name}: {problem}")
            broken += bool(found)
            held += not found
    print(f"reports: {held} hold, {broken} do not")
    return 1 if broken or held != 20 else 0


if __name__ == "__main__":
    if sys.argv[1] == "spoil":
        spoil(*sys.argv[2:])
    else:
        sys.exit(check(*sys.argv[2:]))
