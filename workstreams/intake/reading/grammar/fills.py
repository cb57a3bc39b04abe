"""The name of a colour, for cells that say by their shading what others say in words."""

import colorsys

# Where each colour lies on the wheel, in degrees. Between them a colour has no name, and is asked about.
_WHEEL = (
    (345, 360, "red"),
    (0, 16, "red"),
    (20, 63, "amber"),
    (75, 165, "green"),
    (184, 252, "blue"),
    (258, 320, "purple"),
)
_NEAR = 40  # two colours no farther apart are the same to the eye


def hue_of(fill: str) -> str:
    """ "red", "amber", "green", "blue" or "purple"; "black"; "grey" and "white" for what is no colour; "" between."""
    if len(fill) != 6:
        return ""
    red, green, blue = parts(fill)
    hue, light, depth = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    spread = max(red, green, blue) - min(red, green, blue)
    if light < 0.12:
        return "black"
    if spread < 16 or depth < 0.12:
        return "white" if light > 0.96 else "grey"
    degrees = hue * 360
    return next((name for start, end, name in _WHEEL if start <= degrees <= end), "")


def parts(fill: str) -> tuple[int, int, int]:
    return int(fill[:2], 16), int(fill[2:4], 16), int(fill[4:], 16)


def is_near(one: str, other: str) -> bool:
    return sum((a - b) ** 2 for a, b in zip(parts(one), parts(other), strict=True)) <= _NEAR**2
