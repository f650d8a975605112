"""The running of Python: what every policy allows, and what it refuses quietly, as data.

Measured on real programs: refusing any of these breaks pip, pytest, numpy, asyncio or the standard
library itself. No prefix is granted as a whole: it is /usr on one system and the project on another.
"""

from __future__ import annotations

# Files and directories to read, with what lies beneath them.
READ = (
    # random numbers, and nothing at all
    "/dev/null",
    "/dev/zero",
    "/dev/random",
    "/dev/urandom",
    # time zones: zoneinfo, dateutil, tzlocal
    "/usr/share/zoneinfo",
    "/usr/lib/zoneinfo",
    "/usr/share/lib/zoneinfo",
    "/etc/zoneinfo",
    "/etc/localtime",
    "/etc/timezone",
    # locales and translations
    "/usr/lib/locale",
    "/usr/share/locale",
    "/usr/share/i18n",
    "/etc/locale.alias",
    "/etc/locale.conf",
    "/etc/default/locale",
    # certificates; not /etc/ssl as a whole, which holds private keys
    "/etc/ssl/certs",
    "/etc/ssl/cert.pem",
    "/etc/ssl/openssl.cnf",
    "/etc/pki/tls/certs",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/tls/openssl.cnf",
    "/etc/pki/ca-trust/extracted",
    "/etc/ca-certificates",
    "/usr/lib/ssl/certs",
    "/usr/lib/ssl/cert.pem",
    "/usr/lib/ssl/openssl.cnf",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    # mimetypes.knownfiles
    "/etc/mime.types",
    "/etc/httpd/mime.types",
    "/etc/httpd/conf/mime.types",
    "/etc/apache/mime.types",
    "/etc/apache2/mime.types",
    "/usr/local/etc/mime.types",
    "/usr/local/etc/httpd/conf/mime.types",
    "/usr/local/lib/netscape/mime.types",
    # which system this is: platform, distro (pip asks at every command)
    "/etc/os-release",
    "/usr/lib/os-release",
    "/etc/lsb-release",
    "/etc/debian_version",
    # names of hosts, services and protocols
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/resolv.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/networks",
    # how much machine there is: psutil, mypy, pyarrow, joblib
    "/proc/stat",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/loadavg",
    "/proc/uptime",
    "/proc/version",
    "/proc/sys/kernel/osrelease",
    "/proc/sys/kernel/pid_max",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    # the dynamic loader and the terminal's abilities
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/terminfo",
    "/lib/terminfo",
    "/usr/lib/terminfo",
    "/usr/share/terminfo",
)

# Directories to list: distro looks for `*-release`, and does not survive a refusal.
LIST = ("/etc",)

# The same for places that only a pattern names.
READ_PATTERNS = (
    "/etc/*-release",
    "/etc/*_release",
    "/etc/*-version",
    "/etc/*_version",
    "/usr/lib/*-release",
    "/proc/[0-9]*/cgroup",
    "/sys/fs/cgroup/**/cpu.max",
    "/sys/fs/cgroup/**/cpu.cfs_quota_us",
    "/sys/fs/cgroup/**/cpu.cfs_period_us",
    "/sys/fs/cgroup/**/cpuset.cpus*",
    "/sys/fs/cgroup/**/memory.max",
    "/sys/fs/cgroup/**/memory.limit_in_bytes",
)

# Opened for writing by logging, subprocess.DEVNULL, pip; what is written there is gone.
MODIFY = ("/dev/null",)

# The memory of processes and of the machine, as files: never granted by a wider entry, only by one
# that begins so.
MEMORY = (
    ("/proc/**/mem", "/proc/"),
    ("/proc/kcore", "/proc/kcore"),
    ("/dev/mem", "/dev/mem"),
    ("/dev/kmem", "/dev/kmem"),
    ("/dev/port", "/dev/port"),
)

# Folders of installed packages, by name: all of their data may be read.
SITE_FOLDERS = ("site-packages", "dist-packages")

# Refused, and only counted: libraries try these, and go on without.
_TEMPORARY_NAME = "[a-z0-9_]" * 8  # what tempfile calls its probes
QUIET_WRITE_PATTERNS = (
    "**/__pycache__",
    "**/__pycache__/*",
    "/dev/shm/*",
)
QUIET_READ_PATTERNS = (
    "**/.pdbrc",  # every doctest makes a debugger
    "**/<*>",  # a SyntaxError opens the file that its code names: `<string>`, `<unknown>`, `<template>`
)
QUIET_PROBE_FOLDERS = ("/tmp", "/var/tmp", "/usr/tmp")  # and the current directory
QUIET_PROBE_NAME = _TEMPORARY_NAME
QUIET_LISTEN = ("[::1]:0",)  # urllib3, so requests and pip, at import
QUIET_RESOLVE = ("0.0.0.0",)  # http.server's getfqdn; and this host's own name
QUIET_COMMANDS = (
    "lsb_release *",  # distro, so pip
    "uname *",  # platform
    "fc-list *",  # matplotlib
    "ldconfig *",  # ctypes.util
)

# What a module that is granted by name brings along: modules, and events by prefix. Whoever may use
# ctypes may do what native code may; asking for each step of it again would protect nothing.
BRINGS = {"ctypes": (("_ctypes",), ("ctypes.*",)), "cffi": (("_cffi_backend",), ())}

# Importable under `imports=[…]` besides the modules it names.
MODULES = ("fastaudit", "__main__", "sitecustomize", "usercustomize", "_sysconfigdata_*")
