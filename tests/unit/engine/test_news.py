from typing import get_args

import attrs
import pytest

from renewkit.engine.news import News


@pytest.mark.parametrize("kind", get_args(News))
def test_news_is_a_value(kind: type) -> None:
    """Every piece of news is frozen and is compared by what it says."""
    assert attrs.has(kind)
    made = kind(*("x" for _ in attrs.fields(kind)))
    assert made == kind(*("x" for _ in attrs.fields(kind)))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, attrs.fields(kind)[0].name, "y")
