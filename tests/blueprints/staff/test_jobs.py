"""Scheduled work in the office."""

import pytest


def test_index_shows_every_job_and_its_runs(client, cast, sign_in):
    sign_in(cast.manager)
    assert client.post("/staff/jobs/sweep/run").location.endswith("/staff/jobs?job=sweep")
    page = client.get("/staff/jobs?job=sweep").text
    assert "carts 0" in page
    assert "장부 사슬 검사" in page


def test_run_of_an_unknown_job_runs_nothing(client, cast, sign_in):
    sign_in(cast.manager)
    assert client.post("/staff/jobs/nothing/run").status_code == 303
    assert "carts" not in client.get("/staff/jobs").text


@pytest.mark.parametrize("role", ["accountant", "auditor", "cashier"])
def test_run_is_the_managers_alone(client, cast, sign_in, role):
    sign_in(getattr(cast, role))
    assert client.post("/staff/jobs/sweep/run").status_code == 403
    assert client.get("/staff/jobs").status_code == (403 if role == "cashier" else 200)
