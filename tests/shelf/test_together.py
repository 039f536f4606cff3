"""Ten people at one folder at the same time, over real HTTP."""

import io
import threading
from http.client import HTTPConnection

from tests.cast import World
from tests.shelf.hands import folder, listed

PEOPLE, EACH = 10, 3


def test_ten_people_upload_into_one_folder_and_nothing_is_lost(world: World, port: int) -> None:
    place = world.workspace()
    shared = folder(world, place, "Shared")
    token = world.token("author")
    answers: list[int] = []

    def work(person: int) -> None:
        for number in range(EACH):
            name = "all.txt" if number == 0 else f"{person}-{number}.txt"
            body, kind = multipart(name, f"{person} {number}".encode(), folder=shared.public_id)
            line = HTTPConnection("127.0.0.1", port, timeout=60)
            line.request("POST", f"/api/v1/workspaces/{place}/files", body, {**token, "Content-Type": kind})
            answers.append(line.getresponse().status)
            line.close()

    threads = [threading.Thread(target=work, args=(person,)) for person in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [201] * PEOPLE * EACH
    found = listed(world, place, shared.public_id)
    assert len(found) == 1 + PEOPLE * (EACH - 1)
    versions = world.as_("author").get(f"/api/v1/files/{found['all.txt']['id']}/versions").json["items"]
    assert sorted(row["number"] for row in versions) == list(range(1, PEOPLE + 1))
    assert len({row["sha256"] for row in versions}) == PEOPLE


def multipart(name: str, content: bytes, **fields: str) -> tuple[bytes, str]:
    out = io.BytesIO()
    for field, value in fields.items():
        out.write(f'--line\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode())
    out.write(f'--line\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode())
    out.write(content + b"\r\n--line--\r\n")
    return out.getvalue(), "multipart/form-data; boundary=line"
