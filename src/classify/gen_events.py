#!/usr/bin/env python3
"""events.csv to what is made from it: C ids, C table, docs table, names for the stub. No logic besides.

gen_events.py --ids|--table|--docs|--stub events.csv OUTPUT
"""

import csv
import re
import sys

HASH_BITS = 12
MASK = (1 << 64) - 1
HEADER = "Generated from events.csv by gen_events.py: change those."


def read_rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    names = [row["name"] for row in rows]
    if len(set(names)) != len(names):
        raise SystemExit("events.csv: a name is there twice")
    rows.append(dict(name="", right="custom", unpacker="none", since="0", refusable="1", guard="0", note=""))
    return rows


def identifier(name):
    word = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
    return f"FA_EVENT_{word or 'UNKNOWN'}"


def unpackers(rows):
    return ["none", *sorted({row["unpacker"] for row in rows} - {"none"})]


def rotate(word, bits):
    return (word << bits | word >> (64 - bits)) & MASK


def hash_of(name, multiplier):
    """As hash_name() in event.c: the first, the middle and the last eight bytes, and the length."""
    text = name.encode()
    first = int.from_bytes(text[:8], "little")
    last = int.from_bytes(text[-8:], "little")
    half = max(len(text) - 8, 0) // 2
    middle = int.from_bytes(text[half : half + 8], "little")
    mixed = first ^ rotate(middle, 17) ^ rotate(last, 31) ^ len(text) << 56
    return (mixed * multiplier & MASK) >> (64 - HASH_BITS)


def perfect_multiplier(names):
    """The first odd multiplier of a fixed sequence that gives every name a slot of its own."""
    state = 0
    for _ in range(100_000):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        multiplier = (state ^ state >> 31) * 0xBF58476D1CE4E5B9 & MASK | 1
        seen = set()
        for name in names:
            slot = hash_of(name, multiplier)
            if slot in seen:
                break
            seen.add(slot)
        else:
            return multiplier
    raise SystemExit("no perfect hash: raise HASH_BITS")


def write_ids(rows, out):
    ids = [identifier(row["name"]) for row in rows]
    if len(set(ids)) != len(ids):
        raise SystemExit("events.csv: two names give one identifier")
    out(f"/* event_ids.h: an id for every event. {HEADER} */")
    out("#ifndef FA_EVENT_IDS_H\n#define FA_EVENT_IDS_H\n")
    out("typedef enum fa_event_id {")
    for event_id in ids:
        out(f"    {event_id},")
    out("    FA_EVENT_COUNT\n} fa_event_id;\n")
    out("/* How the tuple of an event is read. */")
    out("typedef enum fa_unpacker {")
    for unpacker in unpackers(rows):
        out(f"    FA_UNPACK_{unpacker.upper()},")
    out("    FA_UNPACK_COUNT\n} fa_unpacker;\n\n#endif")


def write_table(rows, out):
    multiplier = perfect_multiplier([row["name"] for row in rows[:-1]])
    slots = [len(rows) - 1] * (1 << HASH_BITS)
    out(f"/* event_table.c: what holds for every event, and its look-up. {HEADER} */")
    out('#include "classify/event_table.h"\n')
    out("const fa_event_row fa_event_rows[FA_EVENT_COUNT] = {")
    for number, row in enumerate(rows):
        right = "FA_RIGHT_NONE" if row["right"] == "none" else f"FA_{row['right'].upper()}"
        flags = ", ".join("true" if row[flag] == "1" else "false" for flag in ("refusable", "guard"))
        unpacker = f"FA_UNPACK_{row['unpacker'].upper()}"
        out(f'    {{"{row["name"]}", {right}, {unpacker}, {row["since"]}, {flags}}},')
        if row["name"]:
            slots[hash_of(row["name"], multiplier)] = number
    out("};\n")
    out(f"const uint64_t fa_event_multiplier = UINT64_C({multiplier:#x});\n")
    out("const uint16_t fa_event_slots[1 << FA_EVENT_HASH_BITS] = {")
    for start in range(0, len(slots), 16):
        out("    " + " ".join(f"{slot}," for slot in slots[start : start + 16]))
    out("};")


def write_docs(rows, out):
    out(f"<!-- {HEADER} -->\n")
    out("| event | right | from | can be refused | undoes the guard | note |\n|---|---|---|---|---|---|")
    for row in rows[:-1]:
        since = {"0": "fastaudit", "10": "3.11"}.get(row["since"], f"3.{row['since']}")
        flags = " | ".join("yes" if row[flag] == "1" else "no" for flag in ("refusable", "guard"))
        out(f"| `{row['name']}` | {row['right']} | {since} | {flags} | {row['note']} |")


def write_stub(rows, out):
    out(f"# {HEADER}")
    out("EventName = Literal[")
    for row in rows[:-1]:
        out(f'    "{row["name"]}",')
    out("]")


def main():
    kind, source, target = sys.argv[1:]
    write = {"--ids": write_ids, "--table": write_table, "--docs": write_docs, "--stub": write_stub}[kind]
    lines = []
    write(read_rows(source), lines.append)
    with open(target, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
