// Sort and filter the tables of the page, and copy a configuration. Without this script the tables stay as they are.
{
  const NUMBER = /^([-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?:\s*(?:%|±).*)?$/i;
  const numberOf = (text) => { const found = NUMBER.exec(text.trim()); return found ? Number(found[1].replaceAll(",", "")) : NaN; };
  const make = (tag, content = "", attributes = {}) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(content);
    return made;
  };

  function compare(a, b) {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1; // numbers before words
    return Number.isNaN(x) ? a.localeCompare(b, undefined, {numeric: true}) : x - y;
  }

  function sortBy(table, column, original) {
    const head = table.tHead.rows[0].cells[column];
    const next = {ascending: "descending", descending: null}[head.getAttribute("aria-sort")];
    const direction = next === undefined ? "ascending" : next;
    for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
    const text = (row) => row.cells[column].textContent;
    const sign = direction === "descending" ? -1 : 1;
    const [full, empty] = [original.filter(text), original.filter((row) => !text(row))];
    if (direction) {
      head.setAttribute("aria-sort", direction);
      full.sort((a, b) => sign * compare(text(a), text(b)));
    }
    table.tBodies[0].append(...(direction ? [...full, ...empty] : original)); // empty cells last, either way
  }

  function makeSortable(table) {
    const original = [...table.tBodies[0].rows];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = make("button", "", {type: "button", class: "sort", title: "Sort"});
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(table, column, original));
      head.append(button);
    });
  }

  // A row is shown if it has each word, or meets each condition on a column, such as accuracy>0.8.
  function matches(cells, term) {
    const [, name, sign, limit] = /^([^<>=]+)(<=|>=|<|>|=)(.+)$/.exec(term) ?? [];
    const column = name === undefined ? undefined : cells.find(([head]) => head === name || head.startsWith(name + " "));
    if (!column) return cells.some(([, text]) => text.toLowerCase().includes(term));
    const [value, bound] = [numberOf(column[1]), numberOf(limit)];
    if (sign === "=") return column[1].toLowerCase() === limit || value === bound;
    return {"<": value < bound, ">": value > bound, "<=": value <= bound, ">=": value >= bound}[sign];
  }

  function makeFilterable(table, count) {
    const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.toLowerCase());
    const rows = [...table.tBodies[0].rows];
    const field = make("input", "", {type: "search", placeholder: `such as ${names[0]}<10`});
    const shown = make("output", "");
    const line = make("p", make("label", "Filter "), {class: "tools screen-only"});
    line.firstChild.append(field);
    line.append(" ", shown);
    field.addEventListener("input", () => {
      const terms = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const cells = [...row.cells].map((cell, i) => [names[i], cell.textContent]);
        row.hidden = !terms.every((term) => matches(cells, term));
      }
      shown.textContent = terms.length ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
    });
    table.closest(".wide").before(line);
  }

  for (const table of document.querySelectorAll(".wide:not(.paper-only *) > table")) {
    if (!table.tHead || table.classList.contains("comparison") || table.tBodies[0].rows.length < 2) continue;
    if (table.tBodies[0].rows.length > 5) makeFilterable(table);
    makeSortable(table);
  }

  const word = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
  const literal = (value) => ({true: "True", false: "False", null: "None"}[value] ?? JSON.stringify(value));
  const FORMS = {
    "JSON": (params) => JSON.stringify(params),
    "command line": (params) => Object.entries(params).map(([name, value]) => `${word("--" + name)} ${word(String(value))}`).join(" "),
    "Python": (params) => `{${Object.entries(params).map(([name, value]) => `${JSON.stringify(name)}: ${typeof value === "string" ? JSON.stringify(value) : literal(value)}`).join(", ")}}`,
  };

  function offerCopies(block) {
    const found = JSON.parse(block.textContent); // [key, name, parameters] of each efficient configuration
    const select = make("select");
    for (const [key, name] of found) select.append(make("option", name, {value: key}));
    const line = make("p", make("label", "Copy trial "), {class: "tools screen-only"});
    line.firstChild.append(select);
    const [text, said] = [make("textarea", "", {readonly: "", rows: 2, "aria-label": "Configuration", hidden: ""}), make("output", "")];
    for (const [form, write] of Object.entries(FORMS)) {
      const button = make("button", form, {type: "button"});
      button.addEventListener("click", () => {
        text.value = write(found[select.selectedIndex][2]);
        text.hidden = false;
        text.select();
        const [done, failed] = [() => { said.textContent = "Copied."; }, () => { said.textContent = "Press Ctrl+C to copy it."; }];
        if (navigator.clipboard) navigator.clipboard.writeText(text.value).then(done, failed); else failed();
      });
      line.append(" as ", button);
    }
    line.append(" ", said);
    document.querySelector("#efficient .wide").before(line, text);
    document.addEventListener("pinned", ({detail}) => { if (found.some(([key]) => String(key) === detail)) select.value = detail; });
  }

  const block = document.getElementById("configurations");
  if (block) offerCopies(block);
}
