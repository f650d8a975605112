"""Policy.load: the keys of Policy in a TOML file, and errors that name file, line and key."""

import pytest

from fastaudit import Deny, Policy, PolicyError


@pytest.fixture
def load(tmp_path):
    def load(text):
        file = tmp_path / "policy.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Policy.load(file)

    return load


FULL = """
name = "render"
read = ["templates"]
write = ["/srv/out"]
connect = ["api.example.com:443"]
threads = false
allow = ["mylib.*"]

[deny]
read = ["**/.env", "secret"]
rights = ["fork"]
"""


def test_a_file_has_the_keys_of_policy(load, tmp_path):
    assert load(FULL) == Policy(
        name="render",
        base=tmp_path,
        read=["templates"],
        write=["/srv/out"],
        connect=["api.example.com:443"],
        threads=False,
        allow=["mylib.*"],
        deny=Deny(base=tmp_path, read=["**/.env", "secret"], fork=True),
    )


def test_relative_paths_lie_beneath_the_folder_of_the_file(load, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    assert load('read = ["a"]').keywords["read"] == [str(tmp_path.resolve() / "a")]


def test_base_lies_beneath_the_folder_of_the_file(load, tmp_path):
    assert load('base = "x"\nread = ["a"]') == Policy(read=[tmp_path / "x" / "a"])


def test_a_relative_file_name_will_do(load, tmp_path, monkeypatch):
    load('read = ["a"]')
    monkeypatch.chdir(tmp_path)
    assert Policy.load("policy.toml") == Policy(read=["a"])
    assert Policy.load(b"policy.toml") == Policy(read=["a"])


def test_an_empty_file_is_the_empty_policy(load):
    assert load("") == Policy()


MISTAKES = {
    "unknown key": ('name = "x"\nraed = []\n', r"line 2: .*'raed'.*did you mean 'read'"),
    "unknown key of deny": ("[deny]\n\nraed = []", r"line 3: .*'deny.raed'.*did you mean 'read'"),
    "inner key of deny": ("deny.raed = []", "line 1: .*'deny.raed'"),
    "bare string": ('read = "x"', r"line 1: read takes a list: read=\['x'\]"),
    "number for a switch": ("\nthreads = 1", "line 2: threads takes True or False"),
    "number in a list": ("read = [1]", "line 1: read: "),
    "impossible port": ('connect = ["a.b:99999"]', "line 1: connect: .*99999"),
    "mistake within deny": ('read = ["a"]\n[deny]\nread = [""]', "line 3: deny: read: "),
    "wrong type within deny": ('[deny]\nread = "x"', "line 2: deny: read takes a list"),
    "list for deny": ('deny = ["x"]', "line 1: deny takes a table"),
    "number for base": ("base = 3", "line 1: base takes a path"),
    "empty base": ('base = ""', "line 1: base: "),
    "half-written": ('read = ["a", ', "is not TOML: .*end of document"),
    "key twice": ("fork = true\nfork = true\n", "is not TOML: .*line 2"),
    "not UTF-8": (b'name = "a"\nread = ["\xff"]', "line 2: is not UTF-8: byte 0xff"),
    "NUL": (b"\0", "is not TOML"),
    "deep nesting": ("read = " + "[" * 100_000, "nested too deeply"),
    "date": ("read = [1979-05-27]", "line 1: read: "),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_names_file_line_and_key(load, case):
    text, message = MISTAKES[case]
    with pytest.raises(PolicyError, match=message) as caught:
        load(text)
    assert "policy.toml" in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_directory_is_no_policy_file(tmp_path):
    with pytest.raises(PolicyError, match="is a directory"):
        Policy.load(tmp_path)


def test_a_missing_file_is_the_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError):
        Policy.load(tmp_path / "none.toml")


def test_a_name_with_a_nul_is_no_file():
    with pytest.raises(PolicyError, match="NUL"):
        Policy.load("a\0b")
