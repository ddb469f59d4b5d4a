"""The scenes by name. A new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from gewu.cli.scenes import boston, nantong, pukou, quannan
from gewu.cli.scenes.staging import Shown
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: What `gewu demo` shows when nothing else is asked for.
USUAL = "pukou"


@dataclass(frozen=True)
class SceneSpec:
    """A scene: the place that the installation then serves, and how it is built, stage by stage."""

    name: str
    home: str
    stages: int
    build: Callable[[datetime, list[Shown]], Iterator[None]]


SCENES: Mapping[str, SceneSpec] = {
    one.name: one
    for one in (
        SceneSpec("pukou", pukou.COUNTY, pukou.STAGES, pukou.build),
        SceneSpec("nantong", nantong.CITY, nantong.STAGES, nantong.build),
        SceneSpec("boston", boston.COUNTY, boston.STAGES, boston.build),
        SceneSpec("quannan", quannan.COUNTY, quannan.STAGES, quannan.build),
    )
}


def scene_named(name: str) -> SceneSpec:
    """A scene by its name; an unknown one is refused."""
    found = SCENES.get(name)
    if found is None:
        advice = say("可用：{names}", names="、".join(SCENES))
        raise Refusal(say("没有名为“{name}”的示例", name=name), Kind.MISSING, advice=advice)
    return found
