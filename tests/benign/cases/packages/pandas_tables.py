"""pandas: tables, groups, files."""

import pandas


def guest(box):
    table = pandas.DataFrame({"name": ["a", "b", "a"], "value": [1, 2, 3]})
    table.to_csv(box / "table.csv", index=False)
    table.to_json(box / "table.json")
    again = pandas.read_csv(box / "table.csv")
    dates = pandas.date_range("2024-01-01", periods=3, tz="Europe/Berlin")
    return again.groupby("name").value.sum().to_dict(), len(dates), repr(again.describe())[:10] != ""
