"""The calls that show each route doing what www/openapi.json says of it."""

import dataclasses

LARGEST = 64 * 1024  # body_limit of the suite that is asked


@dataclasses.dataclass
class Case:
    """One call, and the status that it must get. BODY is that of the request
    example NAME where there is none; SHOWS names the response examples that
    the answer must be equal to, NAME where it is one. A text in braces is a member
    of the Scene, as is AFTER, what must have happened before."""

    operation: str
    name: str
    status: int = 200
    body: object = None
    query: str = ""
    path: dict = dataclasses.field(default_factory=dict)
    key: str = "{key}"
    headers: dict = dataclasses.field(default_factory=dict)
    shows: tuple = None
    after: str = None

    def __str__(self):
        return f"{self.operation}-{self.name}"


def case(operation, name, status=200, **more):
    return Case(operation, name, status, **more)


def body(operation, model, **more):
    """A request of this kind, to a model of the sandbox."""
    prompt = {"createChatCompletion": {"messages": [{"role": "user", "content": "Hello"}]},
              "createCompletion": {"prompt": "Hello"},
              "createEmbeddings": {"input": "Hello"}}[operation]
    return {"model": f"sandbox/{model}", **prompt, **more}


def inference(operation, model, elsewhere):
    """What goes wrong in the same way whatever a model makes. ELSEWHERE is a
    model of another kind."""

    def fails(name, status, directive, **more):
        return case(operation, name, status, body=body(operation, f"{model}+status={directive}"), **more)

    return [
        case(operation, "not_json", 400, body=b"{", shows=("not_json",)),
        case(operation, "unknown_model", 400, body=body(operation, "nonesuch"), shows=("unknown_model",)),
        case(operation, "wrong_endpoint", 400, body=body(operation, elsewhere),
             shows=("wrong_endpoint",) if elsewhere == "embed" else ()),
        case(operation, "empty", 400, body={}),
        fails("refused", 400, "400", shows=("refused",)),
        case(operation, "blocked", 402, body=body(operation, model), key="{blocked}", shows=("blocked",)),
        case(operation, "narrowed", 403, body=body(operation, model), key="{narrowed}"),
        fails("not_found", 404, "404", shows=("not_found",)),
        case(operation, "too_large", 413, body=b" " * (LARGEST + 1)),
        fails("provider_too_large", 413, "413"),
        fails("unprocessable", 422, "422", shows=("unprocessable",)),
        case(operation, "limited", 429, body=body(operation, model), key="{used_up}", shows=("limited",)),
        fails("busy", 429, "429", shows=("busy",)),
        fails("busy_for_a_while", 429, "429+retry-after=7"),
        fails("failed", 502, "500", shows=("failed",)),
        fails("its_credential", 502, "401"),
        fails("overloaded", 503, "503", shows=("overloaded",)),
        fails("late", 504, "504", shows=("late",)),
    ]


CHAT = [
    case("createChatCompletion", "hello"),
    case("createChatCompletion", "weather"),
    case("createChatCompletion", "hello_streamed", shows=("hello_streamed", "hello_usage")),
    case("createChatCompletion", "broken_off",
         body=body("createChatCompletion", "lorem+error=3", stream=True)),
    case("createChatCompletion", "thought", body=body(
        "createChatCompletion", "think", n=2, logprobs=True, user="u", session_id="s"),
         headers={"HTTP-Referer": "https://app.example/x", "X-Title": "An application"}),
    case("createChatCompletion", "thought_streamed", body=body("createChatCompletion", "think", stream=True)),
    case("createChatCompletion", "tools_streamed", body=body(
        "createChatCompletion", "tools", stream=True,
        tools=[{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}])),
    case("createChatCompletion", "without_usage", body=body("createChatCompletion", "echo+usage=absent")),
    case("createChatCompletion", "cut_by_length", body=body("createChatCompletion", "lorem", max_tokens=2)),
    case("createChatCompletion", "second_provider",
         body=body("createChatCompletion", "spare+at=sandbox+status=500")),
    case("createChatCompletion", "both_fail", 502, body=body("createChatCompletion", "spare+status=500")),
    *inference("createChatCompletion", "lorem", "embed"),
    case("createCompletion", "hello"),
    case("createCompletion", "hello_streamed"),
    case("createCompletion", "many", body={
        "model": "sandbox/lorem", "prompt": ["a", "b"], "logprobs": 1, "max_tokens": 3}),
    *inference("createCompletion", "lorem", "embed"),
    case("createEmbeddings", "hello"),
    case("createEmbeddings", "base64"),
    case("createEmbeddings", "streamed", 400, body=body("createEmbeddings", "embed", stream=True)),
    *inference("createEmbeddings", "embed", "echo"),
]


