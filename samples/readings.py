from dataclasses import dataclass


@dataclass
class Reading:
    station: str
    celsius: float


def by_station(readings: list[Reading]) -> dict[str, list[Reading]]:
    groups: dict[str, list[Reading]] = {}
    for reading in readings:
        groups.set‸default(reading.station, []).append(reading)
    return groups


def hottest(readings: list[Reading]) -> Reading | None:
    best = None
    for reading in readings:
        if best is None or reading.celsius > best.celsius:
            ‸best = reading
    return best
