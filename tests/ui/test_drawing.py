"""A map as lines: whole points, borders that neighbours share, nothing drawn that cannot be seen."""

from hypothesis import given
from hypothesis import strategies as st

from uep.ui import drawing

LEFT = [[[(111.0, -2.0), (111.1, -2.0), (111.1, -2.1), (111.0, -2.1)]]]
RIGHT = [[[(111.1, -2.0), (111.2, -2.0), (111.2, -2.1), (111.1, -2.1)]]]
SPECK = [[[(111.0, -2.0), (111.0001, -2.0), (111.0001, -2.0001)]]]


def test_squares_become_paths_of_whole_points():
    drawn = drawing.laid_out(
        [{"outline": LEFT, "at": (111.05, -2.05), "label": "kiri"}, {"outline": RIGHT, "at": (111.15, -2.05)}],
        [LEFT],
        width=208,
    )
    assert drawn == {
        "width": 208,
        "height": 108,
        "borders": "M4 4l100 0 0 100-100 0z",
        "places": [
            {"at": (111.05, -2.05), "label": "kiri", "path": "M4 4l100 0 0 100-100 0z", "x": 54, "y": 54},
            {"at": (111.15, -2.05), "path": "M104 4l100 0 0 100-100 0z", "x": 154, "y": 54},
        ],
        "points": [],
    }


def test_a_point_far_away_is_on_the_map_too():
    away = {"at": (111.3, -2.05), "label": "jauh", "mark": "K"}
    drawn = drawing.laid_out([{"outline": LEFT, "at": (111.05, -2.05)}], points=[away], width=308)
    assert (drawn["width"], drawn["points"]) == (308, [away | {"x": 304, "y": 54}])


def test_what_is_smaller_than_a_point_is_not_drawn():
    drawn = drawing.laid_out([{"outline": LEFT, "at": (111, -2)}, {"outline": SPECK, "at": (111, -2)}])
    assert len(drawn["places"]) == 1


def test_steps_in_one_direction_become_one():
    line = [[[(111.0, -2.0), (111.05, -2.0), (111.1, -2.0), (111.1, -2.1), (111.0, -2.1)]]]
    assert drawing.canvas([LEFT]).path(line) == drawing.canvas([LEFT]).path(LEFT)


def test_a_tall_map_is_made_narrower():
    tall = [[[(111.0, 0.0), (111.1, 0.0), (111.1, -1.0), (111.0, -1.0)]]]
    sheet = drawing.canvas([tall], width=480)
    assert (sheet.width, sheet.height) == (74, 669)


@given(st.lists(st.tuples(st.floats(95, 141), st.floats(-11, 6)), min_size=3, max_size=40))
def test_every_corner_lies_on_the_sheet(ring):
    sheet = drawing.canvas([[[ring]]])
    for x, y in (sheet.at(*point) for point in ring):
        assert (0 <= x <= sheet.width, 0 <= y <= sheet.height) == (True, True)