def listing(operation, example, **more):
    """What all lists of models do."""
    return [
        case(operation, example, shows=(example,), **more),
        case(operation, "unchanged", 304, headers={"If-None-Match": "*"}),
        case(operation, "by_throughput", query="sort=throughput-high-to-low"),
        case(operation, "far_page", query="offset=1000&limit=10"),
        case(operation, "bad_sort", 400, query="sort=beauty"),
    ]


ECHO = {"author": "sandbox", "slug": "echo"}
NONESUCH = {"author": "sandbox", "slug": "nonesuch"}

MODELS = [
    *listing("listModels", "first_page", query="limit=1"),
    case("listModels", "all_kinds", query="output_modalities=all"),
    case("listModels", "bad_modality", 400, query="input_modalities=smell"),
    *listing("listUserModels", "first_page", query="limit=1"),
    *listing("listEmbeddingModels", "embed"),
    case("countModels", "all"),
    case("countModels", "bad_context", 400, query="context=0"),
    case("retrieveModel", "echo", path=ECHO),
    case("retrieveModel", "unknown", 404, path=NONESUCH),
    case("getModel", "echo", path=ECHO),
    case("getModel", "unknown", 404, path=NONESUCH),
    case("listModelEndpoints", "echo", path=ECHO),
    case("listModelEndpoints", "unknown", 404, path=NONESUCH),
    case("listZdrEndpoints", "echo", key="{only_echo}"),
    case("listProviders", "sandboxes"),
]

NO_HASH = {"hash": "0" * 64}
MANAGEMENT = {"key": "{management}"}

KEYS = [
    case("getKey", "after_one_chat", after="chat"),
    case("getKey", "a_management_key", **MANAGEMENT, shows=()),
    case("getAuthKey", "after_one_chat", after="chat"),
    case("listKeys", "one", query="page_size=1", after="hash", **MANAGEMENT),
    case("listKeys", "by_the_token", query="page_token=1795273813341-" + 64 * "a", **MANAGEMENT),
    case("listKeys", "bad_token", 400, query="page_token=1795273813341", **MANAGEMENT),
    case("listKeys", "workspace", 404, query="workspace_id=acct-0000000000000000", **MANAGEMENT),
    case("listKeys", "bad_flag", 400, query="include_disabled=perhaps", **MANAGEMENT),
    case("createKey", "application", 201, **MANAGEMENT),
    case("createKey", "everything", 201, **MANAGEMENT, body={
        "name": "Everything", "limit_usd": 0.000000001, "limit_reset": "never", "disabled": True,
        "expires_at": "2036-01-31T12:00:00Z", "allowed_providers": ["sandbox"], "creator_user_id": "c",
        "external": {"user": "u"}, "include_byok_in_limit": True, "rate_limit": {"tokens_per_minute": 0}}),
    case("createKey", "workspace", 404, **MANAGEMENT, body={
        "name": "x", "workspace_id": "acct-0000000000000000"}),
    case("createKey", "nameless", 400, **MANAGEMENT, body={"limit": 1}),
    case("createKey", "not_json", 400, **MANAGEMENT, body=b"{"),
    case("createKey", "too_large", 413, **MANAGEMENT, body=b" " * (LARGEST + 1)),
    case("showKey", "application", path={"hash": "{hash}"}, **MANAGEMENT),
    case("showKey", "unknown", 404, path=NO_HASH, **MANAGEMENT),
    case("showKey", "somebody_elses", 404, path={"hash": "{foreign_hash}"}, **MANAGEMENT, shows=("unknown",)),
    case("changeKey", "disable", path={"hash": "{hash}"}, **MANAGEMENT),
    case("changeKey", "not_json", 400, path={"hash": "{hash}"}, **MANAGEMENT, body=b"{"),
    case("changeKey", "unknown", 404, path=NO_HASH, **MANAGEMENT, body={"name": "x"}),
    case("changeKey", "too_large", 413, path={"hash": "{hash}"}, **MANAGEMENT, body=b" " * (LARGEST + 1)),
    case("deleteKey", "gone", path={"hash": "{hash}"}, **MANAGEMENT),
    case("deleteKey", "unknown", 404, path=NO_HASH, **MANAGEMENT),
]

BALANCE = [
    case("getBalance", "five_dollars"),
    case("getBalance", "after_one_chat", after="chat"),
    case("getCredits", "after_one_chat", after="chat"),
]
for operation in "listTransactions", "listBillingTransactions":
    BALANCE += [
        case(operation, "after_one_chat", query="limit=1", after="chat"),
        case(operation, "out_of_range", 400, query="limit=0", shows=("out_of_range",)),
        case(operation, "in_a_period", query="start_time=2026-04-03&end_time=2126-04-03T10:00:00Z"),
    ]

