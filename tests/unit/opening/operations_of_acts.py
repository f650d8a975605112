r"""
Operations that remove, rename, make or change files: a name, and what is done. In the folders of operations.py.

They are really done, bare as well and perhaps by root: no name may lead out of those folders.

`times` gives the mode and the time of a file's last change.
"""

FUNCTIONS = [
    ("unlink", "os.unlink({})"),
    ("rmdir", "os.rmdir({})"),
    ("mkdir", "os.mkdir({})"),
    ("rename", "os.rename({}, 'moved')"),
    ("rename to", "os.rename('other', {})"),
    ("rename a folder to", "os.rename('folder', {})"),
    ("replace", "os.replace('other', {})"),
    ("link", "os.link({}, 'linked')"),
    ("link to", "os.link('other', {})"),
    ("symlink to", "os.symlink('other', {})"),
    ("chmod", "os.chmod({}, 0o640)"),
    ("chown", "os.chown({}, os.getuid(), -1)"),
    ("lchown", "os.lchown({}, -1, os.getgid())"),
    ("utime", "os.utime({}, (5, 6.5))"),
    ("utime of itself", "os.utime({}, ns=(5, 6), follow_symlinks=False)"),
    ("truncate", "os.truncate({}, 2)"),
    ("setxattr", "os.setxattr({}, 'user.name', b'value')"),
    ("removexattr", "os.removexattr({}, b'user.name')"),
]  # fmt: skip

# Every function, on every kind of name.
NAMES = {
    "file": "'file'",
    "absolute": "here + '/file'",
    "bytes": "b'file'",
    "folder": "'folder/deep'",
    "full folder": "'folder'",
    "missing": "'missing'",
    "missing folder": "'missing/x'",
    "beneath a file": "'file/x'",
    "folder with a slash": "'folder/deep/'",
    "file with a slash": "'file/'",
    "missing with a slash": "'missing/'",
    "folder with a dot": "'folder/deep/.'",
    "dot": "'.'",
    "up": "'folder/..'",
    "up from a file": "'file/..'",
    "up and down": "'folder/../file'",
    "up from nothing": "'missing/../file'",
    "link": "'link'",
    "link with a slash": "'link/'",
    "link to a folder": "'to'",
    "link to a folder with a slash": "'to/'",
    "through a link": "'to/inner'",
    "link to nothing": "'broken'",
    "link to nothing with a slash": "'broken/'",
    "empty": "''",
    "long name": "'x' * 256",
    "NUL": "'fi\\0le'",
    "surrogate": "'a\\ud800'",
}  # fmt: skip
LINKS = "os.symlink('file', 'link'); os.symlink('folder', 'to'); os.symlink('missing', 'broken')\n"

