// Marking in the page: the same rules as dlquiz.quiz.marking, on data that was prepared when the page was written.
"use strict";
const dlquizMarking = (() => {
  const right = (message = "", notes = []) => ({ correct: true, score: 1, unclear: false, message, notes });
  const wrong = (message = "", notes = [], score = 0) => ({ correct: false, score, unclear: false, message, notes });
  const unclear = (message) => ({ correct: false, score: 0, unclear: true, message, notes: [] });
  const partly = (good, of, what, notes, share) =>
    good === of
      ? right("", notes)
      : wrong(`${good} of ${of} ${what} ${good === 1 ? "is" : "are"} right.`, notes, share === null ? good / of : share);

  // --- words ---
  const lookalikes = { "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"' };
  const tidy = (text) => text.normalize("NFC").split(/\s+/u).filter(Boolean).join(" ");
  const fold = (text) => {
    const split = [...text.normalize("NFKD")].map((c) => lookalikes[c] || c).join("");
    const bare = split.toLowerCase().replace(/ß/gu, "ss").replace(/ς/gu, "σ").replace(/[\u0300-\u036f]/gu, "");
    const folded = bare.normalize("NFC").split(/\s+/u).filter(Boolean).join(" ");
    return folded.replace(/[. ]+$/u, "") || folded;
  };
  const distance = (a, b) => {
    const x = [...a], y = [...b];
    let before = [], last = [], row = y.map((_, j) => j).concat(y.length);
    for (let i = 1; i <= x.length; i++) {
      before = last; last = row; row = [i];
      for (let j = 1; j <= y.length; j++) {
        const same = x[i - 1] === y[j - 1] ? 0 : 1;
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
        if (i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1]) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
    }
    return row[y.length];
  };
  const allowed = (length, most) => Math.min(length <= 3 ? 0 : length <= 9 ? 1 : 2, most);
  const prefixes = ["anti", "de", "dis", "il", "im", "in", "ir", "non", "non-", "over", "un", "under"];
  const opposite = (a, b) =>
    prefixes.some((p) => a === p + b || b === p + a) ||
    [["over", "under"], ["under", "over"]].some(
      ([p, q]) => a.startsWith(p) && b.startsWith(q) && a.slice(p.length) === b.slice(q.length));
  const digits = (text) => (text.match(/\d+/g) || []).join(",");
  const regex = (pattern) => {
    const body = pattern.replace(/\\A/g, "^").replace(/\\Z/g, "$").replace(/([*+?}])\+/g, "$1");
    try { return new RegExp(`^(?:${body})$`, "i"); } catch { return null; }
  };
  const says = (form, text) => {
    if (form.pattern === undefined) return form.folded === fold(text);
    const compiled = regex(form.pattern);
    return compiled !== null && text.length <= 200 && (compiled.test(tidy(text)) || compiled.test(fold(text)));
  };
  const judge = (question, text) => {
    if (question.accept.some((form) => says(form, text))) return { fits: true, meant: "" };
    for (const form of question.reject) {
      if (says(form, text)) return { fits: false, why: form.why };
    }
    const word = fold(text);
    let best = null;
    for (const form of question.accept) {
      if (form.pattern !== undefined) continue;
      const most = allowed([...form.folded].length, question.typos);
      if (!most || opposite(word, form.folded) || digits(word) !== digits(form.folded)) continue;
      const edits = distance(word, form.folded);
      if (edits <= most && (best === null || edits < best.edits)) best = { meant: form.text, edits };
    }
    const plain = question.reject.filter((form) => form.pattern === undefined);
    if (best !== null) {
      const others = question.neighbours.filter((n) => !question.accept.some((form) => says(form, n)));
      const terms = plain.map((form) => form.folded).concat(others);
      if (!terms.some((term) => distance(word, term) <= best.edits)) return { fits: true, meant: best.meant };
    }
    for (const form of plain) {
      const most = allowed([...form.folded].length, 2);
      if (most && distance(word, form.folded) <= most && digits(word) === digits(form.folded)) {
        return { fits: false, why: form.why };
      }
    }
    return { fits: false, why: "" };
  };
  const short = (question, text) => {
    if (text.length > 200) return unclear("This is too long. A word or a short phrase is enough.");
    if (!fold(text)) return unclear("Please type a word or a short phrase.");
    const verdict = judge(question, text);
    if (!verdict.fits) return wrong("", verdict.why ? [{ html: verdict.why, right: false }] : []);
    return right(verdict.meant ? `A small typo was forgiven: it is spelled “${verdict.meant}”.` : "");
  };

  // --- numbers: exact fractions of large integers ---
  const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return a < 0n ? -a : a; };
  const ratio = (n, d) => {
    if (d < 0n) [n, d] = [-n, -d];
    const g = gcd(n, d) || 1n;
    return [n / g, d / g];
  };
  const times = (a, b) => ratio(a[0] * b[0], a[1] * b[1]);
  const over = (a, b) => ratio(a[0] * b[1], a[1] * b[0]);
  const atMost = (a, b) => a[0] * b[1] <= b[0] * a[1];
  const apart = (a, b) => { const d = ratio(a[0] * b[1] - b[0] * a[1], a[1] * b[1]); return d[0] < 0n ? [-d[0], d[1]] : d; };
  const given = (pair) => ratio(BigInt(pair[0]), BigInt(pair[1]));
  const spaces = " \u00a0\u2009\u202f";
  const numberStart = new RegExp(
    `^([+-]?)\\s*((?:\\d(?:[\\d.,'_${spaces}]*\\d)?|[.,]\\d+)[.,]?)` +
      "(?:\\s*(?:[eE]|(?:[x×*·]\\s*)?10\\s*(?:\\^|\\*\\*))\\s*([+-]?\\d{1,4}))?(?:\\s*/\\s*(\\d+))?");
  const plainDigits = (body, decimal, grouping) => {
    const at = decimal ? body.indexOf(decimal) : -1;
    let whole = at < 0 ? body : body.slice(0, at);
    const part = at < 0 ? "" : body.slice(at + 1);
    if (grouping) {
      const groups = whole.split(grouping);
      if (groups.length < 2 || !/^\d{1,3}$/.test(groups[0]) || groups.slice(1).some((g) => !/^\d{3}$/.test(g))) return [];
      whole = groups.join("");
    }
    if (!/^\d*$/.test(whole) || !/^\d*$/.test(part) || !(whole || part)) return [];
    return [[whole || "0", part]];
  };
  const spellings = (text, comma) => {
    const [decimal, other] = comma ? [",", "."] : [".", ","];
    const body = text.replace(new RegExp(`[${spaces}]`, "g"), " ");
    const marks = [...body].filter((c) => c === "." || c === ",");
    const silent = [...new Set([...body].filter((c) => " '_".includes(c)))];
    if (silent.length > 1) return [];
    const grouping = silent.length ? silent[0] : null;
    if (new Set(marks).size === 2) return plainDigits(body, marks[marks.length - 1], grouping || marks[0]);
    if (marks.length > 1) return grouping === null ? plainDigits(body, null, marks[0]) : [];
    if (!marks.length) return plainDigits(body, null, grouping);
    const mark = marks[0];
    const asDecimal = plainDigits(body, mark, grouping);
    const two = new RegExp(`^[1-9]\\d{0,2}\\${other}\\d{3}$`);
    if (mark === decimal || grouping !== null || !two.test(body)) return asDecimal;
    return plainDigits(body, null, mark).concat(asDecimal);
  };
  const readNumber = (text, comma) => {
    if (text.length > 64) return { why: "This is too long for a number." };
    const clean = text.trim().replace(/[\u2212\u2013]/g, "-").replace(/\u2019/g, "'");
    if (/^[+-]?\s*(nan|inf|infinity|∞)$/i.test(clean)) return { why: "Please write an ordinary number." };
    const found = numberStart.exec(clean);
    if (found === null) return { why: "This is not a number. Please write digits, for example 12 or 0.5." };
    const unit = clean.slice(found[0].length).trim();
    if (/\d/.test(unit)) return { why: "This holds more than one number. Please write just one." };
    const bodies = spellings(found[2], comma);
    if (!bodies.length) return { why: "The commas, points or spaces in this number do not fit." };
    const exponent = Number(found[3] || 0), below = BigInt(found[4] || 1);
    if (Math.abs(exponent) > 308 || below === 0n) return { why: "This number is too large or too small." };
    const scale = 10n ** BigInt(Math.abs(exponent));
    const values = bodies.map(([whole, part]) => {
      const plain = ratio(BigInt(whole + part), 10n ** BigInt(part.length) * below);
      const scaled = exponent < 0 ? over(plain, [scale, 1n]) : times(plain, [scale, 1n]);
      return found[1] === "-" ? [-scaled[0], scaled[1]] : scaled;
    });
    return { values, unit };
  };
  const unitOf = (text, units) => {
    const name = text.split(/\s+/u).filter(Boolean).join(" ").replace(/\.+$/, "");
    if (!name) return ["share", "1", "1"];
    if (Object.hasOwn(units, name)) return units[name];
    const same = Object.keys(units).filter((key) => key.toLowerCase() === name.toLowerCase()).map((key) => units[key]);
    return new Set(same.map(String)).size === 1 ? same[0] : null;
  };
  const sameWord = (a, b) => {
    const [x, y] = [a, b].map((t) => t.toLowerCase().split(/\s+/u).filter(Boolean).join(" ").replace(/\.+$/, ""));
    return x === y || x === `${y}s` || y === `${x}s`;
  };
  const numeric = (question, text, page) => {
    const read = readNumber(text, page.decimalComma);
    if (read.why) return unclear(read.why);
    if (read.values.length > 1) {
      return unclear("This can be read in two ways. Please write the number without a separator for thousands.");
    }
    const value = read.values[0];
    const [low, high] = [given(question.low), given(question.high)];
    const fits = (number) => atMost(low, number) && atMost(number, high);
    let wanted = question.unit;
    if (wanted && !read.unit) {
      const share = unitOf(wanted, page.units);
      if (share === null || String(share) !== "share,1,1") return unclear("Please write the unit after your number.");
      wanted = "";
    }
    const [ours, theirs] = [unitOf(wanted, page.units), unitOf(read.unit, page.units)];
    let converted = null, same = false;
    if (ours === null || theirs === null) {
      if (sameWord(wanted, read.unit)) [converted, same] = [value, true];
    } else if (ours[0] === theirs[0]) {
      converted = over(times(value, given(theirs.slice(1))), given(ours.slice(1)));
      same = String(ours) === String(theirs);
    }
    if (converted === null) {
      if (!wanted) return unclear("This unit was not expected here. Please write just the number.");
      return wrong(fits(value) ? "The number is right, but the unit is not." : "Neither the number nor the unit is right.");
    }
    if (fits(converted)) return right();
    if (fits(value) && !same) return wrong("The number is right, but the unit is not.");
    const near = question.near.filter((one) => atMost(given(one.low), converted) && atMost(converted, given(one.high)));
    near.sort((a, b) => {
      const [x, y] = [apart(given(a.at), converted), apart(given(b.at), converted)];
      return atMost(x, y) ? (atMost(y, x) ? 0 : -1) : 1;
    });
    return wrong("", near.slice(0, 1).map((one) => ({ html: one.why, right: false })));
  };

  // --- the other kinds ---
  const choice = (question, chosen) => {
    if (chosen === null) return unclear("Please choose an option.");
    const option = question.options[chosen];
    return option.right ? right() : wrong();
  };
  const multi = (question, ticked) => {
    if (!ticked.length) return unclear("Please tick at least one option: at least one of them is right.");
    const all = question.options.filter((o) => o.right).length, of = question.options.length;
    const hits = ticked.filter((i) => question.options[i].right).length, slips = ticked.length - hits;
    if (hits === all && !slips) return right();
    const bad = of - all;
    const score = { all: 0, each: (hits + bad - slips) / of, net: Math.max(0, (hits - slips) / all) }[question.partial];
    const parts = [];
    if (hits < all) parts.push(`${all - hits} right option${all - hits > 1 ? "s" : ""} not ticked`);
    if (slips) parts.push(`${slips} wrong option${slips > 1 ? "s" : ""} ticked`);
    return wrong(`${parts.join(", ")}.`, [], score);
  };
  const truefalse = (question, said) => {
    if (said === null) return unclear("Please choose true or false.");
    return said === question.truth ? right() : wrong(`The statement is ${question.truth}.`);
  };
  const cloze = (question, texts) => {
    if (!texts.some((text) => fold(text))) return unclear("Please fill in at least one blank.");
    if (texts.some((text) => text.length > 200)) return unclear("This is too long. A word or a short phrase is enough.");
    const notes = question.blanks.map((blank, i) => {
      const verdict = fold(texts[i]) ? judge(blank, texts[i]) : { fits: false, why: "" };
      return { label: `Blank ${i + 1}`, html: verdict.fits ? "" : verdict.why, answer: verdict.fits ? "" : blank.first,
        right: verdict.fits };
    });
    const good = notes.filter((note) => note.right).length;
    return partly(good, notes.length, "blanks", notes, question.partial === "all" ? 0 : null);
  };
  const pairs = (question, chosen, what) => {
    if (chosen.every((one) => one === null)) return unclear("Please choose at least one.");
    const notes = question.terms.map((term, i) => {
      const good = chosen[i] === term.to;
      const reason = !good && chosen[i] !== null ? question.targets[chosen[i]].why : "";
      return { labelHtml: term.html, html: [reason, term.why].filter(Boolean).join(" "), right: good,
        answerHtml: good ? "" : question.targets[term.to].html };
    });
    const good = notes.filter((note) => note.right).length;
    return partly(good, notes.length, what, notes, question.partial === "all" ? 0 : null);
  };
  const order = (question, places) => {
    const notes = places.map((item, i) => ({ labelHtml: question.items[item].html, right: item === i,
      html: [item === i ? "" : `It comes at place ${item + 1}.`, question.items[item].why].filter(Boolean).join(" ") }));
    const good = notes.filter((note) => note.right).length;
    let share = null;
    if (question.partial === "all") share = 0;
    if (question.partial === "pairs") {
      let well = 0, all = 0;
      for (let i = 0; i < places.length; i++) for (let j = i + 1; j < places.length; j++) {
        all += 1; well += places[i] < places[j] ? 1 : 0;
      }
      share = well / all;
    }
    return partly(good, places.length, "items", notes, share);
  };
  const canonical = (text) => {
    const quotes = { "“": '"', "”": '"', "‘": "'", "’": "'", "−": "-" };
    const line = text.replace(/[“”‘’−]/g, (c) => quotes[c]).split(/\s+/u).filter(Boolean).join(" ");
    return line.replace(/(?<=[([{]) | (?=[)\]},])|(?<=,) /g, "");
  };
  const output = (question, text) => {
    if (!text.trim()) return unclear("Please type what the code prints.");
    if (text.length > 4000) return unclear("This is too long.");
    const typed = canonical(text);
    if (typed === question.accept) return right();
    for (const [foreseen, why] of question.reject) {
      if (foreseen === typed) return wrong("", [{ html: why, right: false }]);
    }
    return typed.toLowerCase() === question.accept.toLowerCase() ? right(`Python writes it “${question.accept}”.`) : wrong();
  };

  const mark = (question, answer, page) => {
    switch (question.kind) {
      case "choice": return choice(question, answer);
      case "multi": return multi(question, answer);
      case "truefalse": return truefalse(question, answer);
      case "numeric": return numeric(question, answer, page);
      case "short": return short(question, answer);
      case "cloze": return cloze(question, answer);
      case "match": return pairs(question, answer, "pairs");
      case "categorise": return pairs(question, answer, "items");
      case "order": return order(question, answer);
      case "output": return output(question, answer);
      default: return unclear("This kind of question is not known to the page.");
    }
  };
  // A small generator with a seed (mulberry32), so that the same seed shows the same page.
  const generator = (seed) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const shuffled = (list, random) => {
    const mixed = list.slice();
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    return mixed;
  };
  return { mark, fold, generator, shuffled };
})();
if (typeof module !== "undefined") module.exports = dlquizMarking;
