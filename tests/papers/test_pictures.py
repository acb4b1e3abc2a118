"""The comparison of pictures sees what a reader would see, and nothing else."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.papers.pictures import TOLERANCE, difference


def page(*, words="Menetapkan 40 (empat puluh) penerima bantuan", down=0, rule=True) -> Image.Image:
    """As a paper looks at 40 dpi: small words between rules."""
    large = Image.new("L", (1360, 2080), "white")
    draw = ImageDraw.Draw(large)
    for line in range(30):
        draw.text((160, 120 + 60 * line), f"{line}. {words if line == 7 else 'Bantuan disalurkan melalui bank'}",
                  fill=0, font_size=44)  # fmt: skip
    if rule:
        draw.line((160, 60, 1200, 60), fill=0, width=9)
    return ImageChops.offset(large, 0, down).resize((340, 520), Image.Resampling.BOX)


def test_the_same_page_does_not_differ():
    assert difference(page(), page()) == 0


def test_softer_edges_are_tolerated():
    assert 0 < difference(page(), page().filter(ImageFilter.GaussianBlur(0.35))) <= TOLERANCE


def test_a_changed_figure_a_moved_line_and_a_lost_rule_are_seen():
    for other in (page(words="Menetapkan 41 (empat puluh satu) penerima"), page(down=30), page(rule=False)):
        assert difference(page(), other) > TOLERANCE


def test_another_size_of_paper_is_seen():
    assert difference(page(), page().crop((0, 0, 340, 500))) == 255
