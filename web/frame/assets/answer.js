// What makes the contributors' form quicker where there is a script: it counts
// words, adds up figures, and opens what is asked where the answer is yes. The
// house counts again when the form is saved.
"use strict";
(() => {
  const digits = (s) => s.replace(/[٠-٩۰-۹]/g, (d) => d.charCodeAt(0) & 15).trim();

  // As the questionnaires count: runs of letters and digits, and a word to two
  // characters of Chinese.
  const words = (s) => {
    const han = (s.match(/\p{Script=Han}/gu) || []).length;
    const rest = s.replace(/\p{Script=Han}/gu, " ").split(/\s+/u);
    return rest.filter((w) => /[\p{L}\p{Nd}]/u.test(w)).length + Math.ceil(han / 2);
  };

  const sum = (inputs) => {
    let low = 0, high = 0, any = false;
    for (const i of inputs) {
      const v = digits(i.value);
      if (v === "<5") { high += 4; any = true; }
      else if (/^\d+$/.test(v)) { low += +v; high += +v; any = true; }
    }
    return any ? (low === high ? "" + low : low + "–" + high) : "";
  };

  const add = (table) => {
    const rows = [...table.tBodies[0].rows];
    for (const r of rows) r.querySelector("output").value = sum(r.querySelectorAll("input:not([data-total])"));
    if (!table.tFoot) return;
    const parts = rows.filter((r) => !r.classList.contains("total"));
    [...table.tFoot.querySelectorAll("output")].forEach((o, n) => {
      o.value = sum(parts.map((r) => r.querySelectorAll("input")[n]));
    });
  };

  document.addEventListener("input", (e) => {
    const area = e.target.closest("textarea[data-words]");
    if (area) {
      const counter = area.closest(".field").querySelector(".counter");
      const n = words(area.value);
      counter.textContent = counter.textContent.replace(/\d[\d\s.,  ]*\d|\d|^$/u, n);
      counter.classList.toggle("alarm", n > +area.dataset.words);
    }
    const table = e.target.closest("table[data-sum]");
    if (table) add(table);
  });

  // What holds something stays in sight, whatever the answer is.
  const filled = (d) => [...d.querySelectorAll("input, textarea, select")].some((i) =>
    i.type === "radio" || i.type === "checkbox" ? i.checked && i.value !== "" : i.type !== "hidden" && i.value !== "");

  document.addEventListener("change", (e) => {
    if (e.target.type !== "radio") return;
    for (const d of document.querySelectorAll("details[data-open]")) {
      if (d.dataset.open !== e.target.name) continue;
      d.open = e.target.value === "yes" || e.target.value === "in_part" || filled(d);
    }
  });
})();
