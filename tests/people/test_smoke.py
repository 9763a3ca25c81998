def test_health_answers_and_the_cast_is_made(client, cast):
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert cast.vendor != cast.rival
