"""The docs are true: what can be compared with the code, or run, is."""

import ast
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

import dlquiz
from dlquiz.authoring.new_course import write_course
from dlquiz.cli import cli
from dlquiz.content.course import load_quiz
from dlquiz.errors import UnknownName
from dlquiz.grading import plugin
from dlquiz.grading.case_item import Case
from dlquiz.grading.datasets import TrainingData
from dlquiz.grading.proxy import Remote, SubmissionProxy
from dlquiz.model import course as course_model
from dlquiz.model import report as report_model
from tests.authoring.small import make_course

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG"))])
FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w+)\n(?P<body>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)


def load_reference_maker():
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "tools" / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_reference = load_reference_maker()
COMMANDS = {path: command for path, command, _ in make_reference.every_command()}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def blocks(*kinds, pages=PAGES):
    """Return (page, text) of every fenced block of these kinds."""
    return [
        (page, textwrap.dedent(match["body"]))
        for page in pages
        for match in FENCE.finditer(page.read_text(encoding="utf-8"))
        if match["kind"] in kinds
    ]


def block_ids(found):
    return [f"{name_of(page)}-{number}" for number, (page, _) in enumerate(found)]


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


# -- generated pages and commands ---------------------------------------------


def test_the_generated_pages_are_up_to_date():
    stale = [name_of(path) for path, text in make_reference.pages().items() if path.read_text(encoding="utf-8") != text]
    assert not stale, "run: python tools/make_reference.py"


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_a_sentence_an_example_and_a_place_in_the_reference(path):
    help_text = COMMANDS[path].help or ""
    assert help_text.split("\n")[0].endswith("."), "the first line is one sentence"
    assert "Example:" in help_text
    assert f"`{path}`" in page("reference/commands.md")


def test_the_lazy_group_lists_the_sentence_that_each_command_has():
    from dlquiz.cli import COMMANDS as SENTENCES

    assert {path.split()[1] for path in COMMANDS if " " in path} == set(SENTENCES)


@pytest.mark.parametrize("path", COMMANDS)
def test_the_short_and_the_long_option_show_the_same_help(path):
    short, long = (
        CliRunner().invoke(cli, [*path.split()[1:], option], prog_name="dlquiz") for option in ("-h", "--help")
    )
    assert short.exit_code == long.exit_code == 0
    assert short.output == long.output
    assert short.output.startswith(f"Usage: {path}")


# -- shell lines --------------------------------------------------------------


def shell_commands():
    """Yield (page, words) of every ``dlquiz`` command in shell blocks and in inline code."""
    for where, body in blocks("bash", "console"):
        for line in body.replace("\\\n", " ").splitlines():
            for part in re.split(r"\s(?:&&|\||>)\s", line.removeprefix("$ ")):
                words = shlex.split(part, comments=True)
                # Through a launcher (docker run … image dlquiz …) the command begins later.
                starts = [index for index, word in enumerate(words) if Path(word).name == "dlquiz" and "=" not in word]
                if starts:
                    yield where, words[starts[-1] :]
    for where in PAGES:
        text = FENCE.sub("", where.read_text(encoding="utf-8"))
        for code in re.findall(r"`((?:DLQUIZ_\w+=\S+ )?dlquiz [^`]+)`", text):
            yield where, shlex.split(code[code.index("dlquiz ") :])


def resolve(words):
    """Return the command that ``words`` call, and the words after its name; global options may stand first."""
    command, rest = cli, list(words[1:])
    while rest:
        if rest[0] in ("--course",):
            rest = rest[2:]
        elif rest[0] in ("--trust-course", "--plain"):
            rest = rest[1:]
        elif isinstance(command, click.Group) and (inner := command.get_command(click.Context(command), rest[0])):
            command, rest = inner, rest[1:]
        else:
            break
    return command, rest


def options_of(command):
    names = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    if command.name == "quiz" and isinstance(command, click.Group):  # `dlquiz quiz ID` stands for a hidden command
        names |= options_of(command.commands["take"])
    return names | {"-h", "--help"}


