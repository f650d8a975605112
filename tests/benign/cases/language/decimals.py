"""Decimal numbers with contexts of their own, in threads too."""

import decimal
import threading


def guest(box):
    told = []
    with decimal.localcontext(prec=5):
        told.append(str(decimal.Decimal(1) / 7))
        thread = threading.Thread(target=lambda: told.append(decimal.getcontext().prec))
        thread.start()
        thread.join()
    return told, decimal.getcontext().prec
