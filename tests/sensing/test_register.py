"""Registering devices from a table on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from gewu.cli.devices import device_password, devices
from gewu.sensing.models import Device
from tests.world import COUNTY, GRID, World

TABLE = f"""code,kind,name,owner,place,lon,lat,address,public,sign
gauge-1,river_gauge,城南河闸水位站,{COUNTY}-water_affairs,,118.6025,32.0575,城南河闸,是,此处只采集水位
gauge-2,river_gauge,没有公示牌,{COUNTY}-water_affairs,{GRID},,,,yes,
cam-1,camera,摄像头,{COUNTY}-water_affairs,{GRID},,,,,
box-1,street_box,文德路通信箱,{COUNTY}-municipal_works,{GRID},,,,,
"""


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "devices.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_bad_line_stops_no_good_one(world: World, table: str) -> None:
    done = CliRunner().invoke(devices, [table])
    assert done.exit_code == 0
    assert "登记 2 台设备，2 行未登记" in done.output
    assert "第 3 行" in done.output
    assert "第 4 行：没有“camera”这种设备" in done.output
    assert list(Device.objects.order_by("code").values_list("code", flat=True)) == ["box-1", "gauge-1"]
    assert Device.objects.get(code="gauge-1").place == GRID
    password = CliRunner().invoke(device_password, ["box-1"]).output.strip()
    assert len(password) == 32


def test_check_registers_nothing(world: World, table: str) -> None:
    done = CliRunner().invoke(devices, [table, "--check"])
    assert "登记 2 台设备，2 行未登记" in done.output
    assert not Device.objects.exists()
