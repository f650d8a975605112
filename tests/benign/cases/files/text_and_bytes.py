"""Files of text and of bytes, in every mode."""


def guest(box):
    (box / "text").write_text("a\nb\n", encoding="utf-8")
    with open(box / "text", "a") as file:
        file.write("c\n")
    with open(box / "text", "r+b") as file:
        file.seek(1)
        file.write(b"-")
    with open(box / "new", "x", buffering=1, newline="\r\n") as file:
        print("line", file=file)
    return (box / "text").read_bytes(), (box / "new").read_bytes(), [*open(box / "text")]
