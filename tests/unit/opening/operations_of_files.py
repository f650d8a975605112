"""Operations on files that are objects, on what is no ordinary file, and on errors in between: see operations.py."""

OBJECTS = {
    "text": "file(open('file'))",
    "text by keywords": "file(open(file='file', mode='r', encoding='ascii', newline='', errors='replace'))",
    "binary": "file(open('file', 'rb'))",
    "unbuffered": "file(open('file', 'rb', 0))",
    "buffered by lines": "file(open('file', 'r+', 1, 'utf-8'))",
    "small buffer": "file(open('file', 'rb', 7))",
    "unbuffered text": "file(open('file', 'r', 0))",
    "writing": "file(open('new', 'w'))",
    "writing what is there": "file(open('file', 'w'))",
    "writing and reading": "file(open('file', 'w+b'))",
    "updating": "file(open('file', 'r+b'))",
    "updating what is missing": "file(open('missing', 'r+b'))",
    "exclusive": "file(open('new', 'x'))",
    "exclusive what is there": "file(open('file', 'x'))",
    "exclusive and reading": "file(open('new', 'x+b'))",
    "exclusive through a dangling link": "os.symlink('missing', 'link'); file(open('link', 'xb'))",
    "appending": "opened = open('file', 'ab'); give(opened.tell()); opened.write(b'more'); file(opened)",
    "appending to what is missing": "file(open('new', 'a+'))",
    "mode that is none": "file(open('file', 'q'))",
    "two modes": "file(open('file', 'rw'))",
    "no mode": "file(open('file', ''))",
    "mode of bytes": "file(open('file', b'r'))",
    "umask": "os.umask(0o077); file(open('new', 'w'))",
    "no umask": "os.umask(0); file(open('new', 'wb', 0))",
    "bytes": "file(open(b'file'))",
    "path object": "file(open(Path('file')))",
    "path object's own": "file(Path('file').open('rb')); give(Path('file').read_text(), Path('new').write_text('x'))",
    "path object of bytes": "file(open(Way(b'file')))",
    "number": "file(open(os.open('file', os.O_RDONLY)))",
    "number that is kept": """
number = os.open('file', os.O_RDONLY)
with open(number, closefd=False) as opened: give(opened.read())
fd(number)
""",
    "number that is negative": "file(open(-1))",
    "number that is closed": "file(open(999))",
    "number that is a directory": "file(open(os.open('folder', os.O_RDONLY)))",
    "number that is a bool": "os.dup2(os.open('file', os.O_RDONLY), 1); file(open(True, closefd=False))",
    "number that is a bool for FileIO": "file(io.FileIO(False, closefd=False))",
    "number that is an index": "file(io.FileIO(Index(os.open('file', os.O_RDONLY))))",
    "number that is huge": "file(open(1 << 80))",
    "number that is a float": "file(open(1.5))",
    "float for FileIO": "file(io.FileIO(1.5))",
    "name that stays open": "file(open('file', closefd=False))",
    "FileIO that stays open": "file(io.FileIO('file', closefd=False))",
    "missing": "file(open('missing'))",
    "missing bytes": "file(open(b'missing'))",
    "missing path object": "file(open(Path('missing')))",
    "missing path object for FileIO": "file(io.FileIO(Path('missing')))",
    "empty": "file(open(''))",
    "NUL": "file(open('a\\0b'))",
    "lone surrogate": "file(open('\\ud800'))",
    "surrogateescape": "file(open('a\\udcff', 'w'))",
    "non-ASCII": "file(open('größe', 'w'))",
    "long name": "file(open('x' * 256, 'w'))",
    "directory": "file(open('folder'))",
    "directory for writing": "file(open('folder', 'w'))",
    "directory for FileIO by a path object": "file(io.FileIO(Path('folder')))",
    "closed name": "file(open('file/'))",
    "closed name to make": "file(open('new/', 'w'))",
    "loop": "os.symlink('a', 'a'); file(open('a', 'w'))",
    "None": "file(open(None))",
    "list": "file(open([]))",
    "no arguments": "file(open())",
    "no arguments for FileIO": "file(io.FileIO())",
    "unknown keyword": "file(open('file', nope=1))",
    "unknown keyword for FileIO": "file(io.FileIO('file', nope=1))",
    "too many arguments for FileIO": "file(io.FileIO('file', 'r', True, None, 1))",
    "keyword twice": "file(io.FileIO('file', file='file'))",
    "FileIO": "file(io.FileIO('file'))",
    "FileIO by keywords": "file(io.FileIO(file='new', mode='w', closefd=True, opener=None))",
    "FileIO with two marks": "file(io.FileIO('new', 'wb+'))",
    "FileIO with a mode that is none": "file(io.FileIO('file', 'z'))",
    "FileIO with a mode of a wrong type": "file(io.FileIO('file', 3))",
    "FileIO with a mode with NUL": "file(io.FileIO('file', 'r\\0'))",
    "FileIO with None to close": "file(io.FileIO('file', 'r', None))",
    "FileIO with an answer that fails": "file(io.FileIO('file', 'r', Unsure()))",
    "FileIO by a path object": "file(io.FileIO(Path('file')))",
    "FileIO by a text that is more": "file(io.FileIO(Text('file')))",
    "open by a text that is more": "file(open(Text('file')))",
    "first buffer of the system": "give(open('file', 'rb').raw._blksize)",
    "own subclass": "file(Own('file'))",
    "own subclass with an __init__": "file(Deep('file', 'extra'))",
    "new subclass": "file(type('Fresh', (io.FileIO,), {})('new', 'w'))",
    "subclass with a name of its own": """
class Named(io.FileIO):
    names = []
    name = property(lambda self: self.names, lambda self, value: self.names.append(value))
file(Named('file'))
""",
    "subclass without a name": """
class Nameless(io.FileIO):
    name = property(lambda self: 'none')
file(Nameless('file'))
""",
    "initialised again": "opened = io.FileIO('file'); opened.__init__('other'); give(opened.read()); file(opened)",
    "initialised again with what is missing": """
opened = io.FileIO('file')
try: opened.__init__('missing')
except OSError as error: give(error.filename, opened.closed)
""",
    "initialised again and kept": """
number = os.open('file', os.O_RDONLY)
opened = io.FileIO(number, closefd=False); opened.__init__('other'); give(opened.read()); file(opened); fd(number)
""",
    "initialised by the slot": "opened = Own.__new__(Own); io.FileIO.__init__(opened, 'file'); file(opened)",
    "initialised by super": "file(Deep('file', None))",
    "never initialised": "file(io.FileIO.__new__(io.FileIO))",
    "opener": "file(open('file', opener=lambda name, flags: os.open('other', flags)))",
    "opener beneath": """
folder = os.open('folder', os.O_RDONLY)
file(open('inner', opener=lambda name, flags: os.open(name, flags, dir_fd=folder)))
""",
    "opener sees": "open('new', 'x', opener=lambda *seen: give(seen) or os.open(*seen))",
    "opener that fails": "open('file', opener=lambda name, flags: 1 / 0)",
    "opener that gives nothing": "open('file', opener=lambda name, flags: None)",
    "opener that gives -1": "open('file', opener=lambda name, flags: -1)",
    "opener that gives -2": "open('file', opener=lambda name, flags: -2)",
    "opener that gives a closed number": "open('file', opener=lambda name, flags: 999)",
    "opener that is not callable": "open('file', opener=3)",
    "opener that lets inherit": """
opened = open('file', opener=lambda name, flags: give(os.set_inheritable(n := os.open(name, flags), True)) or n)
give(os.get_inheritable(opened.fileno()))
""",
    "opener for a path object": "file(io.FileIO(Path('file'), opener=lambda *seen: give(seen) or os.open(*seen)))",
    "open_code": "file(io.open_code(here + '/file'))",
    "open_code by a relative name": "file(io.open_code('file'))",
    "open_code by bytes": "file(io.open_code(b'file'))",
    "open_code of what is missing": "file(io.open_code(here + '/missing'))",
    "open_code of a directory": "file(io.open_code(here + '/folder'))",
    "_pyio": "import _pyio; opened = _pyio.open('file'); give(opened.read(), opened.name); opened.close()",
    "temporary file": """
import tempfile
with tempfile.TemporaryFile(dir=here) as opened: give(opened.mode, opened.write(b'x'), os.fstat(opened.fileno()).st_nlink)
with tempfile.NamedTemporaryFile(dir=here) as opened: give(opened.mode, oct(os.stat(opened.name).st_mode))
""",
    "never closed": "open('file')",
    "FileIO never closed": "io.FileIO(Path('file'))",
    "representation": "give(repr(io.FileIO('file')), repr(open('file')), repr(open('file', 'rb')))",
    "pickled": "import pickle; pickle.dumps(open('file', 'rb'))",
    "inherited": "give(os.get_inheritable(open('file').fileno()))",
    "in a folder that is entered": "os.chdir('folder'); file(open('inner')); file(open('../file')); os.chdir('..')",
}

