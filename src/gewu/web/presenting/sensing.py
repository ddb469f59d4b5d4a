"""Alarms and devices as pages show them: names for codes, a series as a drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gewu.infra import stream
from gewu.infra.wording import translated
from gewu.kernel.texts import Name, Text, say
from gewu.security import queries as accounts
from gewu.sensing import queries
from gewu.sensing.queries import AlarmLine, DeviceLine, Measure, Series
from gewu.territory.queries import Place
from gewu.web.presenting.names import Choice, called, grid_name, places_named, whereabouts
from gewu.web.presenting.parts import Line

#: The size of the drawing in its own units; the page stretches it.
WIDTH, HEIGHT = 600.0, 160.0
#: A pause this many times longer than usual is drawn as a gap.
_GAP = 6


@dataclass(frozen=True)
class Level:
    """A line across the drawing: how high, what it says, whether it is the alarm line."""

    y: float
    text: str
    alarm: bool


@dataclass(frozen=True)
class Drawing:
    """A series as polylines, with its highest and lowest value and the lines of its rules."""

    label: str
    unit: str
    #: Each an unbroken run of points, as SVG wants them.
    runs: tuple[str, ...]
    highest: str
    lowest: str
    newest: str
    since: datetime
    until: datetime
    levels: tuple[Level, ...]
    count: int


@dataclass(frozen=True)
class Row:
    """One alarm in a list."""

    line: AlarmLine
    name: str
    where: str
    value: str
    worst: str
    measure: str


@dataclass(frozen=True)
class DeviceRow:
    """One device in a list."""

    line: DeviceLine
    kind: str
    where: str
    values: tuple[tuple[str, str], ...]


def with_unit(value: float, measure: Measure | None) -> str:
    """A value as it is read out."""
    return f"{queries.number_words(value)} {measure.unit}".strip() if measure else queries.number_words(value)


def alarm_rows(lines: Iterable[AlarmLine]) -> tuple[Row, ...]:
    """Alarms with names for codes: one query for the places."""
    found = tuple(lines)
    places = places_named({one.place for one in found})
    return tuple(alarm_row(one, places) for one in found)


def alarm_row(one: AlarmLine, places: Mapping[str, Place]) -> Row:
    return Row(
        one,
        called(one.name),
        _where(places, one.place),
        with_unit(one.value, one.measure),
        with_unit(one.worst, one.measure),
        called(one.measure.label) if one.measure else "",
    )


def device_rows(lines: Iterable[DeviceLine]) -> tuple[DeviceRow, ...]:
    """Devices with names for codes and their newest values."""
    found = tuple(lines)
    places = places_named({one.place for one in found})
    return tuple(
        DeviceRow(one, called(one.kind.name), _where(places, one.place), _values(one)) for one in found
    )


def _where(places: Mapping[str, Place], code: str) -> str:
    return " · ".join(filter(None, (whereabouts(places, code), grid_name(places, code))))


def _values(one: DeviceLine) -> tuple[tuple[str, str], ...]:
    measures = one.kind.measures
    return tuple(
        (called(measures[name].label), with_unit(value, measures[name]))
        for name, value in one.values.items()
        if name in measures
    )


def drawing(series: Series, measure: Measure, rules: Iterable[queries.AlarmRule] = ()) -> Drawing:
    """A series between its moments; the lines of the rules that watch it are within the picture."""
    watching = [one for one in rules if one.quantity == series.quantity]
    values = [value for _, value in series.points]
    marks = [line for one in watching for line in (one.threshold, one.clears_at)]
    low, high = min([*values, *marks], default=0.0), max([*values, *marks], default=1.0)
    spread = (high - low) or 1.0
    low, high = low - spread * 0.08, high + spread * 0.08

    def y(value: float) -> float:
        return round(HEIGHT - (value - low) / (high - low) * HEIGHT, 1)

    levels = {
        (one.threshold, True): say("告警线 {value}", value=with_unit(one.threshold, measure))
        for one in watching
    }
    levels |= {
        (one.clears_at, False): say("解除线 {value}", value=with_unit(one.clears_at, measure))
        for one in watching
        if one.clears_at != one.threshold
    }
    return Drawing(
        label=called(measure.label),
        unit=measure.unit,
        runs=_runs(series, y),
        highest=with_unit(max(values), measure) if values else "",
        lowest=with_unit(min(values), measure) if values else "",
        newest=with_unit(values[-1], measure) if values else "",
        since=series.since,
        until=series.until,
        levels=tuple(Level(y(value), translated(text), alarm) for (value, alarm), text in levels.items()),
        count=len(values),
    )


def _runs(series: Series, y: Callable[[float], float]) -> tuple[str, ...]:
    """The points as polylines, broken where nothing was heard for unusually long."""
    span = (series.until - series.since) / timedelta(seconds=1)
    points = series.points
    if not points:
        return ()
    usual = sorted((b[0] - a[0] for a, b in zip(points, points[1:], strict=False)))
    pause = usual[len(usual) // 2] * _GAP if usual else timedelta()
    runs: list[list[str]] = [[]]
    before = points[0][0]
    for at, value in points:
        if at - before > pause:
            runs.append([])
        before = at
        x = round((at - series.since) / timedelta(seconds=1) / span * WIDTH, 1)
        runs[-1].append(f"{x},{y(value)}")
    return tuple(" ".join(one if len(one) > 1 else one * 2) for one in runs if one)


def alarm_timeline(told: Iterable[stream.Told]) -> tuple[Line, ...]:
    """What happened to an alarm or a device, the newest first, with names for whoever acted."""
    found = list(told)
    names = accounts.names_of({one.actor for one in found})
    return tuple(
        Line(
            one.at,
            Text(one.kind.sentence.msgid, {**one.data, "actor": names.get(one.actor) or say("系统")}),
            "",
            "\n".join(one.words.values()),
        )
        for one in reversed(found)
    )


def kind_choices() -> tuple[tuple[str, Name], ...]:
    """Every kind of device."""
    return tuple((one.code, one.name) for one in queries.watch().kinds.values())


def device_kind_choices() -> tuple[Choice, ...]:
    """Every kind of device, for pickers."""
    return tuple(Choice(code, called(name)) for code, name in kind_choices())


def device_kind_named(code: str) -> str:
    """The name of a kind of device; an unknown code stays as it is."""
    found = queries.watch().kinds.get(code)
    return called(found.name) if found else code


def quantity_named(name: str) -> str:
    """What a quantity is called; an unknown name stays as it is."""
    kinds = queries.watch().kinds.values()
    found = next((one.measures[name] for one in kinds if name in one.measures), None)
    return called(found.label) if found else name


def quantity_choices() -> tuple[Choice, ...]:
    """Everything that any kind of device measures, for pickers; the hint says which kinds."""
    held: dict[str, tuple[Measure, list[str]]] = {}
    for kind in queries.watch().kinds.values():
        for measure in kind.measures.values():
            held.setdefault(measure.name, (measure, []))[1].append(called(kind.name))
    return tuple(
        Choice(name, called(measure.label), "、".join(kinds)) for name, (measure, kinds) in held.items()
    )
