"""Tags as people type them and as they stand in their column."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.people.contacts import tags


def test_tags_are_small_letters_with_single_blanks_each_once() -> None:
    assert tags.read(" VIP, Hall  2；vip、北 区\n,,|x|") == ["vip", "hall 2", "北 区", "x"]
    assert tags.read("ＶＩＰ") == ["vip"]
    assert tags.read(" ,;") == []


@given(st.text(max_size=200))
def test_whatever_is_typed_comes_back_from_the_column(text: str) -> None:
    read = tags.read(text)
    packed = tags.pack(read)
    assert len(packed) <= tags.ROOM
    assert all(len(tag) <= tags.LONGEST for tag in read)
    kept = tags.unpack(packed)
    assert kept == [tag for tag in read if tag in kept]
    assert all(tags.mark(tag) in packed for tag in kept)
    if len("|".join(read)) < tags.ROOM - 2:
        assert kept == read
