// Link pictures and tables: a trial that is pointed at, clicked or focused is marked everywhere, and its values are shown.
const chosen = document.getElementById("chosen");
const hint = chosen.innerHTML;
const marks = [...document.querySelectorAll(".fig [data-trial]")];
const rows = [...document.querySelectorAll("tr[data-trial]")];
const byTrial = new Map();
for (const each of [...marks, ...rows]) {
  const key = each.dataset.trial;
  byTrial.set(key, [...(byTrial.get(key) ?? []), each]);
}
let pinned = null, shown = null;

function cellsOf(row) {
  const names = [...row.closest("table").querySelectorAll("thead th")].map((cell) => cell.textContent);
  return [...row.cells].map((cell, i) => [names[i], cell.textContent]).filter(([, text]) => text !== "");
}

function describe(key) {
  const found = (byTrial.get(key) ?? []).filter((each) => each.tagName === "TR");
  const entries = new Map(found.reverse().flatMap(cellsOf));
  if (!found.length) entries.set("trial", `${key}, which is in report-trials.csv`);
  const list = document.createElement("dl");
  for (const [name, text] of entries) {
    const entry = list.appendChild(document.createElement("div"));
    for (const [tag, content] of [["dt", name], ["dd", text]])
      entry.appendChild(document.createElement(tag)).textContent = content;
  }
  return list;
}

function show(key) {
  if (key === shown) return;
  for (const each of byTrial.get(shown) ?? []) each.classList.remove("on");
  shown = key;
  for (const each of byTrial.get(key) ?? []) each.classList.add("on");
  if (key === null) chosen.innerHTML = hint;
  else chosen.replaceChildren(describe(key));
}

function pin(key) {
  for (const each of byTrial.get(pinned) ?? []) if (each.hasAttribute("aria-pressed")) each.setAttribute("aria-pressed", "false");
  pinned = key === pinned ? null : key;
  for (const each of byTrial.get(pinned) ?? []) if (each.hasAttribute("aria-pressed")) each.setAttribute("aria-pressed", "true");
  show(pinned);
  document.dispatchEvent(new CustomEvent("pinned", {detail: pinned}));
}

function nearest(event, candidates) {
  const reach = event.pointerType === "touch" ? 28 : 14;
  let best = null, least = reach;
  for (const mark of candidates) {
    const box = mark.getBoundingClientRect();
    if (box.width > 60 || box.height > 60) continue; // lines are found by the pointer itself
    const distance = Math.hypot(event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2);
    if (distance < least) [best, least] = [mark, distance];
  }
  const line = event.target.closest?.("[data-trial]");
  return (best ?? line)?.dataset.trial ?? null;
}

for (const picture of document.querySelectorAll(".picture")) {
  const own = marks.filter((mark) => picture.contains(mark));
  if (!own.length) continue;
  picture.addEventListener("pointermove", (event) => {
    const key = nearest(event, own);
    picture.classList.toggle("near", key !== null);
    show(key ?? pinned);
  });
  picture.addEventListener("pointerleave", () => show(pinned));
  picture.addEventListener("click", (event) => pin(nearest(event, own)));
}

for (const mark of document.querySelectorAll(".fig [data-trial][tabindex]")) {
  const key = mark.dataset.trial;
  mark.setAttribute("aria-pressed", "false");
  const row = byTrial.get(key).find((each) => each.tagName === "TR");
  mark.setAttribute("aria-label", row ? cellsOf(row).slice(0, 5).map((pair) => pair.join(" ")).join(", ") : "trial " + key);
  mark.addEventListener("focus", () => show(key));
  mark.addEventListener("blur", () => show(pinned));
  mark.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pin(key); }
    if (event.key === "Escape") pin(pinned);
  });
}

for (const row of rows) {
  row.addEventListener("click", () => { if (!String(getSelection())) pin(row.dataset.trial); });
  row.addEventListener("pointerenter", () => show(row.dataset.trial));
  row.addEventListener("pointerleave", () => show(pinned));
}