def test_every_dlquiz_line_names_commands_and_options_that_exist():
    wrong = []
    found = list(shell_commands())
    for where, words in found:
        command, rest = resolve(words)
        if command is cli and rest and not rest[0].startswith("-") and rest[0] not in ("COMMAND", "ID", "..."):
            wrong.append(f"{name_of(where)}: {' '.join(words)}: no such command")
        options = [word.partition("=")[0] for word in rest if re.match(r"-{1,2}[a-z]", word)]
        wrong += [f"{name_of(where)}: {' '.join(words)}: no {one}" for one in options if one not in options_of(command)]
    assert not wrong
    assert len(found) > 60


# -- links, snippets, words ---------------------------------------------------


def anchors(path):
    """Return the anchors of a page's headings, as GitHub and MkDocs make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_link_to_a_file_or_heading_resolves(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        if not linked.exists() or (anchor and anchor not in anchors(linked)):
            wrong.append(target)
        if path.is_relative_to(DOCS) and not linked.is_relative_to(DOCS):
            wrong.append(f"{target} (outside of docs: dead on the site)")
    assert not wrong


def test_every_page_is_in_the_menu():
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = set(re.findall(r"[\w/-]+\.md", menu))
    assert listed == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


PYTHON = blocks("python")


@pytest.mark.parametrize(("where", "text"), PYTHON, ids=block_ids(PYTHON))
def test_every_python_block_parses(where, text):
    ast.parse(text, filename=name_of(where))


DATA = [*blocks("json"), *blocks("yaml")]


@pytest.mark.parametrize(("where", "text"), DATA, ids=block_ids(DATA))
def test_every_json_and_yaml_block_parses(where, text):
    # The C loader, because dlquiz reads with it: it accepts a little more than PyYAML's own.
    assert json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=yaml.CSafeLoader)


_HOSTS = ("pypi", "pythonhosted", "download.pytorch", "anaconda", "conda", "artifactory", "nexus")
FORBIDDEN = [
    r"(?<![\w.~}-])/(work|root|home/\w+|Users/\w+|opt/pypi)(?![\w-])",
    *(rf"\b{host}\.(org|com|io|net)\b" for host in _HOSTS),
]
TEXTS = [*PAGES, ROOT / "mkdocs.yml", ROOT / ".ci" / "run", ROOT / "tools" / "make_reference.py"]


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_no_path_of_a_machine_and_no_host_of_a_registry_is_named(path):
    text = path.read_text(encoding="utf-8")
    assert not [found[0] for pattern in FORBIDDEN for found in re.finditer(pattern, text)]


# -- README and tutorial ------------------------------------------------------


def quick_start():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Quick start\n")[2].partition("\n## ")[0]
    return [match["body"].strip() for match in FENCE.finditer(section)]


def test_the_quick_start_is_two_single_commands():
    demo, tests = quick_start()
    begin = "python3 -m venv .venv && "
    assert demo == begin + "source .venv/bin/activate && pip install -c constraints.txt . && dlquiz demo"
    assert tests.startswith(
        begin + '.venv/bin/pip install -c constraints.txt -e ".[all,test]" && .venv/bin/python -m pytest'
    )
    assert "\n" not in demo + tests


def test_the_readme_counts_the_quizzes_and_questions_that_there_are():
    quizzes = [load_quiz(path) for path in sorted((ROOT / "quizzes").glob("*.yaml"))]
    said = re.search(r"(\d+) quizzes with some (\d+) questions", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert int(said[1]) == len(quizzes)
    assert abs(int(said[2]) - sum(len(quiz.questions) for quiz in quizzes)) <= 25


@pytest.mark.parametrize("path", [ROOT / "README.md", DOCS / "index.md", DOCS / "tutorial/first-steps.md"], ids=name_of)
def test_whoever_begins_is_told_the_python_that_is_needed_or_newer(path):
    needed = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    said = re.findall(r"Python (3\.\d+)([\w ]*)", path.read_text(encoding="utf-8"))
    assert said
    assert [one for one in said if one[0] != needed or not one[1].startswith(" or newer")] == []


def test_ci_finds_exactly_the_test_command_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    program = re.search(r"awk '(.+?)' README\.md", script)[1]
    found = subprocess.run(["awk", program, "README.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == quick_start()[1]


def dlquiz_output(*arguments, cwd, columns=80):
    """Run the program as a learner without any settings; return stdout and stderr."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DLQUIZ_", "FORCE_", "COLUMNS"))}
    # As in a terminal where the environment is activated: commands are named by their short names.
    clean["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"
    result = subprocess.run(
        [sys.executable, "-m", "dlquiz", *arguments], cwd=cwd,
        env=clean | {"DLQUIZ_STATE": str(cwd / "state"), "DLQUIZ_DATA": str(cwd / "data"), "COLUMNS": str(columns)},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert result.returncode in (0, 1), result.stderr
    return result.stdout


def lines_of(text):
    """Return the lines that must be real: not blank, and without the time that a grading took."""
    return [re.sub(r" · [\d.]+ s$", "", line.rstrip()) for line in text.splitlines() if line.strip()]


def output_shown_in(path, beginning):
    """Return the first text block of a page that begins so."""
    return next(body for _, body in blocks("text", pages=[path]) if body.startswith(beginning))


@pytest.mark.sandbox
def test_the_failure_in_the_readme_is_real_output(tmp_path):
    wrong = ROOT / "graders/exercise3/wrong/loss_gradient_not_divided.py"
    dlquiz_output("start", "work", cwd=tmp_path)
    (tmp_path / "work/exercise3/backprop.py").write_bytes(wrong.read_bytes())
    real = lines_of(dlquiz_output("grade", "exercise3", "--seed", "5", cwd=tmp_path))
    shown = lines_of(output_shown_in(ROOT / "README.md", "exercise3 "))
    assert not [line for line in shown if line not in real]


@pytest.mark.sandbox
def test_the_tutorial_shows_what_its_first_try_really_gets(tmp_path):
    tutorial = DOCS / "tutorial/first-steps.md"
    first_try, repaired = [body for _, body in blocks("python", pages=[tutorial])[1:]]
    stub = (ROOT / "exercises/exercise1/image.py").read_text(encoding="utf-8")
    dlquiz_output("start", "work", cwd=tmp_path)
    file = tmp_path / "work/exercise1/image.py"
    reports = []
    for code in (first_try, repaired):
        gap = 'raise NotImplementedError("flatten: TODO(1)")'
        assert gap in stub
        file.write_text(stub.replace(gap, code.splitlines()[-1].strip()), encoding="utf-8")
        reports.append(lines_of(dlquiz_output("grade", "exercise1", cwd=tmp_path)))
    shown = lines_of(output_shown_in(tutorial, "exercise1 "))
    assert not [line for line in shown if line not in reports[0]]
    assert any(re.fullmatch(r"exercise1 +1\.25 of 4 points", line) for line in reports[1])


def test_the_tutorial_shows_the_table_that_start_prints(tmp_path):
    # The folder of a test has a long name, which 80 columns would not hold on one line.
    real = lines_of(dlquiz_output("start", str(tmp_path / "dlquiz-work"), cwd=tmp_path, columns=200))
    shown = lines_of(output_shown_in(DOCS / "tutorial/first-steps.md", "Your folder:"))
    assert not [line for line in shown if line.replace("…", str(tmp_path)) not in real]


# -- reference pages ----------------------------------------------------------


def test_the_example_report_is_a_valid_report_and_survives_a_round_trip():
    (_, text), *others = blocks("json", pages=[DOCS / "reference/report.md"])
    assert not others
    report = report_model.Report.model_validate_json(text)
    assert json.loads(report.model_dump_json()) == json.loads(text)
    assert report.points.earned == sum(case.points.earned for case in report.cases)


def test_the_report_page_names_every_field_outcome_cause_and_level():
    text = page("reference/report.md")
    models = (report_model.Report, report_model.CaseResult)
    parts = {
        "points": report_model.TotalPoints,
        "course": report_model.CourseRef,
        "submission": report_model.SubmissionRef,
    }
    names = {field for model in models for field in model.model_fields}
    names |= {f"{prefix}.{field}" for prefix, model in parts.items() for field in model.model_fields}
    names |= {f"usage.{field}" for field in report_model.Usage.model_fields}
    enums = (report_model.Outcome, report_model.Cause, report_model.Isolation)
    names |= {member.value for enum in enums for member in enum}
    assert not [name for name in sorted(names) if f"`{name}`" not in text]


def rows(text):
    """Return the cells of every table row."""
    lines = [line for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def constant(dotted):
    """Return the value of ``package.module.NAME`` or of ``package.module.Model.field``'s default."""
    module, _, name = dotted.rpartition(".")
    if (owner := module.rpartition(".")[2])[0].isupper():
        model = getattr(course_model, owner)
        return model.model_fields[name].default
    return getattr(importlib.import_module(module), name)


LIMITS = [
    (cells[-1].strip("`"), cells[1]) for cells in rows(page("reference/limits.md")) if cells[-1].startswith("`dlquiz.")
]


@pytest.mark.parametrize(("dotted", "value"), LIMITS, ids=[dotted for dotted, _ in LIMITS])
def test_every_limit_in_the_page_is_the_one_in_the_code(dotted, value):
    assert float(re.match(r"[\d,.]+", value)[0].replace(",", "")) == constant(dotted)


def test_the_limits_page_has_every_limit_that_an_author_can_set():
    listed = {dotted for dotted, _ in LIMITS}
    for model in (course_model.Limits, course_model.DataSettings):
        numbers = {name for name, field in model.model_fields.items() if isinstance(field.default, int | float)}
        assert {f"dlquiz.model.course.{model.__name__}.{name}" for name in numbers} <= listed


def test_the_graders_page_names_every_fixture_and_every_part_of_the_mark():
    text = page("reference/graders.md")
    fixture_type = type(plugin.rng)
    fixtures = {name for name, value in vars(plugin).items() if isinstance(value, fixture_type)}
    assert {"submission", "reference", "rng"} <= fixtures
    fields = set(Case.__dataclass_fields__) - {"title"}
    assert not [name for name in sorted(fixtures | fields) if f"`{name}`" not in text]


def test_the_graders_page_names_everything_that_a_proxy_and_the_data_can_do():
    text = page("reference/graders.md")
    proxy = {name for name in vars(Remote) if not name.startswith("_")} - {"name"}
    proxy |= {name for name in vars(SubmissionProxy) if not name.startswith("_")} - {"lower", "evaluate"}
    assert not [name for name in sorted(proxy) if not re.search(rf"\.{name}\b", text)]
    data = {name for name in (*TrainingData.__dataclass_fields__, *vars(TrainingData)) if not name.startswith("_")}
    assert not [name for name in sorted(data - {"files"}) if f"`{name}" not in text]


def examples_of_graders():
    """Return the blocks of the graders page: (heading, code of learners, probes, cases)."""
    section = page("reference/graders.md").partition("## Examples\n")[2].partition("\n## ")[0]
    for part in section.split("\n### ")[1:]:
        found = [match["body"] for match in FENCE.finditer(part)]
        cases = [body for body in found if "@pytest.mark.case" in body]
        probes = [body for body in found if body.startswith("# probe.py")]
        learners = [body for body in found if body not in cases + probes]
        yield part.partition("\n")[0], learners, probes, cases


EXAMPLES = list(examples_of_graders())


@pytest.mark.sandbox
@pytest.mark.parametrize(("heading", "learners", "probes", "cases"), EXAMPLES, ids=[one[0] for one in EXAMPLES])
def test_the_examples_of_the_graders_page_are_passed_by_what_they_show(heading, learners, probes, cases, tmp_path):
    framework = "torch" if "PyTorch" in heading else "tensorflow" if "Keras" in heading else None
    if framework:
        pytest.importorskip(framework)
    make_course(tmp_path)
    exercise, grader = tmp_path / "exercises/tiny", tmp_path / "graders/tiny"
    described = (exercise / "exercise.yaml").read_text().replace("points: 4", f"points: {len(cases)}")
    described = described.replace("call_s: 5, case_s: 10, submission_s: 30, memory_mib: 256", "call_s: 40, case_s: 80")
    more = f"packages: [numpy{f', {framework}' if framework else ''}]\nfiles: [scores.csv]\n"
    (exercise / "exercise.yaml").write_text(described + more)
    (exercise / "scores.csv").write_text("1,5\n3,2\n")
    begin = page("reference/graders.md").partition("```python\n")[2].partition("```")[0]
    (grader / "test_tiny.py").write_text("import numpy as np\nimport pytest\n" + begin + "".join(cases))
    (grader / "solution.py").write_text("import numpy as np\n" + "\n\n".join(learners))
    if probes:
        (grader / "probe.py").write_text("".join(probes))
    report = dlquiz.grade("tiny", grader / "solution.py", course=tmp_path)
    assert [(case.title, case.message) for case in report.cases if case.outcome != "passed"] == []
    assert report.outcome == "passed"


def test_the_exit_codes_page_has_exactly_the_codes_that_exist():
    from dlquiz import errors

    codes = {cells[0] for cells in rows(page("reference/exit-codes.md")) if cells[0].isdigit()}
    classes = [value for value in vars(errors).values() if isinstance(value, type) and hasattr(value, "exit_code")]
    assert codes == {"0", "130"} | {str(one.exit_code) for one in classes}


def test_the_examples_of_the_format_pages_load(tmp_path):
    from dlquiz.content.course import load_exercise, validated
    from dlquiz.content.yamlfile import read_document
    from dlquiz.model.course import CourseManifest
    from dlquiz.model.equivalents import Equivalents
    from dlquiz.model.repairs import RepairStories

    found = [text for _, text in blocks("yaml", pages=[DOCS / "reference/exercise-format.md"])]
    found += [text for _, text in blocks("yaml", pages=[DOCS / "reference/course-format.md"])]
    (tmp_path / "words.txt").touch()
    paths = [tmp_path / f"{number}.yaml" for number in range(len(found))]
    for path, text in zip(paths, found, strict=True):
        path.write_text(text, encoding="utf-8")
    assert load_exercise(paths[0]).files == ("words.txt",)
    assert validated(read_document(paths[1]), Equivalents).changes[0].function == "one_hot"
    assert validated(read_document(paths[2]), RepairStories).repairs[0].file == "counted_from_one.py"
    assert validated(read_document(paths[3]), CourseManifest).exercises == ("edges", "pooling")


# -- how-to pages -------------------------------------------------------------


FILE_NAME = re.compile(r"(?:# |<!-- )((?:exercises|graders)/\S+?)(?: -->)?\n")


class Terminal:
    """Types what a page says, in its order; a block that begins with a file's name is written into that file."""

    def __init__(self, folder):
        self.here, self.said = folder, ""
        programs = folder / "programs"
        programs.mkdir()
        for name, module in (("dlquiz", "-m dlquiz "), ("python", "")):
            (programs / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {module}"$@"\n')
            (programs / name).chmod(0o755)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("DLQUIZ_", "COLUMNS"))}
        own = {f"DLQUIZ_{name.upper()}": str(folder / name) for name in ("state", "data", "cache")}
        self.environment = {**kept, **own, "PATH": f"{programs}{os.pathsep}{kept['PATH']}"}

    def follow(self, path, expected=(0,)):
        """Follow a page; every command ends with one of the ``expected`` codes."""
        for match in FENCE.finditer(path.read_text(encoding="utf-8")):
            kind, body = match["kind"], match["body"]
            if kind == "console":
                self.said = "".join(self.type(line.removeprefix("$ "), expected) for line in body.splitlines())
            elif kind == "text":
                said = [re.sub(r", [\d.]+ s$", "", line.strip()) for line in self.said.splitlines()]
                assert not [line for line in body.splitlines() if line.strip() not in said], self.said
            elif named := FILE_NAME.match(body):
                file = self.here / named[1]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(body[named.end() :], encoding="utf-8")

    def type(self, line, expected=(0,)):
        if line.startswith("cd "):
            self.here /= line[3:]
            return ""
        done = subprocess.run(
            line, shell=True, cwd=self.here, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode in expected, f"{line}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.mark.sandbox
def test_who_follows_the_how_to_on_exercises_ends_with_a_certified_one(tmp_path):
    Terminal(tmp_path).follow(DOCS / "how-to/add-an-exercise.md")


@pytest.mark.sandbox
def test_the_commands_and_the_script_that_grade_a_class_run(tmp_path):
    how_to = DOCS / "how-to/grade-a-class.md"
    solution = (ROOT / "graders/exercise1/solution.py").read_bytes()
    files = {"ada_exercise1.py": solution, "bob_exercise1.py": b"x = 1\n"}
    (tmp_path / "handed-in").mkdir()
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        for name, content in files.items():
            (tmp_path / "handed-in" / name).write_bytes(content)
            archive.writestr(name, content)
    (tmp_path / "handed-in/eve.zip").write_bytes(b"PK")
    (tmp_path / "people.csv").write_text("name,id\nAda,1\nBob,2\nZoe,3\n")
    (tmp_path / "ada.py").write_bytes(solution)
    terminal = Terminal(tmp_path)
    terminal.follow(how_to)
    table = [line.split(",") for line in (tmp_path / "grades.csv").read_text().splitlines()]
    assert [(row[0], row[4], row[8]) for row in table[1:]] == [
        ("Ada", "4", "graded"), ("Bob", "0", "graded"), ("Zoe", "", "nothing handed in"),
    ]  # fmt: skip
    ((_, script),) = blocks("python", pages=[how_to])
    (tmp_path / "script.py").write_text(script)
    said = terminal.type("python script.py").splitlines()
    assert said[:2] == ["ada_exercise1.py 4.0 4.0 True", "bob_exercise1.py 0.0 4.0 True"]
    assert said[2].startswith("eve.zip eve.zip is not accepted")


def test_the_quiz_of_the_how_to_loads(tmp_path):
    (_, text), *_ = blocks("yaml", pages=[DOCS / "how-to/add-a-quiz.md"])
    (tmp_path / "my-quiz.yaml").write_text(text, encoding="utf-8")
    assert [question.kind for question in load_quiz(tmp_path / "my-quiz.yaml").questions] == ["choice", "numeric"]


@pytest.mark.sandbox
@pytest.mark.parametrize("name", ["add-a-quiz", "analyse-a-quiz"])
def test_the_commands_of_the_how_to_on_quizzes_run(tmp_path, name):
    """Type what the pages say, in their order; the learner's answers are the files that the pages show."""
    pages = [DOCS / f"how-to/{page}.md" for page in ("add-a-quiz", name)]
    (_, quiz), *_ = blocks("yaml", pages=pages[:1])
    rows = "learner,question,answer\na,tq-whole-pass,An epoch\n"
    files = {"answers.yaml": "mq-choice: At the number of epochs\n", "answers.csv": rows, "class/a.csv": rows}
    if name == "analyse-a-quiz":
        files["my-quiz.yaml"] = quiz
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DLQUIZ_")}
    for _, body in blocks("console", pages=pages[1:]):
        for line in body.splitlines():
            words = shlex.split(line.removeprefix("$ "))
            assert words[0] == "dlquiz"
            done = subprocess.run(
                [sys.executable, "-m", "dlquiz", *words[1:]],
                cwd=tmp_path,
                env={**environment, "DLQUIZ_STATE": str(tmp_path / "state")},
                input="q\n",
                capture_output=True,
                text=True,
                check=False,
            )
            # 1: stopped with q, or not everything is right.
            stopped = words[:2] == ["dlquiz", "quiz"] and words[2] == "my-quiz.yaml"
            assert done.returncode == int(stopped), f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.mark.sandbox
def test_the_python_of_the_how_to_runs(tmp_path):
    (tmp_path / "quizzes").mkdir()
    for source, name in (
        (ROOT / "graders/exercise3/solution.py", "backprop.py"),
        (ROOT / "quizzes/first-words.yaml", "quizzes/first-words.yaml"),
    ):
        (tmp_path / name).write_bytes(source.read_bytes())
    write_course(tmp_path / "my-course")
    code = "\n".join(body for _, body in blocks("python", pages=[DOCS / "how-to/use-from-python.md"]))
    result = subprocess.run(
        [sys.executable, "-c", code + "\nprint(round(loss, 4))"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[:2] == ["passed 10.0 of 10.0", "my-course centre passed"]
    assert result.stdout.splitlines()[-1] == "1.0986"


def test_the_python_of_the_page_on_data_gives_what_its_comments_say(tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_DATA", str(tmp_path))
    ((_, code),) = blocks("python", pages=[DOCS / "reference/data.md"])
    names, shown = {}, []
    for line in filter(None, code.splitlines()):
        if line.startswith(("from ", "digits = ")):
            exec(line, names)
            continue
        expression, _, said = line.partition("  # ")
        value = eval(expression, names)
        if said.startswith(("(", "'")):
            shown.append((repr(str(value) if isinstance(value, str) else value), said))
    assert len(shown) == 2
    assert [pair for pair in shown if pair[0] != pair[1]] == []
    assert names["available"]("mnist") is False


@pytest.mark.sandbox
def test_the_commands_of_the_how_to_on_grading_a_file_run(tmp_path):
    right = (ROOT / "graders/exercise3/solution.py").read_text(encoding="utf-8")
    for name in ("attempts/second.py", "my_folder/backprop.py", "submission.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(right, encoding="utf-8")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": right}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "work.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "hand-in.zip", "w") as archive:
        archive.writestr("backprop.py", right)
    terminal = Terminal(tmp_path)
    terminal.type("dlquiz start workspace")
    (tmp_path / "workspace/exercise3/backprop.py").write_text(right, encoding="utf-8")
    commands = [body.strip() for _, body in blocks("bash", pages=[DOCS / "how-to/grade-your-file.md"])]
    assert len(commands) == 8
    for command in commands:
        said = terminal.type(command)
        assert "report.json" in command or "of 10 points" in said or "--case" in command, said
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["outcome"] == "passed"


def test_the_page_on_python_says_that_no_workspace_decides_about_the_course(tmp_path, monkeypatch):
    said = " ".join(page("how-to/use-from-python.md").split())
    assert re.search(r"Without `course`[^.]*come with dlquiz[^.]*workspace", said)
    write_course(tmp_path / "own")
    monkeypatch.chdir(tmp_path / "own")
    with pytest.raises(UnknownName):
        dlquiz.grade("centre", tmp_path / "own/graders/centre/solution.py")


def test_the_form_of_a_name_in_a_check_is_shown_where_checks_are_listed():
    _, _, said = page("reference/graders.md").partition("`name` is what messages call the")
    assert "a noun" in said.partition(".")[0]


def test_pages_on_quizzes_do_not_promise_all_mistakes_where_some_hide_others():
    for name in ("how-to/add-a-quiz.md", "reference/quiz-format.md", "reference/exercise-format.md"):
        _, promised, beneath = page(name).partition("told at once")
        assert promised, name
        assert re.search(r"\bhides?\b", beneath[:300]) or "valid YAML" in beneath[:300], name


def test_only_what_is_typed_is_copied_from_a_console_block():
    rules = page("assets/console.css")
    assert "content.code.copy" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "assets/console.css" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert re.search(r"\[data-md-copying\] \.gp,\s*\[data-md-copying\] \.go \{\s*display: none", rules)
    assert [name_of(where) for where, body in blocks("bash") if re.search(r"^\$ ", body, re.MULTILINE)] == []


def test_what_the_threat_model_says_of_arguments_afterwards_is_what_the_code_says():
    from dlquiz.grading import check

    for said in (page("explanation/threat-model.md"), check.unchanged.__doc__):
        assert re.search(r"finds a\s+mistake", said)
    assert re.search(r"must believe\s+the worker", page("explanation/threat-model.md"))


def test_the_page_on_thresholds_says_that_gradients_are_looked_at_and_the_grader_does():
    assert "gradient at the learner's own start" in " ".join(page("explanation/thresholds.md").split())
    assert "gradient" in (ROOT / "graders/exercise4/test_mlp.py").read_text(encoding="utf-8")


def test_pictures_made_of_signs_and_the_first_line_to_type_fit_the_page():
    pictures = [body for _, body in blocks("text") if "┌" in body]
    first = [body for _, body in blocks("bash", pages=[DOCS / "index.md", DOCS / "tutorial/first-steps.md"])]
    assert pictures
    assert len(first) >= 2
    assert [line for body in pictures + first for line in body.splitlines() if len(line) > 76] == []


def test_the_first_line_to_type_is_the_one_of_the_readme():
    demo, _ = quick_start()
    for name in ("index.md", "tutorial/first-steps.md"):
        (_, body), *_ = blocks("bash", pages=[DOCS / name])
        assert re.sub(r"\\\n\s*", "", body).strip() == demo