USAGE = [
    case("getGeneration", "after_one_chat", query="id={chat}"),
    case("getGeneration", "failed", query="id={failed_chat}"),
    case("getGeneration", "passed_on", query="id={passed_chat}"),
    case("getGeneration", "without_a_price", query="id={unpriced}"),
    case("getGeneration", "no_id", 400),
    case("getGeneration", "unknown", 404, query="id=gen-0-0"),
    case("getGeneration", "somebody_elses", 404, query="id={foreign_chat}"),
    case("listActivity", "after_one_chat", after="chat"),
    case("listActivity", "a_failure", after="failed_chat"),
    case("listActivity", "of_nobody", query="user=nobody&app=none&user_id="),
    case("listActivity", "without_a_price", after="unpriced"),
    case("listActivity", "without_a_price_by_the_day", query="view=daily", after="unpriced"),
    case("listActivity", "by_the_day", query="view=daily", after="chat"),
    case("listActivity", "of_a_management_key", after="chat", **MANAGEMENT, shows=("by_the_day",)),
    case("listActivity", "csv", query="format=csv", after="chat"),
    case("listActivity", "csv_accepted", headers={"Accept": "text/csv"}),
    case("listActivity", "too_many", 400, query="limit=1001"),
    case("listActivity", "two_periods", 400, query="date=2026-04-03&start_time=2026-04-03"),
    case("listActivity", "workspace", 404, query="workspace_id=acct-0000000000000000"),
]
for operation in "summarizeUsage", "summarizeUsageAtApi":
    USAGE += [
        case(operation, "after_one_chat", after="chat"),
        case(operation, "without_a_price", after="unpriced"),
        case(operation, "backwards", 400, query="start_time=2026-04-04&end_time=2026-04-03"),
        case(operation, "workspace", 404, query="workspace_id=acct-0000000000000000"),
    ]
for operation in "getUsageTimeseries", "getUsageTimeseriesAtApi":
    USAGE += [
        case(operation, "two_quiet_days", query="start_time=2026-04-03T10:00:00Z&end_time=2026-04-05"),
        case(operation, "by_the_month", query="granularity=monthly", after="chat"),
        case(operation, "by_the_second", 400, query="granularity=secondly"),
        case(operation, "workspace", 404, query="workspace_id=acct-0000000000000000"),
    ]



def passed(tail, parameter, slash):
    """What a provider's own API does, by either kind of path."""

    def path(rest):
        return {parameter: slash + rest}

    def chat(name, status, model="echo", **more):
        return case("passPost" + tail, name, status, path=path("chat/completions"), **{
            "body": {"model": model, "messages": [{"role": "user", "content": "Hello"}]}, **more})

    return [
        case("passGet" + tail, "models", path=path("models")),
        case("passGet" + tail, "unknown_provider", 404, path={"provider": "nonesuch"},
             shows=() if tail else None),
        case("passGet" + tail, "without_credential", 503, path={"provider": "openai"}),
        chat("hello", 200),
        chat("streamed", 200, body={
            "model": "echo", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}),
        chat("refused", 400, "echo+status=400"),
        chat("blocked", 402, key="{blocked}"),
        chat("limited", 429, key="{used_up}"),
        chat("redirected", 502, "echo+status=301"),
        case("passDelete" + tail, "counts", path=path("counts")),
    ]


PASSED = [*passed("", "path", ""), *passed("Bare", "rest", "/")]

SANDBOX = {"path": {"sandbox": "sandbox"}, "key": None}

AROUND = [
    case("getHealth", "well", key=None),
    case("getMetrics", "of_an_account", key="{management}"),
    case("getMetrics", "no_key", 401, key=None),
    case("getMetrics", "wrong_kind", 403),
    case("sandboxChat", "hello", **SANDBOX),
    case("sandboxChat", "streamed", **SANDBOX, body={
        "model": "echo", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}),
    case("sandboxChat", "teapot", 418, **SANDBOX, body={
        "model": "echo+status=418+retry-after=3", "messages": [{"role": "user", "content": "Hello"}]}),
    case("sandboxChat", "down", 503, **SANDBOX, body={
        "model": "echo+status=503", "messages": [{"role": "user", "content": "Hello"}]}),
    case("sandboxCompletion", "hello", **SANDBOX),
    case("sandboxCompletion", "teapot", 418, **SANDBOX, body={"model": "echo+status=418", "prompt": "x"}),
    case("sandboxCompletion", "down", 503, **SANDBOX, body={"model": "echo+status=503", "prompt": "x"}),
    case("sandboxEmbeddings", "hello", **SANDBOX),
    case("sandboxEmbeddings", "not_one", 400, **SANDBOX, body={"model": "echo", "input": "x"}),
    case("sandboxEmbeddings", "down", 503, **SANDBOX, body={"model": "embed+status=503", "input": "x"}),
    case("sandboxModels", "all", **SANDBOX),
    case("sandboxForget", "cleared", **SANDBOX),
    case("sandboxCounts", "after_one_chat", **SANDBOX, after="counted_chat"),
]

CASES = [*CHAT, *MODELS, *KEYS, *BALANCE, *USAGE, *PASSED, *AROUND]
