// Show the values of an efficient configuration from the table when a user points at its mark, clicks or focuses it.
const chosen = document.getElementById("chosen");
const hint = chosen.innerHTML;
const picture = document.querySelector("#front .picture");
const marks = [...picture.querySelectorAll('[id^="trial-"]')];
const key = (mark) => mark.id.split("-")[1];
const row = (mark) => document.getElementById("row-" + key(mark));
const names = [...document.querySelectorAll("#efficient thead th")].map((cell) => cell.textContent);
let pinned = null;

function show(mark) {
  for (const each of marks) each.classList.toggle("on", mark !== null && key(each) === key(mark));
  for (const each of document.querySelectorAll("#efficient tr.on")) each.classList.remove("on");
  if (mark === null) return void (chosen.innerHTML = hint);
  row(mark).classList.add("on");
  const list = document.createElement("dl");
  [...row(mark).cells].forEach((cell, i) => {
    const entry = document.createElement("div");
    for (const [tag, text] of [["dt", names[i]], ["dd", cell.textContent]])
      entry.appendChild(document.createElement(tag)).textContent = text;
    list.appendChild(entry);
  });
  chosen.replaceChildren(list);
}

function pin(mark) {
  pinned = mark !== null && pinned !== null && key(mark) === key(pinned) ? null : mark;
  for (const each of marks) each.setAttribute("aria-pressed", pinned !== null && key(each) === key(pinned));
  show(pinned);
}

function nearest(event) {
  const reach = event.pointerType === "touch" ? 28 : 16;
  const distance = (mark) => {
    const box = mark.getBoundingClientRect();
    return Math.hypot(event.clientX - box.x - box.width / 2, event.clientY - box.y - box.height / 2);
  };
  const [best] = marks.map((mark) => [distance(mark), mark]).sort((a, b) => a[0] - b[0]);
  return best && best[0] <= reach ? best[1] : null;
}

for (const mark of marks) {
  mark.setAttribute("tabindex", "0");
  mark.setAttribute("role", "button");
  mark.setAttribute("aria-pressed", "false");
  mark.setAttribute("aria-label", names[0] + " " + row(mark).cells[0].textContent);
  mark.addEventListener("focus", () => show(mark));
  mark.addEventListener("blur", () => show(pinned));
  mark.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pin(mark); }
    if (event.key === "Escape") pin(null);
  });
}
picture.addEventListener("pointermove", (event) => {
  const mark = nearest(event);
  picture.classList.toggle("near", mark !== null);
  show(mark ?? pinned);
});
picture.addEventListener("pointerleave", () => show(pinned));
picture.addEventListener("click", (event) => pin(nearest(event)));
