// Shows the questions, one form each. Everything can be done with the keyboard; every message is read out.
"use strict";
(() => {
  const page = JSON.parse(document.getElementById("data").textContent);
  const { mark, missing, pointsText, generator, shuffled } = dlquizMarking;
  const asked = /[#&]seed=(\d+)/.exec(location.hash);
  const seed = asked ? Number(asked[1]) % 4294967296 : Math.floor(Math.random() * 1000000);
  const random = generator(seed);
  const root = document.getElementById("questions");

  const make = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "html") node.innerHTML = value;
      else if (key === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
      else if (value !== false) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  };
  const words = (html) => { const box = make("div", { html }); return box.textContent.trim(); };
  const option = (type, name, value, label, index) => {
    const id = `${name}-${index}`;
    return make("div", { class: "option", "data-index": value },
      make("input", { type, name, value, id }), make("label", { for: id, html: label }));
  };
  const select = (name, label, entries) => make("select", { name, "aria-label": label },
    make("option", { value: "" }, "choose"), ...entries.map(([value, text]) => make("option", { value }, text)));

  // Each kind: the inputs, and how to read the answer from them.
  const inputs = {
    choice(q, name, box) {
      shuffled(q.options.map((_, i) => i), random).forEach((i, n) => box.append(option("radio", name, i, q.options[i].html, n)));
      return () => { const on = box.querySelector("input:checked"); return on ? Number(on.value) : null; };
    },
    multi(q, name, box) {
      shuffled(q.options.map((_, i) => i), random).forEach((i, n) => box.append(option("checkbox", name, i, q.options[i].html, n)));
      return () => [...box.querySelectorAll("input:checked")].map((on) => Number(on.value));
    },
    truefalse(q, name, box) {
      box.append(option("radio", name, "true", "True", 0), option("radio", name, "false", "False", 1));
      return () => { const on = box.querySelector("input:checked"); return on ? on.value === "true" : null; };
    },
    short(q, name, box) {
      const field = make("input", { type: "text", id: name, autocomplete: "off", spellcheck: "false", maxlength: 220 });
      box.append(make("label", { for: name }, "Your answer: "), field);
      return () => field.value;
    },
    output(q, name, box) {
      const code = make("pre", { tabindex: "0", "aria-label": "Python code" }, make("code", {}, q.code));
      const field = make("textarea", { id: name, rows: Math.min(8, q.shown.split("\n").length + 1), spellcheck: "false" });
      box.append(code, make("label", { for: name }, "What does this code print? "), field);
      return () => field.value;
    },
    cloze(q, name, box) {
      box.innerHTML = q.text;
      const bank = shuffled(q.bank, random);
      const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      const fields = [];
      for (const text of texts) {
        const pieces = text.data.split("\ue000");
        if (pieces.length < 2) continue;
        const parts = [pieces[0]];
        for (const piece of pieces.slice(1)) {
          const label = `blank ${fields.length + 1}`;
          const field = bank.length ? select(name, label, bank.map((word) => [word, word]))
            : make("input", { type: "text", "aria-label": label, autocomplete: "off", spellcheck: "false", size: 14 });
          fields.push(field);
          parts.push(`(${fields.length}) `, field, piece);
        }
        text.replaceWith(...parts);
      }
      return () => fields.map((field) => field.value);
    },
    match(q, name, box) {
      const places = shuffled(q.targets.map((_, i) => i), random);
      const entries = places.map((i) => [i, words(q.targets[i].html)]);
      const terms = q.kind === "categorise" ? shuffled(q.terms.map((_, i) => i), random) : q.terms.map((_, i) => i);
      const fields = [];
      for (const i of terms) {
        fields[i] = select(name, words(q.terms[i].html), entries);
        box.append(make("div", { class: "pair" }, make("span", { html: q.terms[i].html }), fields[i]));
      }
      return () => fields.map((field) => (field.value === "" ? null : Number(field.value)));
    },
    order(q, name, box, say) {
      let places = shuffled(q.items.map((_, i) => i), random);
      if (places.every((item, i) => item === i)) places = places.slice(1).concat(places[0]);
      const steps = q.items.map(() => 0), out = new Set();
      const list = make("ol", { class: "order" });
      const focusOn = (at, word, other) => {
        const button = (one) => list.children[at].querySelector(`button[data-does="${one}"]`);
        (button(word).disabled ? button(other) : button(word)).focus();
      };
      const told = (at) => {
        const item = places[at], text = words(q.items[item].html);
        const right = q.indent ? `, ${steps[item]} steps to the right` : "";
        say(out.has(item) ? `${text}: left out` : `${text}: place ${at + 1} of ${places.length}${right}`);
      };
      const move = (at, by) => {
        const to = at + by;
        if (to < 0 || to >= places.length) return;
        [places[at], places[to]] = [places[to], places[at]];
        draw();
        focusOn(to, by < 0 ? "up" : "down", by < 0 ? "down" : "up");
        told(to);
      };
      const shift = (at, by) => {
        steps[places[at]] += by;
        draw();
        focusOn(at, by < 0 ? "left" : "right", "right");
        told(at);
      };
      const keep = (at) => {
        if (!out.delete(places[at])) out.add(places[at]);
        draw();
        focusOn(at, "keep", "keep");
        told(at);
      };
      const button = (item, word, shown, off, run) => make("button", { type: "button", disabled: off, "data-does": word,
        "aria-label": `${word === "keep" ? shown : `Move ${word}`}: ${words(q.items[item].html)}`, on: { click: run } }, shown);
      const buttons = (item, at) => [
        button(item, "up", "↑ up", at === 0, () => move(at, -1)),
        button(item, "down", "↓ down", at === places.length - 1, () => move(at, 1)),
        ...(q.indent ? [button(item, "left", "←", !steps[item], () => shift(at, -1)), button(item, "right", "→", false, () => shift(at, 1))] : []),
        ...(q.items.length > q.count ? [button(item, "keep", out.has(item) ? "take in" : "leave out", false, () => keep(at))] : []),
      ];
      const draw = () => list.replaceChildren(...places.map((item, at) => make("li", { class: out.has(item) ? "out" : "" },
        make("span", { html: q.items[item].html, style: `margin-inline-start: ${2 * steps[item]}em` }), " ", ...buttons(item, at))));
      draw();
      box.append(list);
      return () => places.filter((item) => !out.has(item)).map((item) => [item, steps[item]]);
    },
  };
  inputs.numeric = inputs.short;
  inputs.categorise = inputs.match;

  const verdict = (result) => result.unclear ? "? Not marked yet." : result.correct ? "✓ Right." :
    result.score > 0 ? `~ Partly right: ${Math.round(result.score * 100)} %.` : "✗ Wrong.";

  const explainOptions = (q, box, answer) => {
    const chosen = new Set(Array.isArray(answer) ? answer : [answer]);
    for (const row of box.querySelectorAll(".option")) {
      const i = Number(row.dataset.index), one = q.options[i];
      const sign = one.right ? "✓ right" : "✗ wrong";
      row.append(make("div", { class: "why", html: `${chosen.has(i) ? "Your choice, " : ""}${sign}${one.why ? `: ${one.why}` : ""}` }));
    }
  };
  const listed = (notes) => {
    const shown = notes.filter((n) => n.html || n.label || n.labelHtml);
    if (!shown.length) return [];
    return [make("ul", {}, ...shown.map((n) => {
      const row = make("li", {});
      if (n.label) row.append(`${n.label}: `);
      if (n.labelHtml) row.append(make("span", { html: n.labelHtml }), ": ");
      row.append(n.right ? "✓ right. " : "✗ ");
      if (n.html) row.append(make("span", { html: n.html }), " ");
      if (n.answer) row.append(`It is “${n.answer}”.`);
      if (n.answerHtml) row.append("It belongs to ", make("span", { html: n.answerHtml }), ".");
      return row;
    }))];
  };

  let chosen = page.questions.map((_, i) => i);
  if (page.draw) chosen = shuffled(chosen, random).slice(0, page.draw);
  const results = new Array(chosen.length).fill(null);
  const total = document.getElementById("score");
  const count = () => {
    const done = results.filter((r) => r !== null).length;
    const points = results.reduce((sum, r, n) => sum + (r === null ? 0 : r * page.questions[chosen[n]].points), 0);
    const all = chosen.reduce((sum, i) => sum + page.questions[i].points, 0);
    const text = `${done} of ${chosen.length} answered. Score: ${pointsText(points)} of ${pointsText(all)} points.`;
    total.textContent = done === chosen.length ? `Finished. ${text}` : text;
  };

  chosen.forEach((index, number) => {
    const entry = page.questions[index];
    const q = entry.variants[Math.floor(random() * entry.variants.length)];
    const name = `q${number + 1}`;
    const status = make("div", { class: "status", role: "status", "aria-live": "polite", tabindex: "-1" });
    const box = make("div", { class: "inputs" });
    const stem = make("div", { class: "stem", id: `${name}-stem`, html: q.stem });
    const read = inputs[q.kind](q, name, box, (text) => { status.textContent = text; });
    const check = make("button", { type: "submit" }, "Check");
    const hints = make("div", { class: "hints", "aria-live": "polite" });
    let told = 0, incomplete = "";
    const hint = make("button", { type: "button", on: { click: () => {
      hints.append(make("div", { html: `<strong>Hint ${told + 1}:</strong> ${q.hints[told]}` }));
      told += 1;
      if (told === q.hints.length) hint.disabled = true;
    } } }, "Hint");
    const answered = (event) => {
      event.preventDefault();
      if (results[number] !== null) return;
      const answer = read();
      const result = mark(q, answer, page);
      status.replaceChildren(make("p", { class: "verdict" }, [verdict(result), result.message].filter(Boolean).join(" ")));
      if (result.unclear) return;
      const left = missing(q, answer), now = JSON.stringify(answer);
      if (left.length && now !== incomplete) {
        incomplete = now;
        status.replaceChildren(make("p", {}, `Not complete: nothing for ${left.join(", ")}. ` +
          "Fill in the rest, or press Check again to leave it so."));
        return;
      }
      results[number] = result.score;
      if (q.options) explainOptions(q, box, answer);
      if (!result.correct && q.answer && !q.terms && !q.blanks) status.append(make("p", { html: `Answer: ${q.answer}` }));
      if (q.shown) status.append(make("p", {}, q.kind === "output" ? "It prints:" : "Right:"), make("pre", {}, q.shown));
      status.append(...listed(result.notes));
      status.append(make("div", { class: "explain", html: q.explain }), make("p", { class: "source", html: `Source: ${q.source}` }));
      for (const control of form.querySelectorAll("input, select, textarea, button")) control.disabled = true;
      count();
      // What had the focus is disabled now: without this, the keyboard would begin at the top of the page again.
      status.focus();
    };
    const set = make("fieldset", { "aria-describedby": `${name}-stem` },
      make("legend", {}, `Question ${number + 1} of ${chosen.length}${entry.points === 1 ? "" : ` (${pointsText(entry.points)} points)`}`),
      stem, box, hints, make("p", { class: "buttons" }, check, ...(q.hints.length ? [" ", hint] : [])), status);
    const form = make("form", { novalidate: true, on: { submit: answered } }, set);
    root.append(form);
  });
  count();
  document.getElementById("seed").textContent =
    `Seed ${seed}. Open this page with #seed=${seed} at the end of its address to get the same questions again.`;
  window.addEventListener("hashchange", () => location.reload());
})();