PLACES = {
    "null": "fd(os.open('/dev/null', os.O_RDWR)); give(open('/dev/null', 'rb').read())",
    "zero": "give(open('/dev/zero', 'rb', 0).read(3))",
    "full": "opened = open('/dev/full', 'wb', 0); opened.write(b'x')",
    "null to create": "fd(os.open('/dev/null', os.O_WRONLY | os.O_CREAT | os.O_TRUNC))",
    "number in /proc": "fd(os.open(f\"/proc/self/fd/{os.open('file', os.O_RDONLY)}\", os.O_RDWR))",
    "number in /dev": "fd(os.open(f\"/dev/fd/{os.open('file', os.O_RDONLY)}\", os.O_RDONLY))",
    "number of a place": "fd(os.open(f\"/proc/self/fd/{os.open('file', os.O_PATH)}\", os.O_RDONLY))",
    "number of a pipe": """
read, write = os.pipe()
again = os.open(f'/proc/self/fd/{read}', os.O_RDONLY)
os.write(write, b'abc'); give(os.read(again, 3)); fd(again)
""",
    "number of a pipe's other end": """
read, write = os.pipe()
again = os.open(f'/proc/self/fd/{read}', os.O_WRONLY)
os.write(again, b'abc'); give(os.read(read, 3)); fd(again)
""",
    "number of a pipe in /dev, by open": """
read, write = os.pipe()
os.write(write, b'abc'); os.close(write)
give(open(f'/dev/fd/{read}').read())
""",
    "number of a pipe of this thread": """
read, write = os.pipe()
os.write(write, b'abc'); os.close(write)
give(open(f'/proc/thread-self/fd/{read}').read())
""",
    "number of a pipe beneath a folder": """
read, write = os.pipe()
fd(os.open(str(read), os.O_RDONLY | os.O_NONBLOCK, dir_fd=os.open('/proc/self/fd', os.O_RDONLY)))
""",
    "number of a pipe through links": """
read, write = os.pipe()
os.symlink(f'/proc/self/fd/{read}', 'link')
fd(os.open('link', os.O_RDONLY | os.O_NONBLOCK))
""",
    "number of a pipe, not followed": "fd(os.open(f'/proc/self/fd/{os.pipe()[0]}', os.O_RDONLY | os.O_NOFOLLOW))",
    "place of a pipe's number": "fd(os.open(f'/proc/self/fd/{os.pipe()[0]}', os.O_PATH))",
    "number of a pipe that is closed": "fd(os.open(f'/proc/self/fd/{os.pipe()[0]}/', os.O_RDONLY))",
    "number of a socket": """
import socket
with socket.socket() as opened: fd(os.open(f'/proc/self/fd/{opened.fileno()}', os.O_RDWR))
""",
    "number of a file in memory": "fd(os.open(f\"/proc/self/fd/{os.memfd_create('memory')}\", os.O_RDWR | os.O_APPEND))",
    "number of a deleted file": """
number = os.open('file', os.O_RDWR)
os.remove('file')
again = os.open(f'/proc/self/fd/{number}', os.O_RDWR)
give(os.pread(again, 9, 0)); fd(again)
give(open(f'/dev/fd/{number}').read())
""",
    "number of a deleted file for more": """
number = os.open('file', os.O_RDONLY)
os.remove('file')
fd(os.open(f'/proc/self/fd/{number}', os.O_RDWR))
""",
    "number of a deleted file to truncate": """
number = os.open('file', os.O_RDWR)
os.remove('file')
fd(os.open(f'/proc/self/fd/{number}', os.O_WRONLY | os.O_TRUNC | os.O_CREAT)); fd(number)
""",
    "number of a deleted file that is there again": """
number = os.open('file', os.O_RDONLY)
os.remove('file'); open('file', 'w').write('again')
give(open(f'/proc/self/fd/{number}').read())
""",
    "number of a file without a name": """
number = os.open('folder', os.O_TMPFILE | os.O_RDWR)
os.write(number, b'abc')
give(open(f'/proc/self/fd/{number}').read())
""",
    "number of a deleted FIFO": """
os.mkfifo('fifo'); number = os.open('fifo', os.O_RDWR); os.remove('fifo')
fd(os.open(f'/proc/self/fd/{number}', os.O_RDONLY | os.O_NONBLOCK)); fd(os.open(f'/proc/self/fd/{number}', os.O_RDWR))
""",
    "number of nothing": "fd(os.open('/proc/self/fd/999', os.O_RDONLY))",
    "number of a folder": "fd(os.open(f\"/proc/self/fd/{os.open('folder', os.O_RDONLY)}/inner\", os.O_RDONLY))",
    "number of a deleted folder": """
number = os.open('folder/deep', os.O_RDONLY)
os.rmdir('folder/deep')
fd(os.open(f'/proc/self/fd/{number}', os.O_RDONLY))
fd(os.open(f'/proc/self/fd/{number}/new', os.O_RDONLY | os.O_CREAT))
""",
    "deleted current folder": """
os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')
try: fd(os.open('.', os.O_RDONLY))
finally: os.chdir(here)
""",
    "file in a deleted current folder": """
os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')
try: fd(os.open('new', os.O_RDWR | os.O_CREAT))
finally: os.chdir(here)
""",
    "absolute in a deleted current folder": """
os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')
try: fd(os.open(here + '/file', os.O_RDWR | os.O_CREAT))
finally: os.chdir(here)
""",
    "current folder of this process": "fd(os.open('/proc/self/cwd/file', os.O_RDONLY))",
    "root of this process": "fd(os.open('/proc/self/root' + here + '/file', os.O_RDONLY))",
    "own executable": "give(open('/proc/self/exe', 'rb').read(4))",
    "text in /proc": "give(open('/proc/self/comm').read() == open('/proc/thread-self/comm').read())",
    "namespace": "fd(os.open('/proc/self/ns/uts', os.O_RDONLY))",
    "standard input": """
read, write = os.pipe()
os.dup2(read, 0); os.write(write, b'abc'); os.close(write)
give(open('/dev/stdin').read())
""",
    "standard input that is a file": "os.dup2(os.open('file', os.O_RDONLY), 0); give(open('/dev/stdin').read())",
    "standard output that is a pipe": """
read, write = os.pipe()
os.dup2(write, 1); open('/dev/stdout', 'w').write('abc'); give(os.read(read, 3))
""",
    "terminal": """
leader, follower = os.openpty()
fd(os.open(os.ttyname(follower), os.O_RDWR | os.O_NOCTTY))
with open(os.ttyname(follower), 'w') as opened: give(opened.isatty(), opened.line_buffering)
""",
    "controlling terminal": "os.setsid() if os.getpid() != os.getsid(0) else 0; fd(os.open('/dev/tty', os.O_RDWR))",
    "FIFO without a reader": "os.mkfifo('fifo'); fd(os.open('fifo', os.O_WRONLY | os.O_NONBLOCK))",
    "FIFO without a writer": "os.mkfifo('fifo'); fd(os.open('fifo', os.O_RDONLY | os.O_NONBLOCK))",
    "FIFO for both": "os.mkfifo('fifo'); fd(os.open('fifo', os.O_RDWR))",
    "FIFO with both ends": """
os.mkfifo('fifo')
with later(lambda: open('fifo', 'w').write('abc')): give(open('fifo').read())
""",
    "FIFO with both ends, the other way": """
os.mkfifo('fifo'); seen = []
with later(lambda: seen.append(open('fifo', 'rb').read())): open('fifo', 'wb').write(b'abc')
give(seen)
""",
    "FIFO through a link": """
os.mkfifo('fifo'); os.symlink('fifo', 'link')
with later(lambda: os.close(os.open('link', os.O_WRONLY))): fd(os.open('link', os.O_RDONLY))
""",
    "FIFO to create": "os.mkfifo('fifo'); fd(os.open('fifo', os.O_RDWR | os.O_CREAT | os.O_TRUNC))",
    "socket": """
import socket
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind('socket')
    fd(os.open('socket', os.O_RDWR))
""",
    "device that is missing": "os.mknod('device', 0o20600, os.makedev(240, 77)); fd(os.open('device', os.O_RDONLY))",
    "program that runs": "import shutil; shutil.copy('/bin/sleep', 'run'); busy('run')",
    "no descriptors left": """
import resource
before = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir('/proc/self/fd')) - 1, before[1]))
try: os.open('file', os.O_RDONLY)
finally: resource.setrlimit(resource.RLIMIT_NOFILE, before)
""",
    "locks of the process stay": """
import fcntl
number = os.open('file', os.O_RDWR)
fcntl.lockf(number, fcntl.LOCK_EX)
os.symlink('file', 'link')
for path in ('file/', 'link/', 'file/x', 'folder/../file/'):
    try: os.open(path, os.O_RDONLY)
    except OSError: pass
again = os.open('link', os.O_RDWR)
give(locked(again)); os.close(again); give(locked(os.open('file', os.O_RDWR)))
""",
    "signal that raises while it waits": """
os.mkfifo('fifo')
with interrupted(lambda *_: 1 / 0): os.open('fifo', os.O_RDONLY)
""",
    "signal that raises while open() waits": """
os.mkfifo('fifo')
with interrupted(lambda *_: 1 / 0): open('fifo')
""",
    "signal that is handled while it waits": """
os.mkfifo('fifo'); ends = []
def come(*_): ends.append(os.open('fifo', os.O_RDWR))
with interrupted(come): give(os.get_blocking(os.open('fifo', os.O_WRONLY)), len(ends))
""",
    "signal that is handled while open() waits": """
os.mkfifo('fifo'); ends = []
def come(*_): ends.append(os.open('fifo', os.O_RDWR))
with interrupted(come): give(open('fifo', 'wb', 0).writable(), len(ends))
""",
    "no right to search": "with nobody(): os.open('closed/x', os.O_RDONLY)",
    "no right to read": "with nobody(): os.open('secret', os.O_RDONLY)",
    "no right to read what is there, to make": "with nobody(): os.open('secret', os.O_RDWR | os.O_CREAT)",
    "no right to make": "with nobody(): os.open('new', os.O_RDWR | os.O_CREAT)",
    "no right to keep the time": "with nobody(): os.open('file', os.O_RDONLY | os.O_NOATIME)",
    "no right to search, by open": "with nobody(): open('closed/x')",
    "no right to search, through a link": "os.symlink('closed/x', 'link')\nwith nobody(): os.open('link', os.O_RDONLY)",
}
