"""The pieces under the commands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.local import frontend, place, uv_wheel
from deploy.local.keeper import ADDRESSES
from deploy.local.parts import Part
from deploy.local.servers import Servers, wait_until
from deploy.local.stamp import Stamp, digest
from deploy.local.supervisor import Child, Supervisor
from deploy.local.watch import Watch


def test_sockets_lie_in_var_unless_it_is_too_deep(tmp_path: Path) -> None:
    deep = tmp_path / "/".join(["deep"] * 30)
    found = place.socket_folder(deep)
    assert len(str(found / "pg" / ".s.PGSQL.5432")) < 107
    assert found != place.socket_folder(tmp_path / "/".join(["deep"] * 31))
    found.rmdir()


def test_the_servers_keep_what_they_were_given(open_folder: Path) -> None:
    servers = Servers(open_folder, environ={})
    try:
        url = servers.start()["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            assert str(connection.execute("SHOW server_version").fetchone()).startswith("('18")
            connection.execute("CREATE TABLE words AS SELECT 'Blåbærgrød' AS word")
            assert connection.execute("SELECT lower('ÆØÅ')").fetchone() == ("æøå",)
        servers.stop()
        servers.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT word FROM words").fetchone() == ("Blåbærgrød",)
    finally:
        servers.stop()


def test_a_note_of_a_server_that_is_no_more_is_thrown_away(open_folder: Path) -> None:
    servers = Servers(open_folder, fast=True, environ={})
    try:
        servers.start()
        for _, process in servers.running:
            process.kill()
            process.wait()
        servers.running.clear()
        note = open_folder / "postgres" / "postmaster.pid"
        note.write_text(f"{os.getpid()}\n" + note.read_text().partition("\n")[2])
        psycopg.connect(servers.start()["DATABASE_URL"]).close()
    finally:
        servers.stop()


def test_a_fallen_server_is_revived(open_folder: Path) -> None:
    servers = Servers(open_folder, fast=True, environ={})
    try:
        url = servers.start()["DATABASE_URL"]
        servers.running[0][1].kill()
        servers.running[0][1].wait()
        assert servers.revive() == ["postgres"]
        psycopg.connect(url).close()
    finally:
        servers.stop()


def test_the_keeper_leaves_with_the_one_it_serves(open_folder: Path) -> None:
    folder = open_folder / "servers"
    folder.mkdir()
    with subprocess.Popen(["sleep", "60"]) as served:
        command = [sys.executable, "-m", "deploy.local", "keep-servers", str(folder), str(served.pid)]
        with subprocess.Popen(command, cwd=place.ROOT) as keeper:
            assert wait_until((folder / ADDRESSES).exists, lambda: keeper.poll() is None)
            running = psutil.Process(keeper.pid).children()
            served.kill()
            served.wait()
            keeper.wait(30)
    assert len(running) == 2
    assert not psutil.wait_procs(running, timeout=10)[1]
    assert not folder.exists()


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    begin = "import time; from deploy.local import processes; "
    code = begin + "print(processes.start(['sleep', '60']).pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], cwd=place.ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert not psutil.wait_procs([child], timeout=10)[1]


def test_the_supervisor_starts_a_fallen_part_again_later_and_later(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor(
        Servers(tmp_path), [Child(Part("web", (sys.executable, "-c", "print('tired')"), os.environ))]
    )
    ends = time.monotonic() + 60

    def look() -> None:
        if supervisor.children[0].falls == 2 or time.monotonic() > ends:
            os.kill(os.getpid(), signal.SIGTERM)

    supervisor.each_tick = look
    supervisor.run()
    said = capfd.readouterr().out
    assert "web      | tired" in said
    assert "ended with code 0; starting again in 2 s" in said
    assert "ended with code 0; starting again in 4 s" in said


def test_the_supervisor_stops_parts_that_will_not_stop(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child = Child(Part("web", (sys.executable, "-c", deaf), os.environ, patience=1.0))
    child.start()
    time.sleep(0.5)
    assert child.process
    process = child.process
    child.stop()
    assert process.returncode == -signal.SIGKILL


def test_a_stamp_is_fresh_only_for_what_it_was_pressed_with(tmp_path: Path) -> None:
    source = tmp_path / "requirements.txt"
    source.write_text("flask")
    Stamp(tmp_path / "stamp", digest([source])).press()
    assert Stamp(tmp_path / "stamp", digest([source])).fresh
    source.write_text("flask==3")
    assert not Stamp(tmp_path / "stamp", digest([source])).fresh


def test_the_wheel_of_uv_is_the_one_for_this_machine() -> None:
    names = [
        f"uv-{uv_wheel.VERSION}-py3-none-macosx_11_0_arm64.whl",
        f"uv-{uv_wheel.VERSION}-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.whl",
        f"uv-{uv_wheel.VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        f"uv-{uv_wheel.VERSION}-py3-none-musllinux_1_1_x86_64.whl",
        f"uv-{uv_wheel.VERSION}.tar.gz",
    ]
    files = [{"filename": name} for name in names]
    assert "manylinux_2_17_x86_64" in uv_wheel.choose(files, "x86_64", True)["filename"]
    assert "musllinux" in uv_wheel.choose(files, "x86_64", False)["filename"]
    assert "aarch64" in uv_wheel.choose(files, "aarch64", True)["filename"]
    with pytest.raises(LookupError):
        uv_wheel.choose(files, "riscv64", True)


def test_the_front_end_packages_are_laid_out_with_their_licences() -> None:
    for target in frontend.FETCHED.values():
        assert (place.ROOT / "static" / "vendor" / target).exists(), target


def test_a_change_on_disk_restarts_what_it_concerns(tmp_path: Path) -> None:
    restarted: list[tuple[str, ...]] = []
    for name in ("app/one.py", "templates/one.html"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("")
    watch = Watch(lambda *names: restarted.append(names), tmp_path)
    watch.look()
    (tmp_path / "templates" / "one.html").write_text("<p>")
    os.utime(tmp_path / "templates" / "one.html", (1, 1))
    watch.next = 0
    watch.look()
    (tmp_path / "app" / "two.py").write_text("")
    watch.next = 0
    watch.look()
    assert restarted == [("web",), ("web", "worker", "schedule")]
