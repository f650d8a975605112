"""The rules of the code base that a test can check: layout, includes, lengths, first lines."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["interpose", "scope", "audit", "enforce", "authority", "decide", "classify", "support"]
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)

# A file may be longer than this only for a reason that stands here.
LONGEST = 310  # "about 300"
LONGEST_TEST = 500
LONGER: dict[str, str] = {
    "src/scope/exit.c": "one token: who may use it, when, and what leaving does",
    "src/scope/manager.c": "one object: with, async with, decorator and start",
}


def files(folder: str, *suffixes: str) -> list[Path]:
    """The files of one folder and those beneath it, by suffix; all when none is given."""
    found = sorted(path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [path for path in found if not suffixes or path.suffix in suffixes]


def c_files() -> list[Path]:
    return files("src", ".c", ".h")


def own_includes(file: Path) -> list[str]:
    return [name for mark, name in INCLUDE.findall(file.read_text()) if mark == '"']


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def plain_files() -> set[Path]:
    """The sources that the build lists as plain, and every header of ours that they reach."""
    source_list = re.search(r"plain_sources = files\((.*?)\)", (ROOT / "src/meson.build").read_text(), re.DOTALL)
    assert source_list is not None
    todo = [ROOT / "src" / name for name in re.findall(r"'([^']+\.c)'", source_list[1])]
    seen: set[Path] = set()
    while todo:
        file = todo.pop()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        todo += [ROOT / "src" / name for name in own_includes(file)]
    return seen


def test_there_are_files_to_check():
    assert len(c_files()) > 10
    assert len(plain_files()) > 2


@pytest.mark.parametrize("file", c_files(), ids=name_of)
def test_a_c_file_includes_its_own_folder_and_folders_to_the_right_only(file):
    folder = file.parent.name
    allowed = FOLDERS if folder == "src" else FOLDERS[FOLDERS.index(folder) :]
    for included in own_includes(file):
        assert "/" in included, f"{included}: written from the include root, folder first"
        assert included.split("/")[0] in allowed, included


@pytest.mark.parametrize("file", sorted(plain_files()), ids=name_of)
def test_a_plain_file_includes_no_python(file):
    text = file.read_text()
    assert not re.search(r"#\s*include\s*[\"<](Python\.h|support/compat\.h|structmember\.h|cpython/|internal/)", text)
    assert "PyObject" not in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("file", c_files(), ids=name_of)
def test_only_compat_asks_which_python_this_is(file):
    if file.name == "compat.h":
        return
    code = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    assert "PY_VERSION_HEX" not in code
    assert "PY_MINOR_VERSION" not in code
    assert not re.search(r"#\s*include\s*<Python\.h>", code), "Python.h comes through support/compat.h"


@pytest.mark.parametrize("file", c_files(), ids=name_of)
def test_a_c_file_begins_with_its_name_and_one_sentence(file):
    first = re.match(r"/\* (\S+): (.+?)\*/", file.read_text(), re.DOTALL)
    assert first is not None
    assert first[1] == file.name
    assert first[2].strip().endswith(".")


@pytest.mark.parametrize("file", [*c_files(), *files("tests", ".c")], ids=name_of)
def test_a_c_file_has_no_tabs_and_no_blanks_at_the_end_of_a_line(file):
    assert not re.search(r"\t|[ \r]$", file.read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    "file",
    [*files("fastaudit", ".py"), *files("examples", ".py"), *files("tests", ".py")],
    ids=name_of,
)
def test_a_python_file_begins_with_a_docstring(file):
    text = file.read_text()
    assert not text or text.startswith(('"""', 'r"""', "#!")), "the first line says what the file is for"


@pytest.mark.parametrize(
    "file",
    [
        *c_files(),
        *files("src", ".py"),
        *files("fastaudit", ".py"),
        *files("tests", ".py", ".c"),
        *files("examples", ".py"),
    ],
    ids=name_of,
)
def test_no_file_is_too_long(file):
    if name_of(file) not in LONGER:
        longest = LONGEST_TEST if file.is_relative_to(ROOT / "tests") else LONGEST
        assert len(file.read_text().splitlines()) <= longest, "look for the second noun"


def test_every_exception_is_still_needed():
    for name in LONGER:
        assert len((ROOT / name).read_text().splitlines()) > LONGEST, name


@pytest.mark.parametrize("file", files("src", ".c"), ids=name_of)
def test_every_c_source_is_built(file):
    lists = [file.read_text() for file in (ROOT / "src").rglob("meson.build")]
    place = file.relative_to(ROOT / "src").as_posix()
    assert any(f"'{place}'" in text or f"'{file.name}'" in text for text in lists)


@pytest.mark.parametrize("file", files("fastaudit"), ids=name_of)
def test_every_file_of_the_package_is_installed(file):
    if file.name != "meson.build":
        assert f"'{file.name}'" in (ROOT / "fastaudit/meson.build").read_text()


def test_tests_are_no_package():
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_the_readme_begins_with_two_commands_of_one_line_each():
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 2
    for block in blocks[:2]:
        (line,) = block.splitlines()
        assert not line.endswith("\\")


def test_decision_records_are_numbered_once():
    numbers = [file.name[:4] for file in files("docs/adr")]
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("file", files("changes"), ids=name_of)
def test_a_fragment_names_its_kind(file):
    assert re.fullmatch(r"[a-z0-9-]+\.(feature|fix|change|removal|security)\.md", file.name)
