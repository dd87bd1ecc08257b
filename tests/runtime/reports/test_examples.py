import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

from samesong.runtime import reports

MODULES = [f"{reports.__name__}.{module.name}" for module in iter_modules(reports.__path__)]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_docstrings_are_true(module):
    assert doctest.testmod(import_module(module)).failed == 0
