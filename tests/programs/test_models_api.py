"""The catalogue as clients of both systems see it: what is in it for whom, how
it is chosen from, and what of it may be kept."""

import pytest


@pytest.fixture(scope="module")
def catalogue(suite):
    """Reads it; and a key that may use one model at one provider."""
    class Catalogue:
        narrow = suite.new_key("--allow-model", "sandbox/spare", "--allow-provider", "sandbox2")

        @staticmethod
        def get(path, key="", status=200, **headers):
            answer = suite.ask("GET", path, None, key, headers=headers)
            assert answer.status == status, answer
            return answer

        @staticmethod
        def ids(path, key=""):
            return [m["id"] for m in Catalogue.get(path, key).json()["data"]]

    return Catalogue


# ---- for whom

@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_a_narrowed_key_sees_what_it_may_use_everywhere(catalogue, prefix):
    key = catalogue.narrow
    for path in "/models", "/models/user", "/models?sort=most-popular", "/models?q=sandbox":
        assert catalogue.ids(prefix + path, key) == ["sandbox/spare"]
    assert catalogue.get(prefix + "/models/count", key).json() == {"data": {"count": 1}}
    assert catalogue.ids(prefix + "/embeddings/models", key) == []
    told = catalogue.get(prefix + "/models/sandbox/spare/endpoints", key).json()["data"]
    assert [e["provider_id"] for e in told["endpoints"]] == ["sandbox2"]
    told = catalogue.get(prefix + "/endpoints/zdr", key).json()["data"]
    assert [(e["model_id"], e["provider_id"]) for e in told] == [("sandbox/spare", "sandbox2")]
    told = catalogue.get(prefix + "/providers", key).json()["data"]
    assert [(p["slug"], p["model_count"]) for p in told] == [("sandbox2", 1)]


@pytest.mark.parametrize("path", ["/v1/models/{}", "/v1/model/{}", "/v1/models/{}/endpoints"])
def test_what_it_may_not_use_is_as_what_is_not_there(catalogue, path):
    answers = [catalogue.get(path.format(id), catalogue.narrow, 404).error["message"].replace(
        id, "ID") for id in ("sandbox/echo", "openai/gpt-4.1", "sandbox/unpriced", "no/such")]
    assert len(set(answers)) == 1


def test_what_has_no_price_or_no_credential_is_not_for_use(catalogue):
    ids = catalogue.ids("/v1/models?output_modalities=all")
    assert "sandbox/unpriced" not in ids and "openai/gpt-4.1" not in ids


@pytest.mark.parametrize("asked,id", [
    ("sandbox/echo", "sandbox/echo"), ("Sandbox/ECHO", "sandbox/echo"),
    ("sandbox%2Fecho", "sandbox/echo"), ("sandbox/echo:nitro", "sandbox/echo"),
    ("sandbox/echo:floor", "sandbox/echo"), ("sandbox/echo:exacto", "sandbox/echo"),
    ("sandbox/echo:online", "sandbox/echo"), ("sandbox/echo:none", None),
    ("echo", None), ("sandbox", None), ("sandbox/", None), ("sandbox/echo/x", None)])
def test_one_is_found_by_its_names(catalogue, asked, id):
    for path in f"/v1/models/{asked}", f"/v1/model/{asked}", f"/v1/models/{asked}/endpoints":
        told = catalogue.get(path, status=200 if id else 404).json()
        if id:
            assert told.get("data", told)["id"] == id


# ---- choosing

@pytest.mark.parametrize("query,want", [
    ("supported_parameters=tools", {"sandbox/tools"}),
    ("supported_parameters=reasoning,include_reasoning", {"sandbox/think"}),
    ("q=says+what", set()), ("q=ECHO", {"sandbox/echo"}),
    ("output_modalities=embeddings", {"sandbox/embed"}),
    ("output_modalities=embeddings,text&max_output_price=0", {"sandbox/embed", "sandbox/free"}),
    ("max_price=0", {"sandbox/free"}), ("context=200000", set()),
    ("providers=sandbox2", {"sandbox/spare"}), ("model_authors=openai", set()),
    ("category=legal", set()), ("input_modalities=image", set())])
def test_a_list_is_chosen_from(catalogue, query, want):
    ids = catalogue.ids("/v1/models?" + query)
    assert {id for id in ids if id.startswith("sandbox/")} == want
    count = catalogue.get("/v1/models/count?" + query).json()["data"]["count"]
    assert count == len(ids)


