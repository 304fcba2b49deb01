// The page of a study: follow its changes, and show the configuration of a trial.
const live = document.getElementById("live");
const base = document.body.dataset.base;

if (live) {
  const address = `${base}/studies/${live.dataset.key}`;
  const api = `${base}/api/studies/${live.dataset.key}`;
  let pinned = null, shown = null, source = null, refreshing = false, again = false;

  // Live: an event says that something changed; then the part that changes is fetched.
  async function refresh() {
    if (refreshing) { again = true; return; }
    refreshing = true;
    try {
      const answer = await fetch(`${address}/live`, { headers: { Accept: "text/html" } });
      if (answer.redirected || answer.status === 401) return void (location.href = `${base}/login`);
      if (answer.ok) {
        const focused = document.activeElement?.closest("#live") ? document.activeElement.dataset.trial : null;
        const open = [...live.querySelectorAll("details")].map((each) => each.open);
        live.innerHTML = await answer.text();
        live.querySelectorAll("details").forEach((each, i) => { each.open = open[i] ?? false; });
        if (focused) live.querySelector(`[data-trial="${focused}"]`)?.focus({ preventScroll: true });
        mark(pinned);
      }
    } finally {
      refreshing = false;
      if (again) { again = false; refresh(); }
    }
  }

  let analysing = false, stale = true;
  async function analyse() {
    stale = true;
    if (analysing) return;
    analysing = true;
    while (stale) {
      stale = false;
      const answer = await fetch(`${address}/analysis`).catch(() => null);
      if (!answer?.ok) break;
      await refresh();
      await new Promise((done) => setTimeout(done, 3000));
    }
    analysing = false;
  }

  function follow() {
    if (source || document.hidden) return;
    source = new EventSource(`${api}/events`);
    source.addEventListener("study", (event) => {
      const { revision } = JSON.parse(event.data);
      if (revision === live.dataset.revision) return;
      live.dataset.revision = revision;
      refresh();
      analyse();
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { source?.close(); source = null; } else follow();
  });
  follow();
  analyse();

  // A trial: its configuration below the pictures.
  const chosen = document.getElementById("chosen");
  const values = document.getElementById("chosen-values");
  const trials = new Map();

  function mark(number) {
    for (const each of live.querySelectorAll(".chart .on")) each.classList.remove("on");
    for (const each of live.querySelectorAll(".chart .ring")) each.remove();
    if (number === null) return;
    const found = live.querySelector(`.chart .efficient[data-trial="${number}"]`);
    if (found) return found.classList.add("on");
    const point = points().find(([n]) => n === number);
    if (!point) return;
    const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [name, value] of [["class", "ring"], ["cx", point[1]], ["cy", point[2]], ["r", 8]]) ring.setAttribute(name, value);
    document.getElementById("chart-front").appendChild(ring);
  }

  async function show(number) {
    shown = number;
    mark(number);
    if (number === null) return void (chosen.hidden = true);
    if (!trials.has(number)) {
      const answer = await fetch(`${api}/trials/${number}`);
      if (!answer.ok) return;
      const trial = await answer.json();
      if (trial.state !== "pending") trials.set(number, trial);
      if (shown !== number) return;
      fill(trial);
    } else fill(trials.get(number));
  }

  function fill(trial) {
    document.getElementById("chosen-number").textContent = `${trial.number}, ${trial.reason || trial.state}`;
    document.getElementById("chosen-error").textContent = trial.error;
    const pairs = [...Object.entries(trial.values).map(([name, value]) => [name, value ?? "-"]), ...Object.entries(trial.params)];
    values.replaceChildren(...pairs.map(([name, value]) => {
      const pair = document.createElement("div");
      pair.className = "pair";
      const written = typeof value === "number" ? Number(value.toPrecision(6)) : value;
      for (const [tag, text] of [["dt", name], ["dd", written]]) pair.appendChild(document.createElement(tag)).textContent = text;
      return pair;
    }));
    chosen.hidden = false;
  }

  function pin(number) {
    pinned = pinned === number ? null : number;
    show(pinned);
  }

  // Points of the front picture, from the same numbers that the server drew.
  function points() {
    const picture = document.getElementById("chart-front");
    const data = document.getElementById("front-data");
    return picture && data ? JSON.parse(data.textContent) : [];
  }

  function nearest(event) {
    const picture = event.target.closest?.("#chart-front");
    if (!picture) return null;
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    let best = null, least = event.pointerType === "touch" ? 24 : 12;
    for (const [number, x, y] of points()) {
      const distance = Math.hypot(place.x - x, place.y - y);
      if (distance < least) [best, least] = [number, distance];
    }
    return best;
  }

  live.addEventListener("pointermove", (event) => {
    if (pinned !== null || event.pointerType === "touch") return;
    const picture = event.target.closest?.("#chart-front");
    const number = picture ? nearest(event) : null;
    picture?.classList.toggle("near", number !== null);
    if (number !== shown) show(number);
  });
  live.addEventListener("click", (event) => {
    const link = event.target.closest("[data-trial]");
    const number = link ? Number(link.dataset.trial) : nearest(event);
    if (link?.tagName === "A") event.preventDefault();
    if (number !== null) pin(number);
  });
  live.addEventListener("keydown", (event) => {
    const link = event.target.closest('[data-trial][role="button"]');
    if (link && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); pin(Number(link.dataset.trial)); }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { pinned = null; show(null); } });
  document.getElementById("chosen-close").addEventListener("click", () => { pinned = null; show(null); });

  // Copy a configuration.
  const word = (value) => (/^[\w.+-]+$/.test(String(value)) ? String(value) : `'${String(value).replaceAll("'", "'\\''")}'`);
  const python = (value) => (value === null ? "None" : value === true ? "True" : value === false ? "False" : JSON.stringify(value));
  const forms = {
    json: (params) => JSON.stringify(params),
    command: (params) => Object.entries(params).map(([name, value]) => `--set ${word(`${name}=${value}`)}`).join(" "),
    python: (params) => `{${Object.entries(params).map(([name, value]) => `${JSON.stringify(name)}: ${python(value)}`).join(", ")}}`,
  };
  for (const button of chosen.querySelectorAll("[data-copy]"))
    button.addEventListener("click", async () => {
      const answer = trials.get(shown) ?? (await (await fetch(`${api}/trials/${shown}`)).json());
      await navigator.clipboard.writeText(forms[button.dataset.copy](answer.params));
      const before = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = before; }, 1500);
    });
}
