"""A client of a service in this process."""

from starlette.routing import BaseRoute
from starlette.testclient import TestClient

SPACE = {"x": {"type": "float", "low": 0, "high": 1}, "k": {"type": "int", "low": 1, "high": 9}}
OBJECTIVES = {"gain": {"goal": "maximize"}, "cost": {"goal": "minimize", "at_most": 0.9, "unit": "s"}}


def all_routes(app):
    """All routes, those of included routers too."""
    routes = []
    for route in app.routes:
        included = getattr(route, "original_router", None)
        routes += [route] if included is None else all_routes(included)
    return [route for route in routes if isinstance(route, BaseRoute) and hasattr(route, "path")]


class Client(TestClient):
    """A client that sends a token, and shows answers as Python values."""

    def __init__(self, app, token="", **options):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        super().__init__(app, base_url="http://127.0.0.1:8765", headers=headers, **options)
        self.token = token

    def json(self, method, path, body=None, status=200, **options):
        """Send a request, check the status of its answer, and return the answer's value."""
        answer = (
            self.request(method, path, json=body, **options)
            if body is not None
            else self.request(method, path, **options)
        )
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json()

    def create(self, name="nets", **more):
        return self.json("POST", "/api/studies", {"name": name, "space": SPACE, "objectives": OBJECTIVES, **more})

    def ask(self, name="nets", **options):
        return self.json("POST", f"/api/studies/{name}/ask", **options)["trials"][0]

    def tell(self, number, name="nets", **told):
        return self.json("POST", f"/api/studies/{name}/trials/{number}/tell", told)

    def run(self, n, name="nets"):
        """Ask for and tell trials one after another."""
        for _ in range(n):
            trial = self.ask(name)
            x, k = trial["params"]["x"], trial["params"]["k"]
            self.tell(trial["number"], name, metrics={"gain": x * k, "cost": x})
