// A picture of any two columns of the table of trials, linear or logarithmic. Its marks are linked as all others are.
{
  const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [480, 330, 70, 16, 14, 46];
  const svg = (tag, attributes, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  };
  const table = document.querySelector("#all .screen-only > table, #all .wide > table");
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  const columns = names.map((_, i) => rows.map((row) => row.cells[i].textContent));
  const plain = (text) => text.replaceAll(",", "").replace(/\s*(±.*|%)$/, "");
  const isNumeric = columns.map((column) => column.every((text) => text === "" || Number.isFinite(Number(plain(text)))));
  const format = (value) => String(Number(value.toPrecision(4)));

  // The values of a column as numbers: those of words are their places in order.
  function scaleOf(i, isLog) {
    const words = isNumeric[i] ? [] : [...new Set(columns[i].filter(Boolean))].sort();
    const values = columns[i].map((text) => (text === "" ? NaN : words.length ? words.indexOf(text) : Number(plain(text))));
    const usable = values.map((value) => (isLog ? (value > 0 ? Math.log10(value) : NaN) : value));
    const finite = usable.filter(Number.isFinite);
    let [low, high] = [Math.min(...finite), Math.max(...finite)];
    if (!finite.length) [low, high] = [0, 1];
    const margin = high > low ? 0.04 * (high - low) : 0.5;
    [low, high] = [low - margin, high + margin];
    return {usable, low, high, ticks: words.length ? words.map((text, at) => [at, text]) : ticksOf(low, high, isLog)};
  }

  function ticksOf(low, high, isLog) {
    if (isLog && high - low > 1) {
      const powers = [];
      for (let power = Math.ceil(low); power <= high; power += Math.ceil((high - low) / 6)) powers.push([power, format(10 ** power)]);
      return powers;
    }
    const [from, to] = isLog ? [10 ** low, 10 ** high] : [low, high];
    const rough = (to - from) / 5, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
    const ticks = [];
    for (let k = Math.ceil(from / step); k * step <= to; k++) {
      const value = k * step;
      if (!isLog || value > 0) ticks.push([isLog ? Math.log10(value) : value, format(value)]);
    }
    return ticks;
  }

  const box = document.createElement("details");
  box.id = "axes";
  box.className = "screen-only";
  const summary = document.createElement("summary");
  summary.textContent = "Other axes and scales";
  const controls = document.createElement("p");
  controls.className = "tools";
  const picture = document.createElement("div");
  picture.className = "picture";
  const note = document.createElement("p");
  note.className = "note";
  const drawing = svg("svg", {class: "fig", role: "group", width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`});
  const frame = svg("g", {}), points = svg("g", {});
  drawing.append(frame, points);
  picture.append(drawing);
  box.append(summary, controls, picture, note);

  const marks = rows.map((row) => {
    const isEfficient = row.classList.contains("efficient");
    const mark = svg("circle", {r: isEfficient ? 5 : 3.5, class: isEfficient ? "e" : "d", "data-trial": row.dataset.trial});
    if (isEfficient) { mark.setAttribute("tabindex", 0); mark.setAttribute("role", "button"); }
    return mark;
  });
  points.append(...marks.filter((mark) => !mark.hasAttribute("tabindex")), ...marks.filter((mark) => mark.hasAttribute("tabindex")));

  function choice(label, chosen) {
    const select = document.createElement("select"), log = document.createElement("input"), own = document.createElement("label");
    names.forEach((name, i) => select.add(new Option(name, i, false, i === chosen)));
    log.type = "checkbox";
    own.append(`${label} `, select);
    const scale = document.createElement("label");
    scale.append(log, " logarithmic");
    log.setAttribute("aria-label", `${label} logarithmic`);
    controls.append(own, " ", scale, " ");
    for (const each of [select, log]) each.addEventListener("change", draw);
    return {select, log};
  }

  function draw() {
    const [x, y] = [across, up].map(({select, log}) => {
      log.disabled = !isNumeric[select.value];
      return scaleOf(Number(select.value), log.checked && !log.disabled);
    });
    const place = (scale, value, from, to) => from + ((value - scale.low) / (scale.high - scale.low)) * (to - from);
    const atX = (value) => place(x, value, LEFT, WIDTH - RIGHT), atY = (value) => place(y, value, HEIGHT - BOTTOM, TOP);
    const short = (text) => (text.length > 11 ? `${text.slice(0, 10)}…` : text);
    frame.replaceChildren(
      ...x.ticks.flatMap(([value, text]) => [
        svg("line", {class: "grid", x1: atX(value), x2: atX(value), y1: TOP, y2: HEIGHT - BOTTOM}),
        svg("text", {class: "s", x: atX(value), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle"}, short(text)),
      ]),
      ...y.ticks.flatMap(([value, text]) => [
        svg("line", {class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: atY(value), y2: atY(value)}),
        svg("text", {class: "s", x: LEFT - 6, y: atY(value) + 4, "text-anchor": "end"}, short(text)),
      ]),
      svg("text", {x: WIDTH - RIGHT, y: HEIGHT - 8, "text-anchor": "end"}, names[across.select.value]),
      svg("text", {x: 4, y: 11}, names[up.select.value]),
    );
    let left = 0;
    marks.forEach((mark, i) => {
      const isShown = Number.isFinite(x.usable[i]) && Number.isFinite(y.usable[i]);
      mark.style.display = isShown ? "" : "none";
      if (!isShown) left += 1;
      else { mark.setAttribute("cx", atX(x.usable[i])); mark.setAttribute("cy", atY(y.usable[i])); }
    });
    drawing.setAttribute("aria-label", `${names[up.select.value]} over ${names[across.select.value]} of ${rows.length - left} trials`);
    note.textContent = `The trials of the table${left ? `, without ${left} that have no place here` : ""}. Large marks are efficient.`;
  }

  const first = names.indexOf("state") + 1;
  const across = choice("Horizontal", Math.min(first + 1, names.length - 1)), up = choice("Vertical", first);
  draw();
  document.querySelector("#front").append(box);
}