ACTS = {
    f"{function}: {kind}": LINKS + source.format(name) + "\ntimes('file', 'folder/deep', 'folder', 'other')"
    for function, source in FUNCTIONS
    for kind, name in NAMES.items()
} | {
    "mkdir with a mode": "os.mkdir('new', 0o705); times('new')",
    "mkdir by keywords": "os.mkdir(path='new', mode=0o750, dir_fd=None)",
    "mkdir with an index": "os.mkdir('new', Index(0o711)); times('new')",
    "mkdir with a huge mode": "os.mkdir('new', 1 << 40)",
    "mkdir with a text": "os.mkdir('new', '7')",
    "mkdir beneath": "os.mkdir('new', dir_fd=os.open('folder', os.O_RDONLY))",
    "mkdir beneath a file": "os.mkdir('new', dir_fd=os.open('file', os.O_RDONLY))",
    "mkdir beneath nothing": "os.mkdir('new', dir_fd=999)",
    "mkdir beneath -1": "os.mkdir('new', dir_fd=-1)",
    "mkdir beneath a bool": "os.mkdir('new', dir_fd=True)",
    "mkdir without a name": "os.mkdir()",
    "mkdir of None": "os.mkdir(None)",
    "mkdir of a number": "os.mkdir(3)",
    "mkdir of a name twice": "os.mkdir('a', path='b')",
    "mkdir with one too many": "os.mkdir('a', 0o777, None)",
    "mkdir of an unknown word": "os.mkdir('a', folder=1)",
    "mkdir by a path object": "os.mkdir(Path('new'))",
    "mkdir by a path object of bytes": "os.mkdir(Way(b'new'))",
    "mkdir by an error": "os.mkdir(Way(ZeroDivisionError('way')))",
    "mkdir by no text": "os.mkdir(Way(3))",
    "mkdir by no way": "os.mkdir(NoWay())",
    "mkdir by a text of its own": "os.mkdir(Text('new'))",
    "mkdir of a path object that is there": "os.mkdir(Path('folder'))",
    "makedirs": "os.makedirs('a/b/c'); os.makedirs('a/b', exist_ok=True); os.removedirs('a/b/c')",
    "unlink beneath": "os.unlink('inner', dir_fd=os.open('folder', os.O_RDONLY))",
    "unlink beneath a path only": "os.unlink('inner', dir_fd=os.open('folder', os.O_PATH))",
    "unlink a path object that is missing": "os.unlink(Path('missing'))",
    "rename between folders": """
folder = os.open('folder', os.O_RDONLY)
os.rename('inner', 'a', src_dir_fd=folder)
os.rename('a', 'b', dst_dir_fd=folder)
os.replace(src='b', dst='c', src_dir_fd=folder, dst_dir_fd=folder)
""",
    "rename into itself": "os.rename('folder', 'folder/deep/x')",
    "rename onto a full folder": "os.mkdir('new'); os.rename('new', 'folder')",
    "rename onto an empty folder": "os.mkdir('new'); os.rename('new', 'folder/deep')",
    "rename of text and bytes": "os.rename('file', b'moved')",
    "rename of path objects": "os.rename(Path('missing'), Path('moved'))",
    "symlink of bytes": "os.symlink(b'folder/../file', b'new', True)",
    "symlink beneath": "os.symlink('inner', 'new', dir_fd=os.open('folder', os.O_RDONLY))",
    "symlink of non-ASCII": "os.symlink('größe', 'new')",
    "symlink of an empty text": "os.symlink('', 'new')",
    "symlink by keywords": "os.symlink(src='file', dst='new', target_is_directory=[])",
    "symlink by an unsure word": "os.symlink('file', 'new', target_is_directory=Unsure())",
    "link of an unsure word": "os.link('file', 'new', follow_symlinks=Unsure())",
    "link by keywords": "os.link(src='file', dst='new', follow_symlinks=True)",
    "chmod by number": "os.chmod(os.open('file', os.O_RDONLY), 0o604); times('file')",
    "chmod by number without links": "os.chmod(os.open('file', os.O_RDONLY), 0o604, follow_symlinks=False)",
    "chmod by an index": "os.chmod(Index(os.open('file', os.O_RDONLY)), 0o604); times('file')",
    "chmod by a number that is closed": "os.chmod(999, 0o600)",
    "chmod by a negative number": "os.chmod(-1, 0o600)",
    "chmod by a huge number": "os.chmod(1 << 40, 0o600)",
    "chmod by a bool": "os.dup2(os.open('file', os.O_RDONLY), 1); os.chmod(True, 0o600)",
    "chmod of a folder's number": "os.chmod(os.open('folder', os.O_RDONLY), 0o701); times('folder')",
    "chmod of a path only": "os.chmod(os.open('file', os.O_PATH), 0o604)",
    "chmod of a pipe": "os.chmod(os.pipe()[0], 0o604)",
    "chmod of a socket": "import socket; os.chmod(socket.socket().detach(), 0o604)",
    "chmod of a deleted file": """
number = os.open('file', os.O_RDONLY)
os.unlink('file')
os.fchmod(number, 0o604)
give(oct(os.fstat(number).st_mode))
""",
    "chmod by the name of a number": "os.chmod('/proc/self/fd/%d' % os.open('file', os.O_RDONLY), 0o604); times('file')",
    "chmod beneath": "os.chmod('inner', 0o604, dir_fd=os.open('folder', os.O_RDONLY)); times('folder/inner')",
    "chmod without links": "os.chmod('file', 0o604, follow_symlinks=False)",
    "chmod of a link itself": "os.symlink('file', 'link'); os.chmod('link', 0o604, follow_symlinks=False)",
    "chmod with a huge mode": "os.chmod('file', 1 << 40)",
    "chmod with odd bits": "os.chmod('file', -1); times('file')",
    "chmod with an unsure word": "os.chmod('file', 0o600, follow_symlinks=Unsure())",
    "fchmod": "os.fchmod(os.open('file', os.O_RDONLY), 0o604); times('file')",
    "fchmod by keywords": "os.fchmod(fd=os.open('file', os.O_RDONLY), mode=0o604); times('file')",
    "fchmod of what is closed": "os.fchmod(999, 0)",
    "fchmod of a name": "os.fchmod('file', 0)",
    "fchmod of a file object": "os.fchmod(open('file'), 0o604)",
    "fchmod through a pipe": "os.fchmod(os.pipe()[1], 0o604)",
    "fchown": "os.fchown(os.open('file', os.O_RDONLY), os.getuid(), -1)",
    "fchown of what is closed": "os.fchown(999, -1, -1)",
    "chown by number": "os.chown(os.open('file', os.O_RDONLY), -1, -1)",
    "chown by number without links": "os.chown(os.open('file', os.O_RDONLY), -1, -1, follow_symlinks=False)",
    "chown of owners that are none": "os.chown('file', -2, -1)",
    "chown of huge owners": "os.chown('file', 1 << 32, -1)",
    "chown of a text": "os.chown('file', 'root', -1)",
    "chown of an index": "os.chown('file', Index(os.getuid()), -1)",
    "chown of a link itself": "os.symlink('missing', 'link'); os.chown('link', -1, -1, follow_symlinks=False)",
    "chown of a link to nothing": "os.symlink('missing', 'link'); os.chown('link', -1, -1)",
    "utime by number": "os.utime(os.open('file', os.O_RDONLY), (7, 8)); times('file')",
    "utime by number with a folder": "os.utime(os.open('file', os.O_RDONLY), (7, 8), dir_fd=os.open('.', os.O_RDONLY))",
    "utime by number without links": "os.utime(os.open('file', os.O_RDONLY), (7, 8), follow_symlinks=False)",
    "utime of now": "os.utime('file'); give(os.stat('file').st_mtime > 1e9)",
    "utime of None": "os.utime('file', None); give(os.stat('file').st_mtime > 1e9)",
    "utime of floats": "os.utime('file', (-1.5, 1.1)); times('file')",
    "utime of small floats": "os.utime('file', (0.1, -1e-10)); times('file')",
    "utime of huge floats": "os.utime('file', (1e300, 1e300))",
    "utime of no number": "os.utime('file', (float('nan'), 1))",
    "utime of huge numbers": "os.utime('file', (1 << 70, 1))",
    "utime of nanoseconds": "os.utime('file', ns=(-1, 1_999_999_999)); times('file')",
    "utime of huge nanoseconds": "os.utime('file', ns=(1 << 100, 1))",
    "utime of float nanoseconds": "os.utime('file', ns=(1.5, 1))",
    "utime of both": "os.utime('file', (1, 2), ns=(1, 2))",
    "utime of None and nanoseconds": "os.utime('file', None, ns=(3, 4)); times('file')",
    "utime of a list": "os.utime('file', [1, 2])",
    "utime of three": "os.utime('file', (1, 2, 3))",
    "utime of texts": "os.utime('file', ('1', '2'))",
    "utime of bools": "os.utime('file', (True, False)); times('file')",
    "utime of nothing for nanoseconds": "os.utime('file', ns=None)",
    "utime of a link itself": "os.symlink('file', 'link'); os.utime('link', (1, 2), follow_symlinks=False); times('file')",
    "truncate by number": "os.truncate(os.open('file', os.O_RDWR), 1)",
    "truncate what is open for reading": "os.truncate(os.open('file', os.O_RDONLY), 1)",
    "truncate by the name of a number": "os.truncate('/proc/self/fd/%d' % os.open('file', os.O_RDONLY), 1)",
    "truncate to a negative length": "os.truncate('file', -1)",
    "truncate to a huge length": "os.truncate('file', 1 << 70)",
    "truncate to more": "os.truncate('file', 10)",
    "truncate a pipe": "os.mkfifo('pipe'); os.truncate('pipe', 0)",
    "truncate by keywords": "os.truncate(path='file', length=Index(2))",
    "ftruncate": "os.ftruncate(os.open('file', os.O_RDWR), 1)",
    "setxattr by number": "os.setxattr(os.open('file', os.O_RDONLY), 'user.a', bytearray(b'x')); give(os.listxattr('file'))",
    "setxattr of a memoryview": "os.setxattr('file', b'user.a', memoryview(b'xyz')[::2]); give(os.getxattr('file', 'user.a'))",
    "setxattr of a text": "os.setxattr('file', 'user.a', 'x')",
    "setxattr with flags": "os.setxattr('file', 'user.a', b'', os.XATTR_REPLACE)",
    "setxattr of a path object": "os.setxattr('file', Path('user.a'), b'')",
    "setxattr of a NUL": "os.setxattr('file', 'user.\\0', b'')",
    "removexattr by number": """
number = os.open('file', os.O_RDONLY)
os.setxattr(number, 'user.a', b'1')
os.removexattr(number, 'user.a')
give(os.listxattr(number))
""",
    "as nobody": """
os.mkdir('mine', 0o777)
with nobody():
    for act in ("os.unlink('file')", "os.mkdir('x')", "os.chmod('file', 0)", "os.truncate('secret', 0)",
                "os.rename('file', 'x')", "os.utime('secret')", "os.chown('file', 0, 0)"):
        try:
            eval(act)
        except OSError as error:
            give(act, str(error))
""",
    "trees": """
import shutil
os.makedirs('a/b/c')
shutil.move('a', 'folder/deep')
shutil.rmtree('folder')
""",
}  # fmt: skip
