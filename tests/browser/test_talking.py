"""Comments: mention somebody, answer, take back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.server import House
from tests.browser.visitor import slow_line

pytestmark = [pytest.mark.browser]


@pytest.fixture
def post(visit: Visit, house: House) -> Page:
    """A post with one comment, in the window of somebody else."""
    made = house.world.post("Worth a word", "What do you think?")
    house.world.comment(made, "I think a lot.", author="colleague")
    return visit("member").go(made.address)


def write(page: Page, words: str) -> None:
    """Into the box at the end."""
    page.locator(".comments > form [name=body]").fill(words)
    page.locator(".comments > form button[type=submit]").click()


def test_a_mention_is_suggested_and_leads_to_the_person(post: Page) -> None:
    slow_line(post)
    box = post.locator(".comments > form [name=body]")
    box.click()
    box.press_sequentially("Ask @coll", delay=30)  # done before the tools for writing are there
    expect(post.get_by_role("option", name=re.compile("Colleague"))).to_be_visible()
    expect(post.locator("text-expander [role=option]")).to_have_count(1)
    box.press("Enter")
    expect(box).to_have_value(re.compile(r"@colleague\s*$"))
    post.locator(".comments > form button[type=submit]").click()
    expect(post.locator(".comment a.mention")).to_have_attribute("href", "/people/colleague")
    expect(post.get_by_role("heading", name="2 comments")).to_be_visible()


def test_an_answer_stands_below_what_it_answers(post: Page) -> None:
    post.get_by_role("link", name="Reply to Colleague").click()
    box = post.get_by_role("textbox", name="Your reply")
    expect(box).to_be_focused()
    box.fill("So do I.")
    box.press("Control+Enter")
    answer = post.locator(".comment .replies .comment")
    expect(answer).to_contain_text("So do I.")
    expect(answer.locator("article")).to_be_focused()
    post.reload()
    expect(post.locator(".comment .replies .comment")).to_contain_text("So do I.")


def test_a_refused_answer_stays_an_answer(post: Page) -> None:
    """The server refuses blanks; the words typed next still go where they belong."""
    post.get_by_role("link", name="Reply to Colleague").click()
    post.get_by_role("textbox", name="Your reply").fill("   ")
    post.get_by_role("button", name="Send reply").click()
    expect(post.locator(".comment .has-error")).to_have_count(1)
    post.get_by_role("textbox", name="Your reply").fill("Now with words.")
    post.get_by_role("button", name="Send reply").click()
    expect(post.locator(".comment .replies .comment")).to_contain_text("Now with words.")


@pytest.mark.parametrize("send", ["keys", "button"])
def test_an_answer_on_a_slow_line_is_sent_before_the_tools_for_writing_are_there(
    post: Page, send: str
) -> None:
    """Neither the keys nor the click may be lost: nothing moves from under the pointer when the box loses the focus."""
    slow_line(post)
    post.get_by_role("link", name="Reply to Colleague").click()
    box = post.get_by_role("textbox", name="Your reply")
    box.fill("Said at once.")
    if send == "keys":
        box.press("Control+Enter")
    else:
        post.get_by_role("button", name="Send reply").click()
    expect(post.locator(".comment .replies .comment")).to_contain_text("Said at once.")
    expect(post.locator("textarea[name=body]")).to_have_count(1)  # nothing waits to be sent again
    expect(post.locator("textarea[name=body]")).to_have_value("")


def test_deleting_can_be_undone(post: Page) -> None:
    write(post, "Said too quickly.")
    mine = post.locator(".comment", has_text="Said too quickly.")
    mine.locator("summary").click()
    mine.get_by_role("button", name="Delete").click()
    expect(post.locator(".comment-stub")).to_be_visible()
    expect(post.get_by_text("Said too quickly.")).to_have_count(0)
    post.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(post.get_by_text("Said too quickly.")).to_be_visible()


def test_a_comment_is_changed_in_its_place(post: Page) -> None:
    write(post, "Frist draft.")
    mine = post.locator(".comment", has_text="Frist draft.")
    mine.locator("summary").click()
    mine.get_by_role("link", name="Edit").click()
    box = post.locator(".comment textarea")
    expect(box).to_have_value("Frist draft.")
    box.fill("First draft.")
    post.get_by_role("button", name="Save comment").click()
    expect(post.locator(".comment", has_text="First draft.")).to_contain_text("edited")


def test_a_comment_survives_the_end_of_the_session(visit: Visit, house: House) -> None:
    made = house.world.post("Long talk", "Say something.")
    visitor = visit("member")
    page = visitor.go(made.address)
    visitor.sign_out_secretly()
    write(page, "Sent without a session.")
    expect(page.locator("#toasts")).to_contain_text("Your text is kept")
    house.sign_in(visitor.context, "member")
    page.reload()
    expect(page.locator(".comments > form [name=body]")).to_have_value("Sent without a session.")


def test_words_of_a_text_are_picked_talked_about_and_resolved(visit: Visit, house: House) -> None:
    made = house.world.post("On gears", "We build gears. They turn **both** ways. We test gears at night.")
    page = visit("member").go(made.address)
    left = list[str]()
    page.on("dialog", lambda dialog: (left.append(dialog.message), dialog.dismiss()))
    words = page.locator("[data-passages] p").first
    words.evaluate(
        """(text) => {
            const range = document.createRange();
            range.setStart(text.firstChild, 21);
            range.setEnd(text.lastChild, 5);
            getSelection().addRange(range);
        }"""
    )
    offer = page.get_by_role("button", name="Comment on this passage")
    expect(offer).to_be_visible()
    slow_line(page)
    offer.click()
    box = page.locator(".comments > form [name=body]")
    expect(box).to_be_focused()
    expect(page.locator("#c-quote")).to_have_value("turn both ways")
    box.press_sequentially("Do they?")
    box.press("Control+Enter")
    marks = page.locator("[data-passages] mark")
    expect(marks).to_have_text(["turn", "both", "ways"])
    page.locator(".comment").get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("Resolved by Member: Do they?")).to_be_visible()
    expect(marks).to_have_count(0)
    assert left == []
