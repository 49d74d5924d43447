"""Coordinate transforms of DM's displays: output = offset + scale * input, for x and y by themselves.

A transform is four numbers: offset x, offset y, scale x, scale y.
"""

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import hand_out

IN = "number {0}offsetX, number {0}offsetY, number {0}scaleX, number {0}scaleY"
OUT = "number &outOffsetX, number &outOffsetY, number &outScaleX, number &outScaleY"
RECT_IN = "number top, number left, number bottom, number right"
RECT_OUT = "number &outTop, number &outLeft, number &outBottom, number &outRight"
ORDER = "the first transform comes first"


def _inverse(transform):
    offset_x, offset_y, scale_x, scale_y = transform
    if scale_x == 0 or scale_y == 0:
        raise DMError("A transform of scale 0 cannot be undone.")
    return -offset_x / scale_x, -offset_y / scale_y, 1 / scale_x, 1 / scale_y


def _point(transform, x, y):
    offset_x, offset_y, scale_x, scale_y = transform
    return offset_x + scale_x * x, offset_y + scale_y * y


def _rect(transform, top, left, bottom, right):
    left, top = _point(transform, left, top)
    right, bottom = _point(transform, right, bottom)
    return top, left, bottom, right


@dm_function(f"void ObjectTransformCompose({IN.format('first')}, {IN.format('then')}, {OUT})", "SEEN 2 f, SDK", ORDER)
def compose(call, *numbers):
    """One transform for two that follow one another."""
    first, then, references = numbers[:4], numbers[4:8], numbers[8:]
    offset_x, offset_y = _point(then, first[0], first[1])
    hand_out((offset_x, offset_y, first[2] * then[2], first[3] * then[3]), references)


@dm_function(f"void ObjectTransformInvert({IN.format('')}, {OUT})", "SDK")
def invert(call, *numbers):
    hand_out(_inverse(numbers[:4]), numbers[4:])


@dm_function(
    f"void ObjectTransformTransformPoint({IN.format('')}, number x, number y, number &outX, number &outY)", "SDK"
)
def transform_point(call, *numbers):
    hand_out(_point(numbers[:4], *numbers[4:6]), numbers[6:])


@dm_function(
    f"void ObjectTransformUntransformPoint({IN.format('')}, number x, number y, number &outX, number &outY)",
    "SEEN 2 f, SDK",
)
def untransform_point(call, *numbers):
    hand_out(_point(_inverse(numbers[:4]), *numbers[4:6]), numbers[6:])


@dm_function(f"void ObjectTransformTransformRect({IN.format('')}, {RECT_IN}, {RECT_OUT})", "SEEN 2 f, SDK")
def transform_rect(call, *numbers):
    hand_out(_rect(numbers[:4], *numbers[4:8]), numbers[8:])


@dm_function(f"void ObjectTransformUntransformRect({IN.format('')}, {RECT_IN}, {RECT_OUT})", "SDK")
def untransform_rect(call, *numbers):
    hand_out(_rect(_inverse(numbers[:4]), *numbers[4:8]), numbers[8:])
