"""joblib: jobs in threads and in a row, files.
needs: joblib
"""

import joblib


def guest(box):
    joblib.dump({"a": [1, 2]}, box / "dumped")
    jobs = [joblib.delayed(pow)(2, number) for number in range(5)]
    threads = joblib.Parallel(n_jobs=2, prefer="threads")(jobs)
    return joblib.load(box / "dumped"), threads, joblib.Parallel(n_jobs=1)(jobs)