@pytest.mark.parametrize("sort", ["newest", "pricing-high-to-low", "most-popular", "top-weekly"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_pages_follow_each_other(catalogue, sort, size):
    whole = catalogue.ids(f"/v1/models?sort={sort}")
    path, seen = f"/api/v1/models?sort={sort}&limit={size}", []
    while path:
        told = catalogue.get(path).json()
        assert told["total_count"] == len(whole) and len(told["data"]) <= size
        seen += [m["id"] for m in told["data"]]
        path = told["links"]["next"]
    assert seen == whole


def test_a_page_behind_the_end_is_empty(catalogue):
    told = catalogue.get("/v1/models?offset=1000").json()
    assert told["data"] == [] and told["links"]["next"] is None and told["total_count"] > 0


def test_the_way_to_the_next_page_has_no_key_in_it(catalogue, suite):
    """P60."""
    told = catalogue.get(f"/v1/models?key={suite.key}&limit=1&q=sandbox", key=None).json()
    assert suite.key not in told["links"]["next"] and "q=sandbox" in told["links"]["next"]


def test_what_is_asked_for_most_comes_first(fresh):
    """By everybody's requests that were answered; tokens of the week."""
    s = fresh()
    s.turnpike("credit", "add", "default", 10)
    _, other = s.account(1)
    for _ in range(3):
        assert s.chat("tools", key=other).status == 200
    for _ in range(2):
        assert s.chat("lorem+tokens=900").status == 200
    for _ in range(9):
        assert s.chat("fault+status=500").status >= 500
    assert s.no_holds()

    def ids(sort):
        told = s.ask("GET", f"/v1/models?sort={sort}").json()
        return [m["id"] for m in told["data"]]

    popular = ids("most-popular")
    assert popular[:3] == ["sandbox/tools", "sandbox/lorem", "sandbox/echo"]
    assert popular[3:] == [id for id in ids("newest") if id not in popular[:3]]
    assert ids("top-weekly")[:2] == ["sandbox/lorem", "sandbox/tools"]


# ---- how endpoints do

def test_an_endpoint_tells_how_it_does(fresh):
    s = fresh(settings={"public_models": "true"})
    s.turnpike("credit", "add", "default", 10)
    for _ in range(3):
        s.stream("lorem+tokens=20+pace=5").rest()
    assert s.chat("fault+status=500").status >= 500
    assert s.no_holds()

    def endpoint(model, key=s.key):
        answer = s.ask("GET", f"/v1/models/sandbox/{model}/endpoints", key=key)
        return answer.json()["data"]["endpoints"][0]

    well = endpoint("lorem")
    assert well["status"] == 0
    for window in "uptime_last_5m", "uptime_last_30m", "uptime_last_1d":
        assert well[window] == 100
        assert endpoint("fault")[window] in (None, 0)
        assert endpoint("free")[window] is None
    quick, fast = well["latency_last_30m"], well["throughput_last_30m"]
    assert 0 <= quick["p50"] <= quick["p75"] <= quick["p90"] <= quick["p99"]
    assert fast["p50"] >= fast["p75"] >= fast["p90"] >= fast["p99"] > 0
    for measure in "latency_last_30m", "throughput_last_30m":
        assert endpoint("lorem", None)[measure] is None
    assert endpoint("lorem", None)["uptime_last_30m"] == 100
    for path in "/v1/models", "/v1/models/count", "/v1/providers", "/v1/endpoints/zdr":
        assert s.ask("GET", path, key=None).status == 200
    assert s.ask("GET", "/v1/models/user", key=None).status == 401


# ---- what may be kept

def test_a_list_is_kept_until_it_is_another(fresh):
    s = fresh()
    path = "/v1/models"
    first = s.ask("GET", path)
    tag = first.headers["etag"]
    again = s.ask("GET", path, headers={"If-None-Match": tag})
    assert again.status == 304 and not again.body and again.headers["etag"] == tag
    other = s.new_key("--allow-model", "sandbox/echo")
    told = s.ask("GET", path, key=other, headers={"If-None-Match": tag})
    assert told.status == 200 and told.headers["etag"] != tag
    assert s.ask("GET", path + "?limit=1", headers={"If-None-Match": tag}).status == 200
    s.turnpike("provider", "change", "sandbox", "--credential", "needed")
    told = s.ask("GET", path, headers={"If-None-Match": tag})
    assert told.status == 200 and told.headers["etag"] != tag
    assert [m["id"] for m in told.json()["data"]] == ["sandbox/spare"]


@pytest.mark.parametrize("query", ["sort=most-popular", "sort=latency-low-to-high",
                                   "max_age_days=5000"])
def test_what_changes_by_itself_is_not_kept(catalogue, query):
    answer = catalogue.get("/v1/models?" + query)
    assert "etag" not in answer.headers and "no-store" in answer.headers["cache-control"]
