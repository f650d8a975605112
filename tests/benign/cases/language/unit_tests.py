"""unittest: cases, sub-tests, mocks, a runner."""

import io
import unittest
import unittest.mock


def guest(box):
    class Case(unittest.TestCase):
        def test_one(self):
            with self.subTest(1), unittest.mock.patch("os.getcwd", return_value="mocked"):
                import os

                self.assertEqual(os.getcwd(), "mocked")

        def test_bad(self):
            self.assertEqual(unittest.mock.Mock(return_value=2)(), 3)

    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Case)
    result = unittest.TextTestRunner(io.StringIO()).run(suite)
    return result.testsRun, len(result.failures)
