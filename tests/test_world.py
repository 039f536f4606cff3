"""The tests' own world stands."""

from tests.cast import World


def test_a_member_reads_and_a_guest_does_not(world: World) -> None:
    post = world.post("Hello")
    assert post.slug == "hello"
