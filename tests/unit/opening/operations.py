r"""
Operations that open files: a name, and what is done.

Each runs in a folder of its own that holds file ("text\n"), other ("other"), folder/inner ("inner"), folder/deep/,
and in the names that perform.py gives: `fd`, `file`, `give`, `later`, `here`.
"""

OPEN = {
    "reading": "fd(os.open('file', os.O_RDONLY))",
    "absolute": "fd(os.open(here + '/file', os.O_RDONLY))",
    "bytes": "fd(os.open(b'file', os.O_RDONLY))",
    "bytearray": "fd(os.open(bytearray(b'file'), os.O_RDONLY))",
    "memoryview": "fd(os.open(memoryview(b'file'), os.O_RDONLY))",
    "path object": "fd(os.open(Path('file'), os.O_RDONLY))",
    "path object of bytes": "fd(os.open(Way(b'file'), os.O_RDONLY))",
    "keywords": "fd(os.open(path='new', flags=os.O_CREAT | os.O_WRONLY, mode=0o640, dir_fd=None))",
    "positional mode": "fd(os.open('new', os.O_CREAT | os.O_WRONLY, 0o604))",
    "non-ASCII": "fd(os.open('größe-ₓ-𝔘', os.O_CREAT | os.O_RDWR))",
    "surrogateescape": "fd(os.open('a\\udcff', os.O_CREAT | os.O_RDWR)); give(os.listdir(b'.'))",
    "lone surrogate": "fd(os.open('a\\ud800', os.O_RDONLY))",
    "bytes that are no text": "fd(os.open(b'\\xff\\xfe', os.O_CREAT | os.O_RDWR))",
    "beneath a directory": "fd(os.open('inner', os.O_RDONLY, dir_fd=os.open('folder', os.O_RDONLY)))",
    "beneath an O_PATH": "fd(os.open('inner', os.O_RDONLY, dir_fd=os.open('folder', os.O_PATH)))",
    "absolute with a directory": "fd(os.open(here + '/file', os.O_RDONLY, dir_fd=os.open('folder', os.O_RDONLY)))",
    "up from a directory": "fd(os.open('../file', os.O_RDONLY, dir_fd=os.open('folder', os.O_RDONLY)))",
    "beneath a file": "fd(os.open('x', os.O_RDONLY, dir_fd=os.open('file', os.O_RDONLY)))",
    "beneath a pipe": "fd(os.open('x', os.O_RDONLY, dir_fd=os.pipe()[0]))",
    "beneath a closed number": "fd(os.open('file', os.O_RDONLY, dir_fd=999))",
    "beneath -1": "fd(os.open('file', os.O_RDONLY, dir_fd=-1))",
    "beneath AT_FDCWD": "fd(os.open('file', os.O_RDONLY, dir_fd=-100))",
    "beneath an index": "fd(os.open('inner', os.O_RDONLY, dir_fd=Index(os.open('folder', os.O_RDONLY))))",
    "beneath a bool": "fd(os.open('file', os.O_RDONLY, dir_fd=True))",
    "beneath a text": "fd(os.open('file', os.O_RDONLY, dir_fd='folder'))",
    "beneath a huge number": "fd(os.open('file', os.O_RDONLY, dir_fd=1 << 80))",
    "beneath a very negative number": "fd(os.open('file', os.O_RDONLY, dir_fd=-(1 << 80)))",
    "beneath a float": "fd(os.open('file', os.O_RDONLY, dir_fd=1.0))",
    "beneath a directory that is gone": """
folder = os.open('folder/deep', os.O_RDONLY)
os.rmdir('folder/deep')
fd(os.open('new', os.O_CREAT | os.O_WRONLY, dir_fd=folder))
""",
    "missing": "fd(os.open('missing', os.O_RDONLY))",
    "missing folder": "fd(os.open('missing/x', os.O_CREAT | os.O_WRONLY))",
    "missing bytes": "fd(os.open(b'missing', os.O_RDONLY))",
    "missing path object": "fd(os.open(Path('missing'), os.O_RDONLY))",
    "missing beneath": "fd(os.open('missing', os.O_RDONLY, dir_fd=os.open('folder', os.O_RDONLY)))",
    "beneath a file by name": "fd(os.open('file/x', os.O_RDONLY))",
    "beneath a file to create": "fd(os.open('file/x', os.O_CREAT | os.O_WRONLY))",
    "empty": "fd(os.open('', os.O_RDONLY))",
    "empty beneath": "fd(os.open('', os.O_RDONLY, dir_fd=os.open('folder', os.O_RDONLY)))",
    "empty bytes to create": "fd(os.open(b'', os.O_CREAT | os.O_WRONLY))",
    "NUL": "fd(os.open('file\\0x', os.O_RDONLY))",
    "NUL in bytes": "fd(os.open(b'file\\0x', os.O_RDONLY))",
    "long name": "fd(os.open('x' * 256, os.O_RDONLY))",
    "longest name": "fd(os.open('x' * 255, os.O_CREAT | os.O_WRONLY))",
    "long name to create": "fd(os.open('x' * 256, os.O_CREAT | os.O_WRONLY))",
    "long name of a folder": "fd(os.open('x' * 256 + '/y', os.O_RDONLY))",
    "long name beneath a file": "fd(os.open('file/' + 'x' * 256, os.O_RDONLY))",
    "long name beneath nothing": "fd(os.open('missing/' + 'x' * 256, os.O_RDONLY))",
    "long path": "fd(os.open('x/' * 3000, os.O_RDONLY))",
    "long path of dots": "fd(os.open('./' * 2040 + 'file', os.O_RDONLY))",
    "long path of slashes": "fd(os.open('/' * 3000 + here + '/file', os.O_RDONLY))",
    "path of just too many bytes": "fd(os.open('./' * 2046 + 'file', os.O_RDONLY))",
    "path of just enough bytes": "fd(os.open('./' * 2045 + '/file', os.O_RDONLY))",
    "int for a path": "fd(os.open(3, os.O_RDONLY))",
    "None for a path": "fd(os.open(None, os.O_RDONLY))",
    "answer of a wrong type": "fd(os.open(Way(3), os.O_RDONLY))",
    "no answer": "fd(os.open(Way(ZeroDivisionError('no answer')), os.O_RDONLY))",
    "None for an answer": "fd(os.open(NoWay(), os.O_RDONLY))",
    "text for flags": "fd(os.open('file', 'r'))",
    "float for flags": "fd(os.open('file', 0.0))",
    "index for flags": "fd(os.open('file', Index(os.O_RDWR)))",
    "bool for flags": "fd(os.open('file', True))",
    "huge flags": "fd(os.open('file', 1 << 40))",
    "huge mode": "fd(os.open('file', os.O_RDONLY, 1 << 40))",
    "negative flags": "fd(os.open('file', -1))",
    "negative mode": "fd(os.open('new', os.O_CREAT | os.O_WRONLY, -1))",
    "no flags": "fd(os.open('file'))",
    "no arguments": "fd(os.open())",
    "too many arguments": "fd(os.open('file', 0, 0, 0))",
    "unknown keyword": "fd(os.open('file', 0, nope=1))",
    "keyword twice": "fd(os.open('file', 0, path='file'))",
    "mode of a wrong type": "fd(os.open('file', 0, 'x'))",
    # flags
    "truncate": "fd(os.open('file', os.O_WRONLY | os.O_TRUNC))",
    "truncate for reading": "fd(os.open('file', os.O_RDONLY | os.O_TRUNC))",
    "append": "number = os.open('file', os.O_WRONLY | os.O_APPEND); os.write(number, b'more'); fd(number)",
    "create": "fd(os.open('new', os.O_WRONLY | os.O_CREAT))",
    "create for reading": "fd(os.open('new', os.O_RDONLY | os.O_CREAT))",
    "create what is there": "fd(os.open('file', os.O_WRONLY | os.O_CREAT))",
    "create and truncate": "fd(os.open('file', os.O_WRONLY | os.O_CREAT | os.O_TRUNC))",
    "create a directory": "fd(os.open('new', os.O_CREAT | os.O_DIRECTORY))",
    "create where a directory is": "fd(os.open('folder', os.O_CREAT))",
    "exclusive": "fd(os.open('new', os.O_WRONLY | os.O_CREAT | os.O_EXCL))",
    "exclusive what is there": "fd(os.open('file', os.O_WRONLY | os.O_CREAT | os.O_EXCL))",
    "exclusive through a link": "os.symlink('file', 'link'); fd(os.open('link', os.O_WRONLY | os.O_CREAT | os.O_EXCL))",
    "exclusive through a dangling link": """
os.symlink('missing', 'link')
fd(os.open('link', os.O_WRONLY | os.O_CREAT | os.O_EXCL))
""",
    "exclusive beneath a link": """
os.symlink('folder', 'link')
fd(os.open('link/new', os.O_WRONLY | os.O_CREAT | os.O_EXCL))
""",
    "exclusive alone": "fd(os.open('file', os.O_WRONLY | os.O_EXCL))",
    "no name": "fd(os.open('folder', os.O_TMPFILE | os.O_RDWR, 0o600))",
    "no name that stays so": "fd(os.open('folder', os.O_TMPFILE | os.O_RDWR | os.O_EXCL, 0o600))",
    "no name for reading": "fd(os.open('folder', os.O_TMPFILE | os.O_RDONLY, 0o600))",
    "no name in a file": "fd(os.open('file', os.O_TMPFILE | os.O_RDWR, 0o600))",
    "no name in nothing": "fd(os.open('missing', os.O_TMPFILE | os.O_RDWR, 0o600))",
    "no name through a link": "os.symlink('folder', 'link'); fd(os.open('link', os.O_TMPFILE | os.O_RDWR, 0o600))",
    "no name and create": "fd(os.open('folder', os.O_TMPFILE | os.O_RDWR | os.O_CREAT, 0o600))",
    "half of O_TMPFILE": "fd(os.open('folder', (os.O_TMPFILE & ~os.O_DIRECTORY) | os.O_RDWR))",
    "place": "fd(os.open('file', os.O_PATH))",
    "place of a link": "os.symlink('file', 'link'); fd(os.open('link', os.O_PATH | os.O_NOFOLLOW))",
    "place through a link": "os.symlink('file', 'link'); fd(os.open('link', os.O_PATH))",
    "place with all flags": "fd(os.open('file', os.O_PATH | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))",
    "place of a missing file": "fd(os.open('missing', os.O_PATH | os.O_CREAT))",
    "place of a directory": "fd(os.open('folder', os.O_PATH | os.O_DIRECTORY))",
    "place of a file as a directory": "fd(os.open('file', os.O_PATH | os.O_DIRECTORY))",
    "place of a socket": """
import socket
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind('socket')
    fd(os.open('socket', os.O_PATH))
""",
    "directory": "fd(os.open('folder', os.O_RDONLY))",
    "directory asked for": "fd(os.open('folder', os.O_RDONLY | os.O_DIRECTORY))",
    "directory for writing": "fd(os.open('folder', os.O_WRONLY))",
    "directory that is a file": "fd(os.open('file', os.O_RDONLY | os.O_DIRECTORY))",
    "directory that is a link": "os.symlink('folder', 'link'); fd(os.open('link', os.O_RDONLY | os.O_DIRECTORY))",
    "directory not through a link": """
os.symlink('folder', 'link')
fd(os.open('link', os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW))
""",
    "not through a link": "os.symlink('file', 'link'); fd(os.open('link', os.O_RDONLY | os.O_NOFOLLOW))",
    "not through a link to create": """
os.symlink('missing', 'link')
fd(os.open('link', os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW))
""",
    "not through a link that is closed": """
os.symlink('folder', 'link')
fd(os.open('link/', os.O_RDONLY | os.O_NOFOLLOW))
""",
    "through a link on the way only": "os.symlink('folder', 'link'); fd(os.open('link/inner', os.O_NOFOLLOW))",
    "no file to be followed": "fd(os.open('file', os.O_RDONLY | os.O_NOFOLLOW))",
    "access of neither kind": "fd(os.open('file', os.O_ACCMODE))",
    "access time": "fd(os.open('file', os.O_RDONLY | os.O_NOATIME))",
    "synchronous": "fd(os.open('file', os.O_RDWR | os.O_SYNC)); fd(os.open('file', os.O_RDWR | os.O_DSYNC))",
    "asynchronous": "fd(os.open('file', os.O_RDWR | os.O_ASYNC | os.O_NONBLOCK | os.O_NOCTTY))",
    "inherited": "give(os.get_inheritable(os.open('file', os.O_RDONLY)))",
    "closed on exec": "fd(os.open('file', os.O_RDONLY | os.O_CLOEXEC))",
    "large file": "fd(os.open('file', os.O_RDONLY | 0o100000))",
    "unknown bits": "fd(os.open('file', os.O_RDONLY | 0x40000000))",
    "other unknown bits": "fd(os.open('file', os.O_RDWR | 0x30000008 | 0x10))",
    "mode under a umask": "os.umask(0o027); fd(os.open('new', os.O_CREAT | os.O_WRONLY, 0o666))",
    "mode with all bits": "os.umask(0); fd(os.open('new', os.O_CREAT | os.O_WRONLY, 0o7777))",
    "mode with more bits": "os.umask(0); fd(os.open('new', os.O_CREAT | os.O_WRONLY, 0o170644))",
    "mode that is not asked for": "fd(os.open('file', os.O_RDONLY, 0o170644))",
    "mode by default": "os.umask(0); fd(os.open('new', os.O_CREAT | os.O_WRONLY))",
    "mode without the right to write": "fd(os.open('new', os.O_CREAT | os.O_RDWR, 0o000))",
    # spellings
    "closed file": "fd(os.open('file/', os.O_RDONLY))",
    "closed folder": "fd(os.open('folder/', os.O_RDONLY))",
    "closed folder with a dot": "fd(os.open('folder/.', os.O_RDONLY))",
    "closed file with a dot": "fd(os.open('file/.', os.O_RDONLY))",
    "closed missing": "fd(os.open('missing/', os.O_RDONLY))",
    "closed missing with a dot": "fd(os.open('missing/.', os.O_RDONLY))",
    "closed to create": "fd(os.open('new/', os.O_CREAT | os.O_WRONLY))",
    "closed with a dot to create": "fd(os.open('new/.', os.O_CREAT | os.O_WRONLY))",
    "closed folder to create": "fd(os.open('folder/', os.O_CREAT | os.O_RDONLY))",
    "closed folder with a dot to create": "fd(os.open('folder/.', os.O_CREAT | os.O_RDONLY))",
    "closed file to create": "fd(os.open('file/', os.O_CREAT | os.O_WRONLY))",
    "closed exclusively": "fd(os.open('new/', os.O_CREAT | os.O_EXCL | os.O_WRONLY))",
    "closed folder exclusively": "fd(os.open('folder/', os.O_CREAT | os.O_EXCL | os.O_WRONLY))",
    "closed folder with a dot exclusively": "fd(os.open('folder/.', os.O_CREAT | os.O_EXCL | os.O_WRONLY))",
    "closed folder for writing": "fd(os.open('folder/', os.O_WRONLY))",
    "closed link to a file": "os.symlink('file', 'link'); fd(os.open('link/', os.O_RDONLY))",
    "closed link to a folder": "os.symlink('folder', 'link'); fd(os.open('link/', os.O_RDONLY))",
    "dot": "fd(os.open('.', os.O_RDONLY))",
    "dot to create": "fd(os.open('.', os.O_RDONLY | os.O_CREAT))",
    "two dots": "fd(os.open('folder/deep/..', os.O_RDONLY))",
    "two dots to create": "fd(os.open('folder/..', os.O_RDONLY | os.O_CREAT))",
    "two dots exclusively": "fd(os.open('folder/..', os.O_RDWR | os.O_CREAT | os.O_EXCL))",
    "two dots on the way": "fd(os.open('folder/../file', os.O_RDONLY))",
    "two dots beneath a file": "fd(os.open('file/../other', os.O_RDONLY))",
    "two dots beneath nothing": "fd(os.open('missing/../file', os.O_RDONLY))",
    "two dots beneath nothing to create": "fd(os.open('missing/../new', os.O_WRONLY | os.O_CREAT))",
    "two dots above all": "fd(os.open('/../../..' + here + '/file', os.O_RDONLY))",
    "two dots through a link": "os.symlink('folder/deep', 'link'); fd(os.open('link/../inner', os.O_RDONLY))",
    "two dots not through a link": """
os.symlink('folder/deep', 'link')
fd(os.open('link/..', os.O_RDONLY | os.O_NOFOLLOW))
""",
    "many slashes": "fd(os.open('folder///.//inner', os.O_RDONLY)); fd(os.open('/' + here + '//file', os.O_RDONLY))",
    "root": "give(os.fstat(os.open('/', os.O_RDONLY)).st_ino == os.stat('/').st_ino)",
    "root for writing": "fd(os.open('/', os.O_WRONLY))",
    "root to create": "fd(os.open('/', os.O_WRONLY | os.O_CREAT))",
    # links
    "link": "os.symlink('file', 'link'); fd(os.open('link', os.O_RDWR))",
    "link by an absolute text": "os.symlink(here + '/file', 'link'); fd(os.open('link', os.O_RDWR))",
    "link to a folder to create": "os.symlink('folder', 'link'); fd(os.open('link', os.O_RDONLY | os.O_CREAT))",
    "link again": "os.symlink('file', 'link')\nfor _ in range(3): fd(os.open('link', os.O_RDWR))",
    "link that changed": """
os.symlink('file', 'link'); fd(os.open('link', os.O_RDONLY))
os.remove('link'); os.symlink('other', 'link'); fd(os.open('link', os.O_RDONLY))
os.remove('link'); os.link('file', 'link'); fd(os.open('link', os.O_RDONLY))
""",
    "link to what is missing": "os.symlink('missing', 'link'); fd(os.open('link', os.O_RDONLY))",
    "link to what is made": "os.symlink('new', 'link'); fd(os.open('link', os.O_WRONLY | os.O_CREAT))",
    "link to what is made in a missing folder": """
os.symlink('missing/new', 'link')
fd(os.open('link', os.O_WRONLY | os.O_CREAT))
""",
    "link to a closed name that is made": "os.symlink('new/', 'link'); fd(os.open('link', os.O_WRONLY | os.O_CREAT))",
    "link to a closed file": "os.symlink('file/', 'link'); fd(os.open('link', os.O_RDONLY))",
    "link to a closed folder": "os.symlink('folder/', 'link'); fd(os.open('link', os.O_RDONLY))",
    "link to the folder itself": "os.symlink('.', 'link'); fd(os.open('link/link/link/file', os.O_RDONLY))",
    "link to the folder above": "os.symlink('..', 'folder/up'); fd(os.open('folder/up/folder/up/file', os.O_RDONLY))",
    "link to a folder that makes a file": "os.symlink('folder', 'link'); fd(os.open('link/new', os.O_CREAT | os.O_RDWR))",
    "link to truncate": "os.symlink('file', 'link'); fd(os.open('link', os.O_WRONLY | os.O_TRUNC | os.O_CREAT))",
    "chain of links": """
os.symlink('file', 'l0')
for i in range(39): os.symlink(f'l{i}', f'l{i + 1}')
fd(os.open('l39', os.O_RDONLY))
""",
    "chain of too many links": """
os.symlink('file', 'l0')
for i in range(40): os.symlink(f'l{i}', f'l{i + 1}')
fd(os.open('l40', os.O_RDONLY))
""",
    "loop": "os.symlink('a', 'b'); os.symlink('b', 'a'); fd(os.open('a', os.O_RDONLY))",
    "loop to create": "os.symlink('a', 'a'); fd(os.open('a', os.O_WRONLY | os.O_CREAT))",
    "loop on the way": "os.symlink('a', 'a'); fd(os.open('a/b', os.O_RDONLY))",
    "loop exclusively": "os.symlink('a', 'a'); fd(os.open('a', os.O_WRONLY | os.O_CREAT | os.O_EXCL))",
    "loop beneath": "os.symlink('a', 'folder/a'); fd(os.open('a', 0, dir_fd=os.open('folder', os.O_RDONLY)))",
    "long text of a link": "os.symlink('./' * 1900 + 'file', 'link'); fd(os.open('link', os.O_RDONLY))",
    "long texts of links": """
os.symlink('./' * 1900 + 'file', 'a')
os.symlink('./' * 1900 + 'a', 'b')
fd(os.open('./' * 2040 + 'b', os.O_RDONLY))
""",
    "long name by a link": "os.symlink('x' * 300, 'link'); fd(os.open('link', os.O_RDONLY))",
}
