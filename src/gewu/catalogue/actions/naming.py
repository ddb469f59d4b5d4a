"""What a unit is called, from its department and its place."""

from __future__ import annotations

#: How the statistics end the name of a community or a village, longest first.
_COMMITTEES = ("居民委员会", "村民委员会", "居委会", "村委会")

#: Units whose name is more than place and department; ``{}`` is the place.
_NAMES = {
    "mediation_committee": "{}人民调解委员会",
    "grid_worker": "{}网格员队伍",
    "social_organisation": "{}社会工作服务站",
    "political_legal": "{}委政法委员会",
    "discipline": "{}纪委监委",
}


def short(place: str) -> str:
    """The place without its committee: 珠江社区居委会 is 珠江社区, 林浦村委会 is 林浦村."""
    for ending in _COMMITTEES:
        if place.endswith(ending):
            stem = place.removesuffix(ending)
            village = ending.startswith("村") and not stem.endswith(("村", "社区"))
            return f"{stem}村" if village else stem
    return place


def unit_name(department: str, name: str, place: str) -> str:
    """The name of a department's unit in a place, as it stands on its door."""
    stem = short(place)
    if department == "community_committee":
        return f"{stem}{'村民委员会' if stem.endswith('村') else '居民委员会'}"
    if department == "street_office":
        return _street_office(stem)
    return _NAMES.get(department, f"{{}}{name}").format(stem)


def _street_office(stem: str) -> str:
    if stem.endswith(("镇", "乡")):
        return f"{stem}人民政府"
    if stem.endswith("街道"):
        return f"{stem}办事处"
    return f"{stem}管理机构"
