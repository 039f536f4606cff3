"""Shortcodes of Hugo and Zola."""

import pytest

from collab.imports import shortcodes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{< youtube KekufUd2cf8 >}}", "[Video: YouTube](https://www.youtube.com/watch?v=KekufUd2cf8)"),
        ('{{< figure src="/a.png" alt="A" caption="By B" >}}', "![A](/a.png)\n\n*By B*"),
        ('[a]({{< ref "b.md" >}})', "[a](b.md)"),
        ("{{< highlight go >}}\nx := 1\n{{< /highlight >}}", "```go\nx := 1\n```"),
        ("{{% notice %}}\nWords\n{{% /notice %}}", "> Words"),
        ("{{</* youtube x */>}}", "{{< youtube x >}}"),
        ('{{ youtube(id="KekufUd2cf8") }}', "[Video: YouTube](https://www.youtube.com/watch?v=KekufUd2cf8)"),
        ('{% quote(author="Ann") %}\nWords\n{% end %}', "> Words\n>\n> — Ann"),
        ("push {{r0, r1}} and {% end %}", "push {{r0, r1}} and {% end %}"),
        ("a\n<!-- more -->\nb", "a\nb"),
    ],
)
def test_a_shortcode_becomes_markdown(text: str, expected: str):
    assert shortcodes.render(text, []).strip() == expected


@pytest.mark.parametrize("text", ["a{{< chart x >}}b", "a{{< tabs >}}b{{< /tabs >}}", "a{{ chart(x=1) }}b"])
def test_others_are_named_and_their_content_stays(text: str):
    notes: list[str] = []
    assert shortcodes.render(text, notes) == "ab"
    assert len(notes) == 1
